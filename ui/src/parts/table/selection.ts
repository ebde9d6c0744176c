// What is selected in a list that may be longer than what has been loaded.

/** Some rows by id, or everything in the filter except a few. */
export type Selection =
  | { kind: "some"; ids: ReadonlySet<string> }
  | { kind: "all"; except: ReadonlySet<string> };

export const NOTHING: Selection = { kind: "some", ids: new Set() };
export const EVERYTHING: Selection = { kind: "all", except: new Set() };

export function isSelected(selection: Selection, id: string): boolean {
  return selection.kind === "some" ? selection.ids.has(id) : !selection.except.has(id);
}

export function toggle(selection: Selection, id: string): Selection {
  return selection.kind === "some"
    ? { kind: "some", ids: flipped(selection.ids, id) }
    : { kind: "all", except: flipped(selection.except, id) };
}

/** Adds every id between two positions, whichever comes first. */
export function withRange(selection: Selection, ids: readonly string[], from: number, to: number): Selection {
  const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  if (selection.kind === "all") {
    return { kind: "all", except: new Set([...selection.except].filter((id) => !range.includes(id))) };
  }
  return { kind: "some", ids: new Set([...selection.ids, ...range]) };
}

/** How many rows are selected, given how many the filter holds. */
export function selectedCount(selection: Selection, total: number): number {
  return selection.kind === "some" ? selection.ids.size : Math.max(0, total - selection.except.size);
}

function flipped(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}
