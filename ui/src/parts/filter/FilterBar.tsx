import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback, useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useText } from "../../i18n/text";
import classes from "./FilterBar.module.css";

export interface Chip<Value extends string> {
  value: Value;
  label: string;
  count?: number | undefined;
}

interface FilterBarProps<Value extends string> {
  /** One of these is on at a time. */
  chips?: readonly Chip<Value>[];
  chip?: Value;
  onChip?: (value: Value) => void;
  chipsLabel?: string;
  /** Free text beside; Ctrl+F goes here, Esc and ↓ go back to the list. */
  search?: string | undefined;
  onSearch?: (text: string) => void;
  searchLabel?: string;
  onLeaveSearch?: () => void;
  /** Further filters and saved views. */
  children?: ReactNode;
}

const TYPING_PAUSE_MS = 220;

export function FilterBar<Value extends string>(props: FilterBarProps<Value>) {
  const { t } = useText();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(props.search ?? "");
  const tell = useDebouncedCallback((text: string) => props.onSearch?.(text), TYPING_PAUSE_MS);
  useEffect(() => setTyped(props.search ?? ""), [props.search]);
  useHotkeys([["mod+F", () => input.current?.select()]], []);
  return (
    <div className={classes.bar}>
      {props.onSearch && (
        <TextInput
          ref={input}
          className={classes.search}
          aria-label={props.searchLabel ?? t("filter.search")}
          placeholder={props.searchLabel ?? t("filter.search")}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          rightSection={
            typed && (
              <CloseButton
                size="sm"
                aria-label={t("filter.clearSearch")}
                onClick={() => {
                  setTyped("");
                  props.onSearch?.("");
                }}
              />
            )
          }
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            tell(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown" || event.key === "Escape") {
              event.preventDefault();
              event.stopPropagation();
              props.onLeaveSearch?.();
            }
          }}
        />
      )}
      {props.children}
      {props.chips && (
        <div className={classes.chips} role="group" aria-label={props.chipsLabel ?? t("filter.views")}>
          {props.chips.map((chip) => (
            <button
              key={chip.value}
              type="button"
              className={classes.chip}
              aria-pressed={chip.value === props.chip}
              onClick={() => props.onChip?.(chip.value)}
            >
              {chip.label}
              {chip.count !== undefined && <span className={classes.count}>{chip.count}</span>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
