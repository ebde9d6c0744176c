// Reading and changing through TanStack Query, with invalidation from the API's own tags.
import {
  type InfiniteData,
  MutationCache,
  QueryCache,
  QueryClient,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from "@tanstack/react-query";
import createHooks from "openapi-react-query";
import { useState } from "react";
import { client } from "./client";
import { Problem, toProblem } from "./problem";
import { isHistory, tagsOf, tagsOfQuery, touches } from "./tags";
import type { Page } from "./views";

export const api = createHooks(client);

type Changed = { params?: { path?: Record<string, unknown> } } | undefined;

/** Marks every cached answer stale that one of these tags touches, and the histories of records with them. */
export function invalidate(queryClient: QueryClient, changed: readonly string[]): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey }) =>
      touches(changed, tagsOfQuery(queryKey)) || (changed.length > 0 && isHistory(queryKey)),
  });
}

/** A query client whose changes refresh exactly what the API says they touch. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const queryClient: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // The first question (who am I?) may be answered "nobody"; only a sign-in that ended is news.
      onError(error, query) {
        if (toProblem(error).isSignedOut && query.queryKey[1] !== "/me") onSignedOut();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: true,
        // A refusal is an answer; only a host out of reach is worth another try.
        retry: (count, error) => toProblem(error).status === 0 && count < 2,
      },
      mutations: { retry: false },
    },
    mutationCache: new MutationCache({
      onError(error) {
        if (toProblem(error).isSignedOut) onSignedOut();
      },
      onSuccess(_data, variables, _context, mutation) {
        const [method, path] = (mutation.options.mutationKey ?? []) as [string?, string?];
        if (!method || !path) return;
        void invalidate(
          queryClient,
          tagsOf("invalidates", method, path, (variables as Changed)?.params?.path),
        );
      },
    }),
  });
  return queryClient;
}

/** The lists that come in pages. */
type Paged =
  | "/persons"
  | "/units"
  | "/audit"
  | "/notices"
  | "/jobs"
  | "/tags"
  | "/documents"
  | "/accounts"
  | "/accounts/{id}/statement"
  | "/incoming-payments"
  | "/bank-files"
  | "/payments"
  | "/refunds"
  | "/tills"
  | "/payouts"
  | "/charge-points"
  | "/sessions"
  | "/stray-messages"
  | "/charge-points/{id}/messages"
  | "/charge-points/{id}/commands";

/** Which end of a list is read first. */
export type End = "start" | "end";

export interface Pages<Item> {
  query: UseInfiniteQueryResult<InfiniteData<Page<Item>>, Problem>;
  /** The end that is read from; from the last one, rows come from the host in reverse. */
  from: End;
  /** Reads from the other end; absent where the host knows one only. */
  readFrom: ((end: End) => void) | undefined;
}

/** By which word the host turns a list round: those over time change their order, those by name go backwards. */
const TURNED_BY: { [Path in Paged]?: "order" | "backwards" } = {
  "/persons": "backwards",
  "/units": "backwards",
  "/tags": "backwards",
  "/charge-points": "backwards",
  "/audit": "order",
  "/notices": "order",
  "/jobs": "order",
  "/documents": "order",
  "/sessions": "order",
};

/** What the host is asked for the other end of a list; nothing where it knows one end only. */
function otherEnd(path: Paged, query: Record<string, unknown>): Record<string, string> | undefined {
  const word = TURNED_BY[path];
  if (word === "backwards") return { backwards: "true" };
  return word && { order: query.order === "oldest" ? "newest" : "oldest" };
}

/** A keyset list: the first page now, the rest as the reader scrolls, from whichever end they begin. */
export function usePages<Item>(
  path: Paged,
  asked: Record<string, string | number | undefined>,
  options: {
    enabled?: boolean;
    pageSize?: number;
    /** What the path names in braces. */
    path?: Record<string, string>;
    /** How often the list is asked for again, while only its beginning is shown. */
    againMs?: number;
  } = {},
): Pages<Item> {
  const of = options.path ? { path: options.path } : {};
  const other = otherEnd(path, asked);
  const list = JSON.stringify([path, of, asked]);
  // Another filter or order is another list, which begins at its beginning.
  const [fromEndOf, setFromEndOf] = useState<string>();
  const from: End = other && fromEndOf === list ? "end" : "start";
  const query = from === "end" ? { ...asked, ...other } : asked;
  const pages = useInfiniteQuery({
    queryKey: ["pages", path, { params: { query, ...of } }],
    enabled: options.enabled ?? true,
    refetchInterval: ({ state }) =>
      state.data && state.data.pages.length > 1 ? false : (options.againMs ?? false),
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const limit = options.pageSize ?? 100;
      const { data } = await client.GET(path, {
        signal,
        params: { query: { ...query, limit, ...(pageParam ? { after: pageParam } : {}) }, ...of },
      } as never);
      return data as unknown as Page<Item>;
    },
    getNextPageParam: (last: Page<Item>) => last.next ?? undefined,
  }) as UseInfiniteQueryResult<InfiniteData<Page<Item>>, Problem>;
  return {
    query: pages,
    from,
    readFrom: other && ((end) => setFromEndOf(end === "end" ? list : undefined)),
  };
}

/** Every row of a keyset list, for actions on "all in the filter". */
export async function readAll<Item>(
  path: Paged,
  query: Record<string, string | number | undefined>,
): Promise<Item[]> {
  const rows: Item[] = [];
  let after: string | undefined;
  do {
    const { data } = await client.GET(path, {
      params: { query: { ...query, limit: 200, ...(after ? { after } : {}) } },
    } as never);
    const page = data as unknown as Page<Item>;
    rows.push(...page.items);
    after = page.next ?? undefined;
  } while (after);
  return rows;
}

export { Problem };
