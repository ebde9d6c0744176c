import { Button, Menu, SegmentedControl } from "@mantine/core";
import { IconColumns3, IconSortAscending } from "@tabler/icons-react";
import type { Table } from "@tanstack/react-table";
import { useText } from "../i18n/text";
import classes from "./TableFoot.module.css";
import type { Density } from "./tableMemory";

/** The foot of a table: how many there are, and how they are shown. */
export function TableFoot<Row>({
  words,
  table,
  density,
  onDensity,
  sortable,
}: {
  words: string;
  table: Table<Row>;
  density: Density;
  onDensity: (density: Density) => void;
  sortable: boolean;
}) {
  const { t } = useText();
  const title = (column: { columnDef: { header?: unknown } }) => String(column.columnDef.header);
  return (
    <footer className={classes.foot}>
      <span className={classes.words}>{words}</span>
      {sortable && (
        <Menu>
          <Menu.Target>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              leftSection={<IconSortAscending size={14} />}
            >
              {t("table.sort")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {table.getVisibleLeafColumns().map((column) => (
              <Menu.Item key={column.id} onClick={() => column.toggleSorting()}>
                {title(column)}
                {column.getIsSorted() === "asc" ? " ↑" : column.getIsSorted() === "desc" ? " ↓" : ""}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item onClick={() => table.resetSorting(true)}>{t("table.sortReset")}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <Menu closeOnItemClick={false}>
        <Menu.Target>
          <Button size="compact-xs" variant="subtle" color="gray" leftSection={<IconColumns3 size={14} />}>
            {t("table.columns")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {table.getAllLeafColumns().map((column) => (
            <Menu.CheckboxItem
              key={column.id}
              checked={column.getIsVisible()}
              disabled={column.getIsVisible() && table.getVisibleLeafColumns().length === 1}
              onChange={() => column.toggleVisibility()}
            >
              {title(column)}
            </Menu.CheckboxItem>
          ))}
          <Menu.Divider />
          <Menu.Item
            onClick={() => {
              table.setColumnSizing({});
              table.setColumnVisibility({});
            }}
          >
            {t("table.columnsReset")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <SegmentedControl
        size="xs"
        aria-label={t("table.density")}
        value={density}
        onChange={(value) => onDensity(value as Density)}
        data={[
          { value: "comfortable", label: t("table.comfortable") },
          { value: "compact", label: t("table.compact") },
        ]}
      />
    </footer>
  );
}
