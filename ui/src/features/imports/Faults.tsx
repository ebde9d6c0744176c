import { Button, Table } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { fetchFile } from "../../api/client";
import type { ImportBatch } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { showProblem } from "../../parts/ErrorNotice";
import { useHost } from "../../shell/Providers";

const SHOWN = 20;

/** What is taken in and worth a look, by row number: texts that a spreadsheet would run. */
export function Warnings({ batch }: { batch: ImportBatch }) {
  const { t } = useText();
  if (batch.warningCount === 0) return null;
  return (
    <Card title={t("import.warnings", { count: batch.warningCount })}>
      <p style={{ margin: "0 0 8px" }}>{t("import.warningsWords")}</p>
      <Cells rows={batch.warnings} heading={t("import.warning")} />
      {batch.warningCount > SHOWN && <p>{t("import.moreWarnings", { count: batch.warningCount - SHOWN })}</p>}
    </Card>
  );
}

/** The rows that cannot be read, by row number, to be corrected at the source. */
export function Faults({ batch }: { batch: ImportBatch }) {
  const text = useText();
  const { t } = text;
  const host = useHost();
  if (batch.faultCount === 0) return null;
  const save = async () => {
    try {
      const { name, blob } = await fetchFile(`/imports/${batch.id}/faults.csv`);
      await host.saveFile(name, blob);
    } catch (error) {
      showProblem(error, text);
    }
  };
  return (
    <Card
      title={t("import.faults", { count: batch.faultCount })}
      aside={
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconDownload size={14} />}
          onClick={() => void save()}
        >
          {t("import.saveFaults")}
        </Button>
      }
    >
      <p style={{ margin: "0 0 8px" }}>{t("import.faultsWords")}</p>
      <Cells rows={batch.faults} heading={t("import.fault")} />
      {batch.faultCount > SHOWN && <p>{t("import.moreFaults", { count: batch.faultCount - SHOWN })}</p>}
    </Card>
  );
}

function Cells({ rows, heading }: { rows: ImportBatch["faults"]; heading: string }) {
  const { t, word, format } = useText();
  return (
    <Table verticalSpacing={5}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("import.row")}</Table.Th>
          <Table.Th>{t("import.column")}</Table.Th>
          <Table.Th>{t("import.value")}</Table.Th>
          <Table.Th>{heading}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.slice(0, SHOWN).map((cell, index) => (
          <Table.Tr key={index}>
            <Table.Td>{format.number(cell.row)}</Table.Td>
            <Table.Td>{cell.column ? word("import.field", cell.column) : ""}</Table.Td>
            <Table.Td>{cell.value}</Table.Td>
            <Table.Td>{word("field", cell.code, "field.unknown")}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
