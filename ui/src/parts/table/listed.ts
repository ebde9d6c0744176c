// Lists as the table wants them.
import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Page } from "../../api/views";
import type { Listed } from "./column";

/** A keyset list as a table wants it. */
export function useListedPages<Row>(
  query: UseInfiniteQueryResult<InfiniteData<Page<Row>>, unknown>,
): Listed<Row> {
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
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
  };
}
