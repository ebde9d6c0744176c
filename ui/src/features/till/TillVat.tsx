import { Table } from "@mantine/core";
import type { OpenTill } from "../../api/views";
import { useText } from "../../i18n/text";
import { Section } from "../../parts/Section";
import { useVatWords } from "../../parts/useVatWords";
import classes from "./Till.module.css";

/** The VAT of the invoices that were paid in a till, by rate. Nothing is sold there, which is said. */
export function TillVat({ till }: { till: OpenTill }) {
  const { t, format } = useText();
  const vatWords = useVatWords();
  const money = ({ minor, currency }: OpenTill["opening"]) => format.money(minor, currency);
  return (
    <Section title={t("till.vatTitle")}>
      {till.vat.length > 0 && (
        <Table mb="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("till.vatRate")}</Table.Th>
              <Table.Th ta="end">{t("till.vatPaid")}</Table.Th>
              <Table.Th ta="end">{t("till.vatIn")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {till.vat.map(({ vatKind, paid, vat }) => (
              <Table.Tr key={vatKind ?? "rounding"}>
                <Table.Td>{vatKind ? vatWords(vatKind) : t("till.vatRounding")}</Table.Td>
                <Table.Td ta="end">{money(paid)}</Table.Td>
                <Table.Td ta="end">{money(vat)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <p className={classes.line}>{t("till.vat")}</p>
    </Section>
  );
}
