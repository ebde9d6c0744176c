import { Table } from "@mantine/core";
import type { ForeseenMove } from "../api/views";
import { useText } from "../i18n/text";
import { useAccountWords } from "./accountWords";
import { ErrorNotice } from "./ErrorNotice";
import { Scroll } from "./Scroll";

/** What something will post, told before it is confirmed: which accounts, and how much of each. */
export function ForeseenMoves({
  moves,
  error,
}: {
  moves: readonly ForeseenMove[] | undefined;
  error: unknown;
}) {
  const { t } = useText();
  const words = useAccountWords();
  if (error != null) return <ErrorNotice error={error} />;
  if (!moves || moves.length === 0) return null;
  return (
    <div>
      <p style={{ margin: 0, fontWeight: 500 }}>{t("transfer.foreseen")}</p>
      <Scroll label={t("transfer.foreseen")}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("statement.debit")}</Table.Th>
              <Table.Th>{t("statement.credit")}</Table.Th>
              <Table.Th ta="end">{t("transfer.amount")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {moves.map(({ debit, credit, amount }, place) => (
              <Table.Tr key={place}>
                <Table.Td>{words.name(debit)}</Table.Td>
                <Table.Td>{words.name(credit)}</Table.Td>
                <Table.Td ta="end" style={{ whiteSpace: "nowrap" }}>
                  {words.amount(amount, debit.asset)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
    </div>
  );
}
