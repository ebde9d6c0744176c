// The columns of a file that shows what the list shows.
import type { Column } from "./column";
import { wholeOrder } from "./columnOrder";
import type { TableMemory } from "./tableMemory";

/** The names in the file of the columns that are shown, from left to right. */
export function exportedColumns<Row>(
  columns: readonly Column<Row>[],
  memory: Pick<TableMemory, "hidden" | "order">,
): string[] {
  const shown = wholeOrder(memory.order, columns).flatMap((id) => {
    const column = columns.find((each) => each.id === id);
    return column && (memory.hidden[id] ?? !column.hidden) ? (column.exported ?? []) : [];
  });
  return [...new Set(shown)];
}
