// Which answers a change makes stale. The lists come from the API document; nothing is invalidated by hand.
import type { QueryKey } from "@tanstack/react-query";
import { tags } from "./tags.gen";

interface OperationTags {
  provides: readonly string[];
  invalidates: readonly string[];
}

const byOperation: Readonly<Record<string, OperationTags>> = tags;

/** The tags of an operation with `{id}` and friends filled in from the path parameters of this call. */
export function tagsOf(
  role: "provides" | "invalidates",
  method: string,
  path: string,
  pathParams: Record<string, unknown> = {},
): string[] {
  const lists = byOperation[`${method.toUpperCase()} ${path}`];
  return (lists?.[role] ?? []).map((tag) =>
    tag.replace(/\{(\w+)\}/g, (whole, name: string) => String(pathParams[name] ?? whole)),
  );
}

/** Whether a change that touched `changed` makes an answer tagged `provided` stale. */
export function touches(changed: readonly string[], provided: readonly string[]): boolean {
  if (changed.includes("*")) return true;
  return provided.some((tag) =>
    changed.some((change) => change === tag || roomOf(change) === tag || change === roomOf(tag)),
  );
}

/** The tags of a cached query, read from its key `[method, path, init]`. */
export function tagsOfQuery(key: QueryKey): string[] {
  const [method, path, init] = key as [unknown, unknown, { params?: { path?: Record<string, unknown> } }?];
  if (typeof method !== "string" || typeof path !== "string") return [];
  return tagsOf("provides", method === "pages" ? "get" : method, path, init?.params?.path);
}

/** Whether an answer is the history of one record. Each change leaves a row in the log, which may be one of that record. */
export function isHistory([, path, init]: QueryKey): boolean {
  const asked = init as { params?: { query?: { subjectId?: unknown } } } | undefined;
  return path === "/audit" && asked?.params?.query?.subjectId !== undefined;
}

function roomOf(tag: string): string {
  return tag.split(":", 1)[0] ?? tag;
}
