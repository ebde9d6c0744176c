import { useEffect, useMemo } from "react";
import { useText } from "../../i18n/text";
import type { Column, Listed } from "./column";
import { type PagedBy, readSort, type SortKey, sorted, sorterOf, toggleSort, writeSort } from "./sorting";

interface SortingProps<Row> {
  columns: readonly Column<Row>[];
  list: Listed<Row>;
  pagedBy: PagedBy | undefined;
  /** As the address keeps it. */
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}

/** The rows in the order that is asked for, and whether they can be. Fetches the rest of a short list to sort it. */
export function useSorting<Row>({ columns, list, pagedBy, sort, onSort }: SortingProps<Row>) {
  const { format } = useText();
  const keys = useMemo(() => readSort(sort, columns), [sort, columns]);
  const sorter = sorterOf(keys, list, pagedBy);
  const { isFetchingMore, error, loadMore } = list;
  useEffect(() => {
    if (sorter === "when_whole" && !isFetchingMore && !error) loadMore();
  }, [sorter, isFetchingMore, error, loadMore]);
  const rows = useMemo(
    () => (sorter === "here" ? sorted(list.rows, keys, columns, format.compare) : list.rows),
    [sorter, list.rows, keys, columns, format],
  );
  const set = (next: readonly SortKey[]) => onSort(writeSort(next));
  return {
    rows,
    keys,
    sorter,
    set,
    toggle: (column: string, added: boolean) => set(toggleSort(keys, column, added)),
  };
}

export type Sorting = Omit<ReturnType<typeof useSorting>, "rows">;
