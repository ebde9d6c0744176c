import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import { useText } from "../i18n/text";
import classes from "./Moves.module.css";
import { Scroll } from "./Scroll";

export interface Move {
  key: string;
  debit: ReactNode;
  credit: ReactNode;
  amount: ReactNode;
  /** What it was, in small. */
  detail?: string;
  /** It is the one that is looked at. */
  current?: boolean;
}

/** Amounts that are moved together: to which account, from which, and how much. */
export function Moves({ label, moves }: { label: string; moves: readonly Move[] }) {
  const { t } = useText();
  return (
    <Scroll label={label}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("statement.debit")}</Table.Th>
            <Table.Th>{t("statement.credit")}</Table.Th>
            <Table.Th ta="end">{t("transfer.amount")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {moves.map(({ key, debit, credit, amount, detail, current }) => (
            <Table.Tr key={key} aria-current={current || undefined}>
              <Table.Td>{debit}</Table.Td>
              <Table.Td>{credit}</Table.Td>
              <Table.Td ta="end" className={classes.amount}>
                {amount}
                {detail && <span className={classes.detail}>{detail}</span>}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}
