import { Table } from "@mantine/core";
import type { ImportBatch } from "../../api/views";
import { writtenPhone } from "../../i18n/phone";
import { LANGUAGE_NAMES, useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { Scroll } from "../../parts/Scroll";

/** The first rows as they were understood, so that a shifted column is seen before it is saved. */
export function Preview({ batch }: { batch: ImportBatch }) {
  const { t, word, format, language } = useText();
  const fields = batch.columns.flatMap((column) => column.field ?? []);
  if (fields.length === 0 || batch.preview.length === 0) return null;
  return (
    <Card title={t("import.preview", { count: batch.preview.length })}>
      <Scroll label={t("room.imports")}>
        <Table verticalSpacing={5} striped>
          <Table.Thead>
            <Table.Tr>
              {fields.map((field) => (
                <Table.Th key={field}>{word("import.field", field)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {batch.preview.map((row, index) => (
              <Table.Tr key={index}>
                {fields.map((field) => (
                  <Table.Td key={field}>{written(field, row[field]) || "–"}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
    </Card>
  );

  function written(field: string, value: string | null | undefined): string {
    if (!value) return "";
    if (field === "phone") return writtenPhone(value, language);
    if (field === "movedInOn") return format.date(value);
    return field === "language" ? languageName(value) : value;
  }
}

function languageName(code: string): string {
  return (LANGUAGE_NAMES as Record<string, string>)[code] ?? code;
}
