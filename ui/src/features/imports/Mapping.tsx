import { Group, Select, Table } from "@mantine/core";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { ImportBatch } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Scroll } from "../../parts/Scroll";
import classes from "./Imports.module.css";
import { fieldsChosenTwice, IMPORT_FIELDS } from "./importFields";

const ENCODINGS = ["utf-8", "utf-8-bom", "utf-16le", "utf-16be", "windows-1252", "macintosh"];
const DATE_ORDERS = ["ymd", "dmy", "mdy"];

/** How the file is read: each guess can be corrected, and the choice is remembered for files like this one. */
export function Mapping({ batch }: { batch: ImportBatch }) {
  const { t, word } = useText();
  const map = api.useMutation("put", "/imports/{id}/mapping");
  const chosen = batch.columns.map((column) => column.field ?? null);
  const twice = fieldsChosenTwice(chosen);
  const put = (change: {
    columns?: (string | null)[];
    encoding?: string;
    delimiter?: string;
    dateOrder?: string;
  }) =>
    map.mutate({
      params: { path: { id: batch.id } },
      headers: ifMatch(batch),
      body: {
        columns: chosen,
        encoding: batch.encoding,
        delimiter: batch.delimiter,
        ...(batch.dateOrder ? { dateOrder: batch.dateOrder } : {}),
        ...change,
      },
    });
  return (
    <Card title={t("import.mapping")} aside={map.isPending ? t("import.reading") : t("import.mappingKept")}>
      <Group mb="md" gap="md" align="flex-end">
        {!batch.workbook && (
          <>
            <Select
              label={t("import.encoding")}
              allowDeselect={false}
              data={ENCODINGS.map((value) => ({ value, label: word("import.encoding", value) }))}
              value={batch.encoding}
              onChange={(encoding) => encoding && put({ columns: undefined, encoding })}
            />
            <Select
              label={t("import.delimiter")}
              allowDeselect={false}
              data={[
                { value: ";", label: t("import.delimiter.semicolon") },
                { value: ",", label: t("import.delimiter.comma") },
                { value: "\t", label: t("import.delimiter.tab") },
                { value: "|", label: t("import.delimiter.pipe") },
              ]}
              value={batch.delimiter}
              onChange={(delimiter) => delimiter && put({ columns: undefined, delimiter })}
            />
          </>
        )}
        {chosen.includes("movedInOn") && (
          <Select
            label={t("import.dateOrder")}
            allowDeselect={false}
            data={DATE_ORDERS.map((value) => ({ value, label: word("import.dateOrder", value) }))}
            value={batch.dateOrder || null}
            placeholder={t("import.dateOrder.unsaid")}
            onChange={(dateOrder) => dateOrder && put({ dateOrder })}
          />
        )}
      </Group>
      <Scroll label={t("import.mapping")}>
        <Table verticalSpacing={6} className={classes.mapping}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("import.column")}</Table.Th>
              <Table.Th>{t("import.samples")}</Table.Th>
              <Table.Th>{t("import.means")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {batch.columns.map((column, index) => (
              <Table.Tr key={`${index}-${column.name}`}>
                <Table.Th scope="row">{column.name || t("import.unnamed", { number: index + 1 })}</Table.Th>
                <Table.Td className={classes.samples}>{column.samples.filter(Boolean).join(" · ")}</Table.Td>
                <Table.Td>
                  <Select
                    aria-label={t("import.meansOf", { column: column.name })}
                    clearable
                    clearButtonProps={{ "aria-label": t("action.clear") }}
                    searchable
                    placeholder={t("import.ignored")}
                    data={IMPORT_FIELDS.map((value) => ({ value, label: t(`import.field.${value}`) }))}
                    value={column.field ?? null}
                    error={column.field && twice.includes(column.field) ? t("import.twice") : undefined}
                    onChange={(field) =>
                      put({ columns: chosen.map((was, at) => (at === index ? field : was)) })
                    }
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
      {map.isError && <ErrorNotice error={map.error} />}
    </Card>
  );
}
