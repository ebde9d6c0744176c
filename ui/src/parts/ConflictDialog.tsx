import { Button, Group, Modal, Radio, Stack, Table } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { type Text, useText } from "../i18n/text";
import { changes, same, type Values } from "./changes";
import { useFocusGivenBack } from "./useFocusGivenBack";

/** What each field is called. */
export type Labels<V extends Values> = { [Name in keyof V]?: string };
/** How the values of a field are said, where they are codes or point to something. */
export type ShownAs<V extends Values> = { [Name in keyof V]?: (value: V[Name]) => ReactNode };

interface ConflictDialogProps<V extends Values> {
  labels: Labels<V>;
  shownAs?: ShownAs<V> | undefined;
  /** What this user was about to save. */
  mine: V;
  /** What the record was when this user opened it. */
  base: V;
  /** What the record is now; nothing when what the form is about is no longer in it. */
  theirs: V | undefined;
  /** What else changed meanwhile. */
  besides?: ReactNode;
  onClose: () => void;
  onSettled: (values: V) => void;
}

/** Someone else saved first: both values of each field side by side, and a choice for each. */
export function ConflictDialog<V extends Values>(props: ConflictDialogProps<V>) {
  const { t, format } = useText();
  useFocusGivenBack();
  const { mine, base, theirs } = props;
  const touched = Object.keys(changes(base, mine));
  const clashing = theirs ? touched.filter((name) => !same(mine[name], theirs[name])) : [];
  const [choice, setChoice] = useState<Record<string, "mine" | "theirs">>(() =>
    Object.fromEntries(clashing.map((name) => [name, same(base[name], theirs?.[name]) ? "mine" : "theirs"])),
  );
  const words = (name: string, value: unknown) => {
    const own = props.shownAs?.[name];
    return own && !isBlank(value) ? own(value as never) : shown(value, t, format);
  };
  const settled = () => {
    if (!theirs) return mine;
    const kept = clashing.filter((name) => choice[name] === "mine");
    return { ...theirs, ...Object.fromEntries(kept.map((name) => [name, mine[name]])) } as V;
  };
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t("conflict.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Stack>
        <p style={{ margin: 0 }}>{t(clashing.length > 0 ? "conflict.words" : "conflict.elsewhere")}</p>
        {clashing.length > 0 && (
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("conflict.field")}</Table.Th>
                <Table.Th>{t("conflict.mine")}</Table.Th>
                <Table.Th>{t("conflict.theirs")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {clashing.map((name, row) => (
                <Table.Tr key={name}>
                  <Table.Th scope="row">{props.labels[name] ?? name}</Table.Th>
                  {(["mine", "theirs"] as const).map((side) => (
                    <Table.Td key={side}>
                      <Radio
                        name={name}
                        data-autofocus={(row === 0 && choice[name] === side) || undefined}
                        checked={choice[name] === side}
                        onChange={() => setChoice({ ...choice, [name]: side })}
                        label={words(name, (side === "mine" ? mine : theirs)?.[name])}
                      />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        {props.besides}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={props.onClose}>
            {t("action.cancel")}
          </Button>
          {/* Without anything to choose, the choice is to save or not. */}
          <Button
            data-autofocus={clashing.length === 0 || undefined}
            onClick={() => props.onSettled(settled())}
          >
            {t(clashing.length > 0 ? "conflict.save" : "conflict.saveMine")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === "";
}

function shown(value: unknown, t: Text["t"], format: Text["format"]): string {
  if (typeof value === "boolean") return t(value ? "state.on" : "state.off");
  if (isBlank(value)) return "–";
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return format.date(value);
  return typeof value === "object" && value ? Object.values(value).filter(Boolean).join(", ") : String(value);
}
