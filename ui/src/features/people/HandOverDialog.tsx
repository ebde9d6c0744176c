import { Table } from "@mantine/core";
import type { Person } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { useHandOver } from "../../parts/useHandOver";
import { useShortNames } from "../../parts/useShortNames";
import { PASSED_BY, planHandOver } from "./handOverPlan";

/** More names than this are not read through; the list itself shows them. */
const NAMED = 30;

/** Says whose letters would be marked as handed over, who is passed by and why, and marks them. */
export function HandOverDialog({
  people,
  facilityId,
  onClose,
  onDone,
}: {
  people: readonly Person[];
  facilityId: string | undefined;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useText();
  const shorten = useShortNames();
  const handOver = useHandOver();
  const plan = planHandOver(people, facilityId);
  const count = plan.marked.length;
  return (
    <ConsentDialog
      title={t("handOver.title")}
      confirm={t("handOver.confirm", { count })}
      waiting={count === 0}
      size="lg"
      onClose={onClose}
      onConfirm={async () => {
        await handOver(plan.marked.map(({ loginId }) => loginId));
        onDone();
      }}
    >
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("handOver.what")}</Table.Th>
            <Table.Th style={{ textAlign: "end" }}>{t("letters.number")}</Table.Th>
            <Table.Th>{t("handOver.who")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Td fw={600}>{t("handOver.marked")}</Table.Td>
            <Table.Td style={{ textAlign: "end" }}>{count}</Table.Td>
            <Table.Td>
              {count === 0
                ? t("handOver.nobody")
                : shorten(
                    plan.marked.map(({ name }) => name),
                    NAMED,
                  )}
            </Table.Td>
          </Table.Tr>
          {PASSED_BY.filter((why) => plan.passedBy[why].length > 0).map((why) => (
            <Table.Tr key={why}>
              <Table.Td>{t(`handOver.passedBy.${why}`)}</Table.Td>
              <Table.Td style={{ textAlign: "end" }}>{plan.passedBy[why].length}</Table.Td>
              <Table.Td>{shorten(plan.passedBy[why])}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ConsentDialog>
  );
}
