// What a key does on a row of the tree, as the ARIA authoring practices have it.
import type { TreeRow } from "./treeRows";

export type TreeStep = { to: TreeRow | undefined } | { turn: string } | { show: true };

export function stepOf(key: string, rows: readonly TreeRow[], row: TreeRow): TreeStep | undefined {
  const place = rows.indexOf(row);
  switch (key) {
    case "ArrowDown":
      return { to: rows[place + 1] };
    case "ArrowUp":
      return { to: rows[place - 1] };
    case "Home":
      return { to: rows[0] };
    case "End":
      return { to: rows.at(-1) };
    case "ArrowRight":
      if (row.expanded === undefined) return undefined;
      return row.expanded ? { to: rows[place + 1] } : { turn: row.key };
    case "ArrowLeft":
      if (row.expanded) return { turn: row.key };
      return { to: rows.slice(0, place).findLast(({ level }) => level === row.level - 1) };
    case "Enter":
    case " ":
      return { show: true };
    default:
      return undefined;
  }
}
