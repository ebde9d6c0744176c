import { Table } from "@mantine/core";
import type { MonthCost } from "../../api/views";
import { useText } from "../../i18n/text";
import { useRateWords } from "../../parts/rateWords";
import { Scroll } from "../../parts/Scroll";
import classes from "./proof.module.css";

/** What a month of a session costs: by component, with its VAT. */
export function MonthTable({
  month,
  title,
  named,
}: {
  month: MonthCost;
  /** What it is called, also where that is not shown. */
  title: string;
  named: boolean;
}) {
  const { t, word, format } = useText();
  const rateWords = useRateWords();
  const money = (minor: number) => format.money(minor, month.currency);
  return (
    <>
      {named && <p className={classes.month}>{title}</p>}
      <Scroll label={title}>
        <Table verticalSpacing={5}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("tariff.component")}</Table.Th>
              <Table.Th className={classes.number}>{t("tariff.rate")}</Table.Th>
              <Table.Th className={classes.number}>{t("session.net")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {month.lines.map((line, place) => (
              <Table.Tr key={`${line.kind}-${place}`}>
                <Table.Th scope="row" style={{ fontWeight: 500 }}>
                  {word("tariff.kind", line.kind)}
                  <span className={classes.source}>
                    {[line.energyWh !== 0 && format.energy(line.energyWh), line.source]
                      .filter(Boolean)
                      .join(" · ")}
                  </span>
                </Table.Th>
                <Table.Td className={classes.number}>{rateWords(line.rate)}</Table.Td>
                <Table.Td className={classes.number}>{money(line.netMinor)}</Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr className={classes.total}>
              <Table.Th scope="row" colSpan={2}>
                {t("session.net")}
              </Table.Th>
              <Table.Td className={classes.number}>{money(month.netMinor)}</Table.Td>
            </Table.Tr>
            {month.vats.map(({ vat, netMinor, vatMinor }) => (
              <Table.Tr key={vat}>
                <Table.Th scope="row" colSpan={2} style={{ fontWeight: 500 }}>
                  {/^\d+$/.test(vat)
                    ? t("session.vatOn", { rate: format.percent(Number(vat)), net: money(netMinor) })
                    : word("tariff.vat", vat)}
                </Table.Th>
                <Table.Td className={classes.number}>{money(vatMinor)}</Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr className={classes.total}>
              <Table.Th scope="row" colSpan={2}>
                {t("session.gross")}
              </Table.Th>
              <Table.Td className={classes.number}>{money(month.grossMinor)}</Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Scroll>
    </>
  );
}
