import { ActionIcon, Button, Popover } from "@mantine/core";
import { IconFilterPlus, IconX } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useText } from "../../i18n/text";
import { type Condition, withCondition } from "./conditions";
import classes from "./FilterChips.module.css";
import { FilterEditor } from "./FilterEditor";
import { type Field, operatorKey } from "./field";
import { useWritten } from "./useWritten";

/** Conditions as chips, "field – operator – value": each can be changed and taken away, and more can be added. */
export function FilterChips({
  fields,
  conditions,
  onChange,
}: {
  fields: readonly Field[];
  conditions: readonly Condition[];
  onChange: (conditions: Condition[]) => void;
}) {
  const { t } = useText();
  const [adding, setAdding] = useState(false);
  // The form that fades away is still there for a moment; whoever opens it again meanwhile begins with an empty one.
  const [opening, setOpening] = useState(0);
  const add = useRef<HTMLButtonElement>(null);
  return (
    <div className={classes.chips} role="group" aria-label={t("filter.conditions")}>
      {conditions.map((condition) => (
        <ConditionChip
          key={`${condition.field}:${condition.operator}`}
          fields={fields}
          condition={condition}
          onChange={(next) => onChange(withCondition(conditions, next, condition))}
          onRemove={() => {
            onChange(conditions.filter((each) => each !== condition));
            add.current?.focus();
          }}
        />
      ))}
      <Popover opened={adding} onChange={setAdding} position="bottom-start" shadow="md" trapFocus returnFocus>
        <Popover.Target>
          <Button
            ref={add}
            size="compact-md"
            fz="sm"
            variant="subtle"
            color="gray"
            leftSection={<IconFilterPlus size={15} />}
            onClick={() => {
              setOpening((count) => count + 1);
              setAdding((is) => !is);
            }}
          >
            {t("filter.add")}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t("filter.add")}>
          <FilterEditor
            key={opening}
            fields={fields}
            onDone={(condition) => {
              setAdding(false);
              onChange(withCondition(conditions, condition));
            }}
          />
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

function ConditionChip({
  fields,
  condition,
  onChange,
  onRemove,
}: {
  fields: readonly Field[];
  condition: Condition;
  onChange: (condition: Condition) => void;
  onRemove: () => void;
}) {
  const { t } = useText();
  const [editing, setEditing] = useState(false);
  const field = fields.find(({ id }) => id === condition.field);
  const value = useWritten(field, condition);
  const words = [field?.label ?? condition.field, t(operatorKey(condition.operator)), value];
  return (
    <span className={classes.chip}>
      <Popover
        opened={editing}
        onChange={setEditing}
        position="bottom-start"
        shadow="md"
        trapFocus
        returnFocus
      >
        <Popover.Target>
          <button
            type="button"
            className={classes.words}
            title={t("filter.edit")}
            onClick={() => setEditing((is) => !is)}
            onKeyDown={(event) => {
              if (event.key !== "Delete" && event.key !== "Backspace") return;
              event.preventDefault();
              onRemove();
            }}
          >
            <span>{words[0]}</span> <span className={classes.operator}>{words[1]}</span>{" "}
            <strong>{words[2]}</strong>
          </button>
        </Popover.Target>
        <Popover.Dropdown aria-label={words.join(" ")}>
          <FilterEditor
            fields={fields}
            condition={condition}
            onDone={(next) => {
              setEditing(false);
              onChange(next);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <ActionIcon
        size={24}
        className={classes.remove}
        aria-label={t("filter.remove", { words: words.join(" ") })}
        onClick={onRemove}
      >
        <IconX size={13} />
      </ActionIcon>
    </span>
  );
}
