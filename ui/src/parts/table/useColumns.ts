import { type ColumnDef, getCoreRowModel, useReactTable } from "@tanstack/react-table";
import { useMemo } from "react";
import type { Column } from "./column";
import { movedTo, stepped, wholeOrder } from "./columnOrder";
import type { useTableMemory } from "./tableMemory";

const NARROWEST = 64;
/** How much wider or narrower one key press makes a column. */
const KEY_STEP = 16;

/** The columns as the person keeps them: which are shown, in which order, how wide. */
export function useColumns<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  rowId: (row: Row) => string,
  [memory, setMemory]: ReturnType<typeof useTableMemory>,
) {
  const definitions = useMemo<ColumnDef<Row>[]>(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.title,
        accessorFn: column.text,
        cell: ({ row }) => column.show?.(row.original) ?? column.text(row.original),
        size: column.width ?? 160,
        minSize: NARROWEST,
      })),
    [columns],
  );
  const defaultHidden = useMemo(
    () => Object.fromEntries(columns.filter((column) => column.hidden).map((column) => [column.id, false])),
    [columns],
  );
  const order = wholeOrder(memory.order, columns);
  const table = useReactTable({
    data: rows as Row[],
    columns: definitions,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    columnResizeMode: "onChange",
    state: {
      columnVisibility: { ...defaultHidden, ...memory.hidden },
      columnSizing: memory.widths,
      columnOrder: order,
    },
    onColumnVisibilityChange: (change) =>
      setMemory((was) => ({ ...was, hidden: typeof change === "function" ? change(was.hidden) : change })),
    onColumnSizingChange: (change) =>
      setMemory((was) => ({ ...was, widths: typeof change === "function" ? change(was.widths) : change })),
  });
  const shown = table.getVisibleLeafColumns().map(({ id }) => id);
  return {
    table,
    /** Takes a column to where another stands. */
    moveTo: (id: string, target: string) =>
      setMemory((was) => ({ ...was, order: movedTo(order, id, target) })),
    /** Takes a column one step; answers its new place among those shown, from 1. */
    step: (id: string, by: 1 | -1): number => {
      const next = stepped(order, shown, id, by);
      setMemory((was) => ({ ...was, order: next }));
      return next.filter((each) => shown.includes(each)).indexOf(id) + 1;
    },
    widen: (id: string, by: 1 | -1) =>
      setMemory((was) => {
        const width = table.getColumn(id)?.getSize() ?? NARROWEST;
        return { ...was, widths: { ...was.widths, [id]: Math.max(NARROWEST, width + by * KEY_STEP) } };
      }),
    reset: () => setMemory((was) => ({ ...was, hidden: {}, widths: {}, order: [] })),
  };
}

export type Columns<Row> = ReturnType<typeof useColumns<Row>>;
