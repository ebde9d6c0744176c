import { ActionIcon, Button, NativeSelect, Popover } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconSortAscending, IconX } from "@tabler/icons-react";
import { useText } from "../../i18n/text";
import type { Column } from "./column";
import classes from "./TableFoot.module.css";
import type { Sorting } from "./useSorting";

/** By what the list is sorted: several columns, the first deciding first. */
export function SortPicker<Row>({ columns, sorting }: { columns: readonly Column<Row>[]; sorting: Sorting }) {
  const { t } = useText();
  const { keys } = sorting;
  const titleOf = (id: string) => columns.find((column) => column.id === id)?.title ?? id;
  const free = columns.filter(({ id }) => keys.every(({ column }) => column !== id));
  return (
    <Popover position="top-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="compact-xs"
          variant={keys.length > 0 ? "light" : "subtle"}
          color={keys.length > 0 ? undefined : "gray"}
          leftSection={<IconSortAscending size={14} />}
        >
          {keys.length > 0
            ? t("table.sortedBy", { columns: keys.map(({ column }) => titleOf(column)).join(", ") })
            : t("table.sort")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("table.sort")} className={classes.picker}>
        <ol className={classes.list}>
          {keys.map((key) => {
            const title = titleOf(key.column);
            return (
              <li key={key.column} className={classes.item}>
                <span className={classes.name}>{title}</span>
                <Button
                  size="compact-xs"
                  variant="default"
                  leftSection={key.descending ? <IconArrowDown size={14} /> : <IconArrowUp size={14} />}
                  aria-label={t(key.descending ? "table.sortIsDown" : "table.sortIsUp", { column: title })}
                  onClick={() =>
                    sorting.set(
                      keys.map((each) => (each === key ? { ...each, descending: !each.descending } : each)),
                    )
                  }
                >
                  {t(key.descending ? "table.sortDown" : "table.sortUp")}
                </Button>
                <ActionIcon
                  size={24}
                  aria-label={t("table.sortRemove", { column: title })}
                  onClick={() => sorting.set(keys.filter((each) => each !== key))}
                >
                  <IconX size={14} />
                </ActionIcon>
              </li>
            );
          })}
        </ol>
        {free.length > 0 && (
          <NativeSelect
            size="xs"
            aria-label={t("table.sortAdd")}
            value=""
            onChange={(event) =>
              sorting.set([...keys, { column: event.currentTarget.value, descending: false }])
            }
            data={[
              { value: "", label: t("table.sortAdd"), disabled: true },
              ...free.map(({ id, title }) => ({ value: id, label: title })),
            ]}
          />
        )}
        <p className={classes.hint}>{t("table.sortHint")}</p>
        {keys.length > 0 && (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => sorting.set([])}>
            {t("table.sortReset")}
          </Button>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
