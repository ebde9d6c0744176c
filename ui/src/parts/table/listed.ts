// Lists as the table wants them.
import type { UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Pages } from "../../api/query";
import type { Listed } from "./column";

/** A keyset list as a table wants it. */
export function useListedPages<Row>({ query, from, readFrom }: Pages<Row>): Listed<Row> {
  const rows = useMemo(() => {
    const read = query.data?.pages.flatMap((page) => page.items) ?? [];
    return from === "end" ? read.reverse() : read;
  }, [query.data, from]);
  const total = query.data?.pages[0]?.total;
  return {
    rows,
    total: total?.count ?? (query.hasNextPage ? undefined : rows.length),
    exact: total?.exact ?? !query.hasNextPage,
    isPending: query.isPending,
    isFetchingMore: query.isFetchingNextPage,
    hasMore: query.hasNextPage,
    error: query.error,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
    from,
    readFrom,
  };
}

/** A list that came whole. */
export function listedWhole<Row>(
  query: UseQueryResult<{ items: Row[] }, unknown>,
  rows?: readonly Row[],
): Listed<Row> {
  const shown = rows ?? query.data?.items ?? [];
  return {
    rows: shown,
    total: shown.length,
    exact: true,
    isPending: query.isPending,
    isFetchingMore: false,
    hasMore: false,
    error: query.error,
    loadMore: () => {},
    retry: () => void query.refetch(),
    from: "start",
    readFrom: undefined,
  };
}
