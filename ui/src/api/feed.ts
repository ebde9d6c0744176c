// Live changes: the host tells what changed, the cache forgets it.
import type { QueryClient } from "@tanstack/react-query";
import type { Host } from "../host";
import { invalidate } from "./query";

export interface Change {
  tags: string[];
  kind?: string;
}

/** Listens until the returned function is called. */
export function followChanges(
  host: Host,
  queryClient: QueryClient,
  onConnection: (up: boolean) => void,
): () => void {
  // Bursts (an import, a bulk run) arrive as hundreds of changes; one refresh per frame is enough.
  let waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    const changed = [...waiting];
    waiting = new Set();
    timer = undefined;
    void invalidate(queryClient, changed);
  };
  const stop = host.follow((change) => {
    for (const tag of change.tags) waiting.add(tag);
    timer ??= setTimeout(flush, 120);
  }, onConnection);
  return () => {
    clearTimeout(timer);
    stop();
  };
}
