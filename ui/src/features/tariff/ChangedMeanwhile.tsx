import { Table } from "@mantine/core";
import type { Tariff, TariffComponent } from "../../api/views";
import { useText } from "../../i18n/text";
import { useRateWords } from "../../parts/rateWords";
import { dayBefore } from "./TariffChange";
import { changedRows } from "./tariffRows";

/** The rows of a tariff that somebody else has saved since a form was opened: as they were, and as they are now. */
export function ChangedMeanwhile({
  was,
  is,
  except,
}: {
  was: Tariff;
  is: Tariff;
  /** The row that is settled field by field. */
  except: TariffComponent | undefined;
}) {
  const { t, word, format } = useText();
  const rateWords = useRateWords();
  const rows = changedRows(was.tariff?.components ?? [], is.tariff?.components ?? []);
  const others = rows.filter((row) => row.is === undefined || row.is !== except);
  if (others.length === 0) return null;
  const words = (row: TariffComponent) =>
    [
      rateWords(row.rate),
      /^\d+$/.test(row.vat) ? format.percent(Number(row.vat)) : word("tariff.vat", row.vat),
      row.validUntil
        ? t("tariff.fromUntil", {
            from: format.date(row.validFrom),
            until: format.date(dayBefore(row.validUntil)),
          })
        : t("tariff.from", { from: format.date(row.validFrom) }),
      row.source,
    ].join(" · ");
  return (
    <Table verticalSpacing="xs" captionSide="top">
      <Table.Caption ta="start" mt={0} c="var(--ink)" fw={600}>
        {t("tariff.changedMeanwhile")}
      </Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("tariff.component")}</Table.Th>
          <Table.Th>{t("tariff.wasRow")}</Table.Th>
          <Table.Th>{t("tariff.isRow")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {others.map((row) => (
          <Table.Tr key={row.key}>
            <Table.Th scope="row">{word("tariff.kind", row.kind)}</Table.Th>
            <Table.Td>{row.was ? words(row.was) : t("tariff.noRow")}</Table.Td>
            <Table.Td>{row.is ? words(row.is) : t("tariff.goneRow")}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
