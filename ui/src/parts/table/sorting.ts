// By which columns a list is sorted, in which order: as its address keeps it, and by whom it can be done.
//
// A list comes from the host in pages by key, so the host can only give it in the order of that key. Any other order is
// made here, of a list that is here whole; a list too long to fetch whole is said to be so instead of being sorted in
// part.
import type { Column, Listed } from "./column";

export interface SortKey {
  column: string;
  descending: boolean;
}

/** The one order in which the host pages through a list. */
export interface PagedBy {
  column: string;
  /** What the order is called, where it is not that of one column. */
  words?: string;
  /** The direction it comes in by itself. */
  descending: boolean;
  /** Whether it can be read from the other end too. */
  reversible: boolean;
}

/** A longer list is not fetched whole to be sorted. */
export const MOST_SORTED_HERE = 2_000;

/** Reads `name,-city`. Unknown columns are passed by: an old address must not empty a list. */
export function readSort(text: string | undefined, columns: readonly { id: string }[]): SortKey[] {
  const keys = (text ?? "").split(",").flatMap((part) => {
    const descending = part.startsWith("-");
    const column = descending ? part.slice(1) : part;
    return columns.some(({ id }) => id === column) ? [{ column, descending }] : [];
  });
  return keys.filter((key, index) => keys.findIndex(({ column }) => column === key.column) === index);
}

/** Writes what `readSort` reads; no sorting is no text. */
export function writeSort(keys: readonly SortKey[]): string | undefined {
  return keys.map(({ column, descending }) => (descending ? `-${column}` : column)).join(",") || undefined;
}

/**
 * What a click on a column makes of the sorting: up, down, and not at all. `added` keeps the other keys, and a new one
 * comes last.
 */
export function toggleSort(keys: readonly SortKey[], column: string, added: boolean): SortKey[] {
  const was = keys.find((key) => key.column === column);
  const next: SortKey[] = !was
    ? [{ column, descending: false }]
    : was.descending
      ? []
      : [{ column, descending: true }];
  if (!added) return next;
  return was ? keys.flatMap((key) => (key.column === column ? next : [key])) : [...keys, ...next];
}

/** Who sorts: nobody asked, the host, this page, this page once the rest is here, or nobody can. */
export type Sorter = "unsorted" | "host" | "here" | "when_whole" | "too_long";

export function sorterOf(
  keys: readonly SortKey[],
  list: Pick<Listed<unknown>, "hasMore" | "total" | "exact">,
  pagedBy: PagedBy | undefined,
): Sorter {
  const [first, ...more] = keys;
  if (!first) return "unsorted";
  if (pagedBy && more.length === 0 && isHosts(first, pagedBy)) return "host";
  if (!list.hasMore) return "here";
  const few = list.total !== undefined && list.exact && list.total <= MOST_SORTED_HERE;
  return few ? "when_whole" : "too_long";
}

/** What the host is asked for: the other end of its order, or nothing. */
export function hostOrder(keys: readonly SortKey[], pagedBy: PagedBy): "newest" | "oldest" | undefined {
  const [first, ...more] = keys;
  if (!first || more.length > 0 || !isHosts(first, pagedBy) || first.descending === pagedBy.descending)
    return undefined;
  return first.descending ? "newest" : "oldest";
}

function isHosts(key: SortKey, pagedBy: PagedBy): boolean {
  return key.column === pagedBy.column && (pagedBy.reversible || key.descending === pagedBy.descending);
}

/** Rows by each key in turn; rows that are alike in all of them stay as they came. */
export function sorted<Row>(
  rows: readonly Row[],
  keys: readonly SortKey[],
  columns: readonly Column<Row>[],
  compareText: (a: string, b: string) => number,
): Row[] {
  const by = keys.flatMap(({ column, descending }) => {
    const found = columns.find(({ id }) => id === column);
    return found
      ? [{ value: found.sortBy ?? found.text, exact: found.sortBy !== undefined, descending }]
      : [];
  });
  return [...rows].sort((a, b) => {
    for (const { value, exact, descending } of by) {
      const order = compare(value(a), value(b), exact, compareText);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
}

function compare(
  a: string | number,
  b: string | number,
  exact: boolean,
  compareText: (a: string, b: string) => number,
): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (!exact) return compareText(String(a), String(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
