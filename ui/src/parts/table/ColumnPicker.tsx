import { ActionIcon, Button, Checkbox, Popover } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconColumns3 } from "@tabler/icons-react";
import { useText } from "../../i18n/text";
import classes from "./TableFoot.module.css";
import type { Columns } from "./useColumns";

/** Which columns are shown, and in which order. */
export function ColumnPicker<Row>({ layout }: { layout: Columns<Row> }) {
  const { t } = useText();
  const { table } = layout;
  const columns = table.getAllLeafColumns();
  const shown = table.getVisibleLeafColumns();
  return (
    <Popover position="top-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button size="compact-xs" variant="subtle" color="gray" leftSection={<IconColumns3 size={14} />}>
          {t("table.columns")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("table.columns")} className={classes.picker}>
        <ol className={classes.list}>
          {shown.concat(columns.filter((column) => !column.getIsVisible())).map((column) => {
            const title = String(column.columnDef.header);
            const at = shown.indexOf(column);
            return (
              <li key={column.id} className={classes.item}>
                <Checkbox
                  size="xs"
                  className={classes.name}
                  label={title}
                  checked={column.getIsVisible()}
                  disabled={column.getIsVisible() && shown.length === 1}
                  onChange={() => column.toggleVisibility()}
                />
                {at >= 0 && (
                  <>
                    <ActionIcon
                      size={24}
                      aria-label={t("table.columnEarlier", { column: title })}
                      disabled={at === 0}
                      onClick={() => layout.step(column.id, -1)}
                    >
                      <IconArrowUp size={14} />
                    </ActionIcon>
                    <ActionIcon
                      size={24}
                      aria-label={t("table.columnLater", { column: title })}
                      disabled={at === shown.length - 1}
                      onClick={() => layout.step(column.id, 1)}
                    >
                      <IconArrowDown size={14} />
                    </ActionIcon>
                  </>
                )}
              </li>
            );
          })}
        </ol>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={layout.reset}>
          {t("table.columnsReset")}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
