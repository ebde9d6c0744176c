// What taking an import back did, and what it had to leave.
import { api } from "../../api/query";
import type { AuditRow, ImportBatch } from "../../api/views";

export interface UndoResult {
  /** People whom the import added and who are gone; unknown for one that had stopped half way. */
  went: number | undefined;
  /** People whom the import added and something depends on since. */
  kept: number;
  /** People whom the import changed and who are as before. */
  restored: number;
  /** People whom the import changed and somebody has changed since. */
  changedSince: number;
}

/** The event log keeps the result for as long as the batch is there; a task is only its owner's, for a while. */
export function useUndoResult(batch: ImportBatch): UndoResult | undefined {
  const events = api.useQuery("get", "/audit", {
    params: { query: { subjectId: batch.id, limit: 200 } },
  });
  return undoResult(batch.counts.create, events.data?.items ?? []);
}

/** Reads the result out of the import's events, the newest first. */
export function undoResult(created: number, events: readonly AuditRow[]): UndoResult | undefined {
  const after = events.find(({ action }) => action === "import.undone")?.after as
    | Record<string, unknown>
    | null
    | undefined;
  if (!after) return undefined;
  const count = (name: string) => (typeof after[name] === "number" ? after[name] : 0);
  // Each run of rows is an event too; the one that ends an attempt says how it ended.
  const ended = events.find(({ action, reason }) => action === "import.committed" && reason);
  const kept = count("kept");
  return {
    went: ended?.reason === "committed" ? Math.max(0, created - kept) : undefined,
    kept,
    restored: count("restored"),
    changedSince: count("changedSince"),
  };
}
