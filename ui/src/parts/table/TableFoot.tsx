import { SegmentedControl } from "@mantine/core";
import { useText } from "../../i18n/text";
import { ColumnPicker } from "./ColumnPicker";
import type { Column, Listed } from "./column";
import { SortPicker } from "./SortPicker";
import { MOST_SORTED_HERE, type PagedBy } from "./sorting";
import classes from "./TableFoot.module.css";
import type { Density } from "./tableMemory";
import type { Columns } from "./useColumns";
import type { Sorting } from "./useSorting";

interface TableFootProps<Row> {
  list: Listed<Row>;
  loaded: number;
  count: (count: number) => string;
  columns: readonly Column<Row>[];
  layout: Columns<Row>;
  sorting: Sorting;
  pagedBy: PagedBy | undefined;
  density: Density;
  onDensity: (density: Density) => void;
}

/** The foot of a table: how many there are, and how they are shown. */
export function TableFoot<Row>(props: TableFootProps<Row>) {
  const { t, format } = useText();
  const { list, sorting, pagedBy } = props;
  const titleOf = (id: string | undefined) => props.columns.find((column) => column.id === id)?.title ?? "";
  const words = () => {
    if (list.isPending) return "";
    const all = props.count(list.total ?? props.loaded);
    if (!list.hasMore) return all;
    return t(list.from === "end" ? "table.loadedLast" : "table.loaded", {
      loaded: format.number(props.loaded),
      total: list.exact ? all : t("table.about", { count: all }),
    });
  };
  return (
    <footer className={classes.foot}>
      <span className={classes.words}>{words()}</span>
      <span className={classes.said} role="status">
        {sorting.sorter === "when_whole" && t("table.sortWaits")}
        {sorting.sorter === "too_long" &&
          t("table.sortTooLong", {
            most: format.number(MOST_SORTED_HERE),
            order: pagedBy?.words ?? titleOf(pagedBy?.column),
          })}
      </span>
      <SortPicker columns={props.columns} sorting={sorting} />
      <ColumnPicker layout={props.layout} />
      <SegmentedControl
        size="xs"
        aria-label={t("table.density")}
        value={props.density}
        onChange={(value) => props.onDensity(value as Density)}
        data={[
          { value: "comfortable", label: t("table.comfortable") },
          { value: "compact", label: t("table.compact") },
        ]}
      />
    </footer>
  );
}
