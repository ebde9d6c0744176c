import { Button, Table } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { fetchFile } from "../../api/client";
import type { ImportBatch } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { showProblem } from "../../parts/ErrorNotice";
import { useHost } from "../../shell/Providers";

const SHOWN = 20;

/** The rows that cannot be read, by row number, to be corrected at the source. */
export function Faults({ batch }: { batch: ImportBatch }) {
  const text = useText();
  const { t, word, format } = text;
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
      <Table verticalSpacing={5}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("import.row")}</Table.Th>
            <Table.Th>{t("import.column")}</Table.Th>
            <Table.Th>{t("import.value")}</Table.Th>
            <Table.Th>{t("import.fault")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {batch.faults.slice(0, SHOWN).map((fault, index) => (
            <Table.Tr key={index}>
              <Table.Td>{format.number(fault.row)}</Table.Td>
              <Table.Td>{fault.column ? word("import.field", fault.column) : ""}</Table.Td>
              <Table.Td>{fault.value}</Table.Td>
              <Table.Td>{word("field", fault.code, "field.unknown")}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {batch.faultCount > SHOWN && <p>{t("import.moreFaults", { count: batch.faultCount - SHOWN })}</p>}
    </Card>
  );
}
