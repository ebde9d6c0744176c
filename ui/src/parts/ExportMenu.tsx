import { Button, Menu } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { fetchFile } from "../api/client";
import { useText } from "../i18n/text";
import { useHost } from "../shell/Providers";
import { can, useMe } from "../shell/session";
import { showProblem } from "./ErrorNotice";
import { MenuGroup } from "./MenuGroup";
import type { Column } from "./table/column";
import { exportedColumns } from "./table/exportedColumns";
import { useTableMemory } from "./table/tableMemory";

export type ExportFormat = "nordic" | "international" | "xlsx" | "json";
const FORMATS: readonly ExportFormat[] = ["nordic", "international", "xlsx", "json"];

/**
 * Saves the rows in the filter as a file: the columns as the list shows them, or everything. Ctrl+E opens it. What is no
 * table has no columns of its own.
 */
export function ExportMenu<Row>({
  address,
  table,
  columns = [],
  also,
}: {
  address: (query: { format: ExportFormat; columns?: string }) => string;
  /** The table whose columns are meant. */
  table: string;
  columns?: readonly Column<Row>[];
  /** Another file that belongs to the list. */
  also?: { label: string; address: (query: { format: ExportFormat }) => string };
}) {
  const me = useMe();
  const text = useText();
  const { t } = text;
  const host = useHost();
  const [opened, setOpened] = useState(false);
  const [busy, setBusy] = useState(false);
  useHotkeys([["mod+E", () => setOpened(true)]]);
  const [memory] = useTableMemory(table);
  const shown = exportedColumns(columns, memory).join(",");
  const save = async (path: string) => {
    setBusy(true);
    try {
      const { name, blob } = await fetchFile(path);
      await host.saveFile(name, blob);
    } catch (error) {
      showProblem(error, text);
    } finally {
      setBusy(false);
    }
  };
  // The host refuses whoever may not; who can never use it is not shown it.
  if (!can(me, "export")) return null;
  const files = (label: string, path: (format: ExportFormat) => string) => (
    <MenuGroup label={label}>
      {FORMATS.map((format) => (
        <Menu.Item key={format} onClick={() => void save(path(format))}>
          {t(`export.${format}`)}
        </Menu.Item>
      ))}
    </MenuGroup>
  );
  return (
    <Menu opened={opened} onChange={setOpened} width={280}>
      <Menu.Target>
        <Button variant="default" loading={busy} leftSection={<IconDownload size={16} />}>
          {t("export.title")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {shown && files(t("export.label"), (format) => address({ format, columns: shown }))}
        {files(t("export.everyColumn"), (format) => address({ format }))}
        {also && files(also.label, (format) => also.address({ format }))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** A query string of what is set. */
export function queryOf(values: Record<string, string | number | undefined | null>): string {
  const pairs = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
}
