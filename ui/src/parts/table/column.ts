// What a table is told of its columns and of the list it shows.
import type { ReactNode } from "react";
import type { End } from "../../api/query";

export interface Column<Row> {
  id: string;
  title: string;
  /** The cell as plain text: for copying, sorting and the screen when `show` is absent. */
  text: (row: Row) => string;
  show?: (row: Row) => ReactNode;
  /** What the column sorts by where its text does not sort right: an instant as ISO text, a number. */
  sortBy?: (row: Row) => string | number;
  width?: number;
  align?: "end";
  /** Offered in the column menu but not shown at first. */
  hidden?: boolean;
  /** What the column is called in an exported file; several where the file takes it apart. */
  exported?: readonly string[];
}

/** What the table needs of a list, whether it comes in pages or at once. */
export interface Listed<Row> {
  rows: readonly Row[];
  total: number | undefined;
  exact: boolean;
  isPending: boolean;
  isFetchingMore: boolean;
  hasMore: boolean;
  error: unknown;
  loadMore: () => void;
  retry: () => void;
  /** The end that the rows were read from: more of them stand before the first one when it is the last. */
  from: End;
  /** Reads the list from the other end; absent where there is no other. */
  readFrom: ((end: End) => void) | undefined;
}
