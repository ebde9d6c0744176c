import { describe, expect, it } from "vitest";
import type { AuditRow } from "../../api/views";
import { undoResult } from "./undoResult";

const event = (action: string, more: object = {}) => ({ action, ...more }) as AuditRow;

describe("what came of taking an import back", () => {
  const undone = event("import.undone", {
    after: { kept: 1, restored: 2, changedSince: 3 },
  });
  const run = event("import.committed", { after: { rows: 2000 } });
  it("says how many went, and how many stayed because somebody built on them", () => {
    const events = [undone, event("import.committed", { reason: "committed" }), run];
    expect(undoResult(5, events)).toEqual({ went: 4, kept: 1, restored: 2, changedSince: 3 });
  });
  it("does not count who went of an import that had stopped half way", () => {
    const events = [undone, event("import.committed", { reason: "interrupted" }), run];
    expect(undoResult(5, events)?.went).toBeUndefined();
  });
  it("is not claimed while the log has nothing of it", () => {
    expect(undoResult(5, [event("import.started")])).toBeUndefined();
  });
});
