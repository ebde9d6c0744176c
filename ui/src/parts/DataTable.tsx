// The one table: virtual rows, keyset loading, the keyboard, selection and copying, for every list in the product.
import { Checkbox } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { IconArrowDown, IconArrowUp, IconMoodEmpty } from "@tabler/icons-react";
import {
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type Row as TableRow,
  useReactTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type ReactNode,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import { toProblem } from "../api/problem";
import { useText } from "../i18n/text";
import { BulkBar, type Picked } from "./BulkBar";
import classes from "./DataTable.module.css";
import { ErrorNotice } from "./ErrorNotice";
import { type RowAction, RowMenu } from "./RowMenu";
import { isSelected, NOTHING, type Selection, selectedCount, toggle } from "./selection";
import { TableFoot } from "./TableFoot";
import { ROW_HEIGHT, useTableMemory } from "./tableMemory";
import { useGridKeys } from "./useGridKeys";

export interface Column<Row> {
  id: string;
  title: string;
  /** The cell as plain text: for copying, sorting and the screen when `show` is absent. */
  text: (row: Row) => string;
  show?: (row: Row) => ReactNode;
  width?: number;
  align?: "end";
  /** Offered in the column menu but not shown at first. */
  hidden?: boolean;
}

export interface DataTableHandle {
  focus: () => void;
}

/** What the table needs of a list, whether it comes in pages or at once. */
export interface Listed<Row> {
  rows: readonly Row[];
  total: number | undefined;
  exact: boolean;
  isPending: boolean;
  isFetchingMore: boolean;
  hasMore: boolean;
  error: unknown;
  loadMore: () => void;
  retry: () => void;
}

interface DataTableProps<Row> {
  /** Key of the remembered layout. */
  name: string;
  label: string;
  columns: readonly Column<Row>[];
  list: Listed<Row>;
  rowId: (row: Row) => string;
  openId?: string | undefined;
  onOpen?: (row: Row) => void;
  rowActions?: (row: Row) => RowAction[];
  bulkActions?: (picked: Picked<Row>) => ReactNode;
  /** Reads all rows in the filter, for a bulk action on more than has been loaded. */
  readAll?: () => Promise<Row[]>;
  count: (count: number) => string;
  /** Shown when there is nothing at all. */
  empty: ReactNode;
  /** Shown when the filter hides everything; absent when no filter is on. */
  noResults?: ReactNode;
  /** Changes with the filter, so that a selection never outlives what it was made in. */
  filterKey?: string;
  handle?: Ref<DataTableHandle>;
  dim?: (row: Row) => boolean;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, list, rowId, onOpen, openId, rowActions, bulkActions, filterKey } = props;
  const { t, format } = useText();
  const gridId = useId();
  const [memory, setMemory] = useTableMemory(props.name);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [menuAt, setMenuAt] = useState<{ x: number; y: number; row: Row } | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: sized, width } = useElementSize<HTMLDivElement>();
  const scrollRef = useMergedRef(scroller, sized);
  const selectable = bulkActions !== undefined;
  // Keyset pages come in the server's order; only a list that is all here can be sorted on the spot.
  const sortable = !list.hasMore;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the selection ends when the filter changes
  useEffect(() => setSelection(NOTHING), [filterKey]);

  const definitions = useMemo<ColumnDef<Row>[]>(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.title,
        accessorFn: column.text,
        cell: ({ row }) => column.show?.(row.original) ?? column.text(row.original),
        size: column.width ?? 160,
        minSize: 64,
        enableSorting: sortable,
        sortingFn: (a: TableRow<Row>, b: TableRow<Row>) =>
          format.compare(column.text(a.original), column.text(b.original)),
      })),
    [columns, sortable, format],
  );
  const defaultHidden = useMemo(
    () => Object.fromEntries(columns.filter((column) => column.hidden).map((column) => [column.id, false])),
    [columns],
  );
  const table = useReactTable({
    data: list.rows as Row[],
    columns: definitions,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    columnResizeMode: "onChange",
    state: {
      columnVisibility: { ...defaultHidden, ...memory.hidden },
      columnSizing: memory.widths,
      sorting: sortable ? memory.sorting : [],
    },
    onColumnVisibilityChange: (change) =>
      setMemory((was) => ({ ...was, hidden: typeof change === "function" ? change(was.hidden) : change })),
    onColumnSizingChange: (change) =>
      setMemory((was) => ({ ...was, widths: typeof change === "function" ? change(was.widths) : change })),
    onSortingChange: (change) =>
      setMemory((was) => ({ ...was, sorting: typeof change === "function" ? change(was.sorting) : change })),
  });
  const rows = table.getRowModel().rows;
  const visible = table.getVisibleLeafColumns();
  const ids = useMemo(() => rows.map((row) => row.id), [rows]);
  const total = list.total ?? rows.length;
  const chosen = selectedCount(selection, total);

  const height = ROW_HEIGHT[memory.density];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
    paddingStart: 36,
    scrollPaddingStart: 40,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: row height changed
  useEffect(() => virtual.measure(), [height]);

  const shown = virtual.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (list.hasMore && !list.isFetchingMore && !list.error && lastShown >= rows.length - 20) list.loadMore();
  }, [list, lastShown, rows.length]);

  const openMenu = (row: Row, x: number, y: number) => rowActions && setMenuAt({ row, x, y });
  const keys = useGridKeys({
    ids,
    columnCount: visible.length,
    selectable,
    selection,
    setSelection,
    onOpen: (index) => onOpen && rows[index] && onOpen(rows[index].original),
    onMenu: (index) => {
      const row = rows[index];
      const place = document.getElementById(`${gridId}-${index}-0`)?.getBoundingClientRect();
      if (row && place) openMenu(row.original, place.left + 24, place.bottom);
    },
    scrollTo: (index) => virtual.scrollToIndex(index),
    textOf: (index, column) =>
      columns.find((candidate) => candidate.id === visible[column]?.id)?.text(rows[index]?.original as Row) ??
      "",
  });

  useImperativeHandle(props.handle, () => ({ focus: () => scroller.current?.focus() }));

  // Columns keep their widths; the last one takes what is left so that no gap opens at the edge.
  const used = visible.reduce((sum, column) => sum + column.getSize(), selectable ? 40 : 0);
  const template = [
    ...(selectable ? ["40px"] : []),
    ...visible.map((column, index) =>
      index === visible.length - 1 ? `minmax(${column.getSize()}px, 1fr)` : `${column.getSize()}px`,
    ),
  ].join(" ");
  const rowWidth = Math.max(used, width);
  const active = shown.some((item) => item.index === keys.row)
    ? `${gridId}-${keys.row}-${keys.column}`
    : undefined;

  const picked: Picked<Row> = {
    count: chosen,
    clear: () => setSelection(NOTHING),
    resolve: async () => {
      const pool =
        selection.kind === "all" && list.hasMore && props.readAll ? await props.readAll() : [...list.rows];
      return pool.filter((row) => isSelected(selection, rowId(row)));
    },
  };
  const nothing = !list.isPending && !list.error && rows.length === 0;

  return (
    <div className={classes.frame}>
      {list.error !== null && list.error !== undefined && rows.length === 0 && (
        <div className={classes.error}>
          <ErrorNotice error={toProblem(list.error)} onRetry={list.retry} />
        </div>
      )}
      {nothing ? (
        <div className={classes.nothing}>{props.noResults ?? props.empty ?? <IconMoodEmpty />}</div>
      ) : (
        <div
          ref={scrollRef}
          role="grid"
          aria-label={props.label}
          aria-rowcount={list.exact ? total + 1 : -1}
          aria-colcount={visible.length + (selectable ? 1 : 0)}
          aria-multiselectable={selectable || undefined}
          aria-activedescendant={active}
          aria-busy={list.isPending}
          tabIndex={0}
          className={classes.grid}
          data-density={memory.density}
          onKeyDown={keys.onKeyDown}
          onFocus={keys.onFocus}
        >
          <div role="rowgroup" className={classes.head} style={{ width: rowWidth }}>
            <div
              role="row"
              aria-rowindex={1}
              className={classes.headRow}
              style={{ gridTemplateColumns: template }}
            >
              {selectable && (
                <div role="columnheader" className={classes.pick}>
                  <Checkbox
                    size="xs"
                    tabIndex={-1}
                    aria-label={t("table.selectAll", { count: total })}
                    checked={chosen > 0 && chosen === total}
                    indeterminate={chosen > 0 && chosen < total}
                    onChange={() => keys.toggleAll()}
                  />
                </div>
              )}
              {table.getFlatHeaders().map((header) => {
                const sorted = header.column.getIsSorted();
                const align = columns.find((column) => column.id === header.id)?.align;
                return (
                  <div
                    key={header.id}
                    role="columnheader"
                    className={classes.headCell}
                    data-align={align}
                    data-sortable={sortable || undefined}
                    aria-sort={sorted ? (sorted === "asc" ? "ascending" : "descending") : undefined}
                    onClick={header.column.getToggleSortingHandler()}
                  >
                    <span>{flexRender(header.column.columnDef.header, header.getContext())}</span>
                    {sorted === "asc" && <IconArrowUp size={13} aria-hidden="true" />}
                    {sorted === "desc" && <IconArrowDown size={13} aria-hidden="true" />}
                    <span
                      className={classes.resize}
                      onMouseDown={header.getResizeHandler()}
                      onTouchStart={header.getResizeHandler()}
                      onClick={(event) => event.stopPropagation()}
                      onDoubleClick={() => header.column.resetSize()}
                    />
                  </div>
                );
              })}
            </div>
          </div>
          <div role="rowgroup" style={{ height: virtual.getTotalSize(), width: rowWidth }}>
            {shown.map((item) => {
              const row = rows[item.index];
              if (!row) return null;
              const on = isSelected(selection, row.id);
              return (
                <div
                  key={row.id}
                  role="row"
                  tabIndex={-1}
                  aria-rowindex={item.index + 2}
                  aria-selected={selectable ? on : undefined}
                  className={classes.row}
                  data-open={row.id === openId || undefined}
                  data-active={item.index === keys.row || undefined}
                  data-dim={props.dim?.(row.original) || undefined}
                  style={{
                    gridTemplateColumns: template,
                    height: item.size,
                    transform: `translateY(${item.start}px)`,
                  }}
                  onClick={(event) => {
                    keys.moveTo(item.index);
                    if (event.shiftKey && selectable) keys.extendTo(item.index);
                    else if ((event.ctrlKey || event.metaKey) && selectable)
                      setSelection(toggle(selection, row.id));
                    else onOpen?.(row.original);
                  }}
                  onContextMenu={(event) => {
                    if (!rowActions) return;
                    event.preventDefault();
                    keys.moveTo(item.index);
                    openMenu(row.original, event.clientX, event.clientY);
                  }}
                >
                  {selectable && (
                    <div
                      role="gridcell"
                      tabIndex={-1}
                      className={classes.pick}
                      onClick={(event) => {
                        event.stopPropagation();
                        keys.moveTo(item.index);
                        if (event.shiftKey) keys.extendTo(item.index);
                        else setSelection(toggle(selection, row.id));
                      }}
                    >
                      <span className={classes.box} data-on={on || undefined} aria-hidden="true" />
                    </div>
                  )}
                  {row.getVisibleCells().map((cell, index) => (
                    <div
                      key={cell.id}
                      id={`${gridId}-${item.index}-${index}`}
                      role="gridcell"
                      tabIndex={-1}
                      className={classes.cell}
                      data-align={columns.find((column) => column.id === cell.column.id)?.align}
                      data-active={(item.index === keys.row && index === keys.column) || undefined}
                    >
                      {flexRender(cell.column.columnDef.cell, cell.getContext())}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
          {list.isPending && <Skeleton rows={9} />}
        </div>
      )}
      {selectable && chosen > 0 && (
        <BulkBar count={props.count(chosen)} all={selection.kind === "all"} onClear={picked.clear}>
          {bulkActions(picked)}
        </BulkBar>
      )}
      <TableFoot
        words={list.isPending ? "" : footWords()}
        table={table}
        density={memory.density}
        onDensity={(density) => setMemory((was) => ({ ...was, density }))}
        sortable={sortable}
      />
      <div className={classes.spoken} aria-live="polite">
        {chosen > 0 ? t("table.selected", { count: props.count(chosen) }) : ""}
      </div>
      {menuAt && rowActions && (
        <RowMenu
          x={menuAt.x}
          y={menuAt.y}
          actions={rowActions(menuAt.row)}
          onClose={() => {
            setMenuAt(null);
            scroller.current?.focus();
          }}
        />
      )}
    </div>
  );

  function footWords(): string {
    const words = props.count(total);
    if (list.hasMore) {
      return t("table.loaded", {
        loaded: format.number(rows.length),
        total: list.exact ? words : t("table.about", { count: words }),
      });
    }
    return words;
  }
}

function Skeleton({ rows }: { rows: number }) {
  return (
    <div aria-hidden="true" className={classes.skeleton}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} style={{ opacity: 1 - index * 0.1 }} />
      ))}
    </div>
  );
}
