import { Button, Group, Modal, Radio, Stack, Table } from "@mantine/core";
import { useState } from "react";
import { type Text, useText } from "../i18n/text";
import { changes, same, type Values } from "./changes";
import { useFocusGivenBack } from "./useFocusGivenBack";

interface ConflictDialogProps<V extends Values> {
  labels: { [Name in keyof V]?: string };
  /** What this user was about to save. */
  mine: V;
  /** What the record was when this user opened it. */
  base: V;
  /** What the record is now. */
  theirs: V;
  onClose: () => void;
  onSettled: (values: V) => void;
}

/** Someone else saved first: both values of each field side by side, and a choice for each. */
export function ConflictDialog<V extends Values>(props: ConflictDialogProps<V>) {
  const { t } = useText();
  useFocusGivenBack();
  const { mine, base, theirs } = props;
  const touched = Object.keys(changes(base, mine));
  const clashing = touched.filter((name) => !same(mine[name], theirs[name]));
  const [choice, setChoice] = useState<Record<string, "mine" | "theirs">>(() =>
    Object.fromEntries(clashing.map((name) => [name, same(base[name], theirs[name]) ? "mine" : "theirs"])),
  );
  const settled = () => {
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
        <p style={{ margin: 0 }}>{t("conflict.words")}</p>
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
                      label={shown((side === "mine" ? mine : theirs)[name], t)}
                    />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={props.onClose}>
            {t("action.cancel")}
          </Button>
          <Button onClick={() => props.onSettled(settled())}>{t("conflict.save")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function shown(value: unknown, t: Text["t"]): string {
  if (typeof value === "boolean") return t(value ? "state.on" : "state.off");
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "object" ? Object.values(value).filter(Boolean).join(", ") : String(value);
}
