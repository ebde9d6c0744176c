// The one table: virtual rows, keyset loading, the keyboard, selection and copying, for every list in the product.
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { IconAppWindow } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type ReactNode,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { toProblem } from "../../api/problem";
import { useText } from "../../i18n/text";
import { useHost } from "../../shell/Providers";
import { BulkBar, type Picked } from "../BulkBar";
import { ErrorNotice } from "../ErrorNotice";
import type { Column, Listed } from "./column";
import classes from "./DataTable.module.css";
import { type RowAction, RowMenu } from "./RowMenu";
import { isSelected, NOTHING, type Selection, selectedCount, toggle } from "./selection";
import type { PagedBy } from "./sorting";
import { TableFoot } from "./TableFoot";
import { TableHead } from "./TableHead";
import { TableRow } from "./TableRow";
import { ROW_HEIGHT, useTableMemory } from "./tableMemory";
import { useColumns } from "./useColumns";
import { HEAD, useGridKeys } from "./useGridKeys";
import { useSorting } from "./useSorting";
import { useStayingRow } from "./useStayingRow";

export interface DataTableHandle {
  focus: () => void;
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
  /** Where a row is shown by itself: Ctrl+Enter and the middle button open it in a window of its own. */
  address?: (row: Row) => string;
  rowActions?: (row: Row) => RowAction[];
  bulkActions?: (picked: Picked<Row>) => ReactNode;
  /** Reads all rows in the filter, for a bulk action on more than has been loaded. */
  readAll?: () => Promise<Row[]>;
  /** The sorting, where the address keeps it; otherwise the table remembers it. */
  sort?: string | undefined;
  onSort?: (sort: string | undefined) => void;
  /** The order the host pages in; absent for a list that comes whole. */
  pagedBy?: PagedBy;
  count: (count: number) => string;
  /** Shown when there is nothing at all. */
  empty: ReactNode;
  /** Shown when the filter hides everything; absent when no filter is on. */
  noResults?: ReactNode;
  /** Changes with the filter, so that a selection never outlives what it was made in. */
  filterKey?: string;
  handle?: Ref<DataTableHandle>;
  dim?: (row: Row) => boolean;
  /** The open row as it is now: it stays in the list while it is open, though it no longer fits the filter. */
  openRow?: Row | undefined;
}

const PICK_WIDTH = 40;
const HEAD_HEIGHT = 36;
/** So many rows from where the next ones will be, they are fetched. */
const NEAR = 20;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rowId, onOpen, openId, address, bulkActions, filterKey } = props;
  const kept = useStayingRow(props.list.rows, rowId, props.openRow, filterKey);
  const list = useMemo(() => ({ ...props.list, rows: kept.rows }), [props.list, kept.rows]);
  const { t } = useText();
  const host = useHost();
  const gridId = useId();
  const [memory, setMemory] = useTableMemory(props.name);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [menuAt, setMenuAt] = useState<{ x: number; y: number; row: Row } | null>(null);
  const [told, setTold] = useState("");
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: sized, width } = useElementSize<HTMLDivElement>();
  const scrollRef = useMergedRef(scroller, sized);
  const selectable = bulkActions !== undefined;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the selection ends when the filter changes
  useEffect(() => setSelection(NOTHING), [filterKey]);

  const sorting = useSorting({
    columns,
    list,
    pagedBy: props.pagedBy,
    sort: props.onSort ? props.sort : memory.sort,
    onSort: props.onSort ?? ((sort) => setMemory((was) => ({ ...was, sort }))),
  });
  const layout = useColumns(columns, sorting.rows, rowId, [memory, setMemory]);
  const rows = layout.table.getRowModel().rows;
  const visible = layout.table.getVisibleLeafColumns();
  const ids = useMemo(() => rows.map((row) => row.id), [rows]);
  const total = list.total ?? rows.length;
  const chosen = selectedCount(selection, total);

  const height = ROW_HEIGHT[memory.density];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
    paddingStart: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT + 4,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: row height changed
  useEffect(() => virtual.measure(), [height]);

  const shown = virtual.getVirtualItems();
  const firstShown = shown[0]?.index ?? 0;
  const lastShown = shown.at(-1)?.index ?? 0;
  const fromEnd = list.from === "end";

  // Only in the order of the host are the rows at the end of the list those at its end.
  const isHosts = sorting.sorter === "unsorted" || sorting.sorter === "host";
  const goingTo = useRef<"start" | "end">(undefined);

  const openApart = (row: Row) => address && host.openWindow(address(row));
  const actionsOf = (row: Row): RowAction[] => [
    ...(props.rowActions?.(row) ?? []),
    ...(address ? [{ label: t("action.openApart"), icon: IconAppWindow, run: () => openApart(row) }] : []),
  ];
  const hasMenu = props.rowActions !== undefined || address !== undefined;
  const openMenu = (row: Row, x: number, y: number) => hasMenu && setMenuAt({ row, x, y });
  const titleAt = (column: number) => String(visible[column]?.columnDef.header ?? "");
  const keys = useGridKeys({
    ids,
    columnCount: visible.length,
    selectable,
    selection,
    setSelection,
    onOpen: (index) => onOpen && rows[index] && onOpen(rows[index].original),
    onOpenApart: (index) => rows[index] && openApart(rows[index].original),
    onMenu: (index) => {
      const row = rows[index];
      const place = document.getElementById(`${gridId}-${index}-0`)?.getBoundingClientRect();
      if (row && place) openMenu(row.original, place.left + 24, place.bottom);
    },
    scrollTo: (index) => virtual.scrollToIndex(index),
    fetchEnd: (end) => {
      const isHere = !list.hasMore || list.from === end || !isHosts;
      if (isHere || !list.readFrom) return false;
      list.readFrom(end);
      goingTo.current = end;
      return true;
    },
    textOf: (index, column) =>
      columns.find((candidate) => candidate.id === visible[column]?.id)?.text(rows[index]?.original as Row) ??
      "",
    head: {
      sort: (column, added) => visible[column] && sorting.toggle(visible[column].id, added),
      move: (column, by) => {
        const at = visible[column] ? layout.step(visible[column].id, by) : column + 1;
        setTold(t("table.columnMoved", { column: titleAt(column), at, count: visible.length }));
        return at - 1;
      },
      widen: (column, by) => visible[column] && layout.widen(visible[column].id, by),
    },
  });

  // The end that was asked for is here: the keyboard goes on from there.
  const atEndOf = list.isPending || rows.length === 0 ? undefined : list.from;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the arrival of another end moves the current cell
  useEffect(() => {
    if (!atEndOf || goingTo.current !== atEndOf) return;
    keys.moveTo(atEndOf === "end" ? rows.length - 1 : 0);
  }, [atEndOf]);
  useEffect(() => {
    if (goingTo.current) {
      const isThere = list.from === "start" || lastShown >= rows.length - 1;
      if (list.from !== goingTo.current || rows.length === 0 || !isThere) return;
      goingTo.current = undefined;
    }
    // Where rows have just come before the first one, the scroll position knows it before the window of rows does.
    const isNearMore = fromEnd
      ? firstShown <= NEAR && (scroller.current?.scrollTop ?? 0) <= NEAR * height
      : lastShown >= rows.length - NEAR;
    if (list.hasMore && !list.isFetchingMore && !list.error && rows.length > 0 && isNearMore) list.loadMore();
  }, [list, fromEnd, firstShown, lastShown, rows.length, height]);
  // Rows that come before the first one must not push away what is read.
  const before = useRef({ from: list.from, filterKey, first: ids[0], count: ids.length });
  useLayoutEffect(() => {
    const was = before.current;
    before.current = { from: list.from, filterKey, first: ids[0], count: ids.length };
    const added = ids.length - was.count;
    const isSame = was.from === "end" && list.from === "end" && was.filterKey === filterKey;
    if (!isSame || added <= 0 || was.count === 0 || was.first === ids[0]) return;
    if (scroller.current) scroller.current.scrollTop += added * height;
    keys.pushDown(added);
  });

  useImperativeHandle(props.handle, () => ({ focus: () => scroller.current?.focus() }));

  // Columns keep their widths; the last one takes what is left so that no gap opens at the edge. One of numbers would
  // carry them off to the far side, and leaves the gap instead.
  const isLastEnd = columns.find(({ id }) => id === visible.at(-1)?.id)?.align === "end";
  const used = visible.reduce((sum, column) => sum + column.getSize(), selectable ? PICK_WIDTH : 0);
  const template = [
    ...(selectable ? [`${PICK_WIDTH}px`] : []),
    ...visible.map((column, index) =>
      index === visible.length - 1 && !isLastEnd
        ? `minmax(${column.getSize()}px, 1fr)`
        : `${column.getSize()}px`,
    ),
    ...(isLastEnd ? ["1fr"] : []),
  ].join(" ");
  const rowWidth = Math.max(used, width);
  const activeRow = keys.row === HEAD ? "head" : keys.row;
  const isActiveShown = keys.row === HEAD || shown.some((item) => item.index === keys.row);

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
        <div className={classes.nothing}>{props.noResults || props.empty}</div>
      ) : (
        <div
          ref={scrollRef}
          role="grid"
          aria-label={props.label}
          aria-rowcount={list.exact ? total + 1 : -1}
          aria-colcount={visible.length + (selectable ? 1 : 0)}
          aria-multiselectable={selectable || undefined}
          aria-activedescendant={isActiveShown ? `${gridId}-${activeRow}-${keys.column}` : undefined}
          aria-busy={list.isPending}
          tabIndex={0}
          className={classes.grid}
          data-density={memory.density}
          onKeyDown={keys.onKeyDown}
          onFocus={keys.onFocus}
        >
          <TableHead
            gridId={gridId}
            columns={columns}
            layout={layout}
            sorting={sorting}
            active={keys.row === HEAD && keys.touched ? keys.column : undefined}
            template={{ gridTemplateColumns: template }}
            width={rowWidth}
            pick={selectable ? { chosen, total, onToggleAll: keys.toggleAll } : undefined}
          />
          <div role="rowgroup" style={{ height: virtual.getTotalSize(), width: rowWidth }}>
            {shown.map((item) => {
              const row = rows[item.index];
              if (!row) return null;
              const pick = () => setSelection(toggle(selection, row.id));
              return (
                <TableRow
                  key={row.id}
                  gridId={gridId}
                  index={item.index}
                  rowsBefore={fromEnd && list.exact ? Math.max(0, total - rows.length) : 0}
                  row={row}
                  columns={columns}
                  selected={selectable ? isSelected(selection, row.id) : undefined}
                  activeColumn={item.index === keys.row ? keys.column : undefined}
                  open={row.id === openId}
                  dim={row.id === kept.staying || (props.dim?.(row.original) ?? false)}
                  note={row.id === kept.staying ? t("table.noLongerFits") : undefined}
                  style={{
                    gridTemplateColumns: template,
                    height: item.size,
                    transform: `translateY(${item.start}px)`,
                  }}
                  onClick={(event) => {
                    keys.moveTo(item.index);
                    // A link in a row leads where it says, and nowhere else.
                    if (event.target instanceof Element && event.target.closest("a")) return;
                    const command = event.ctrlKey || event.metaKey;
                    if (event.shiftKey && selectable) keys.extendTo(item.index);
                    else if (command && selectable) pick();
                    else if (command) openApart(row.original);
                    else onOpen?.(row.original);
                  }}
                  onPick={(event) => {
                    event.stopPropagation();
                    keys.moveTo(item.index);
                    if (event.shiftKey) keys.extendTo(item.index);
                    else pick();
                  }}
                  onAuxClick={(event) => {
                    if (event.button === 1) openApart(row.original);
                  }}
                  onContextMenu={(event) => {
                    if (!hasMenu) return;
                    event.preventDefault();
                    keys.moveTo(item.index);
                    openMenu(row.original, event.clientX, event.clientY);
                  }}
                />
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
        list={list}
        loaded={rows.length}
        count={props.count}
        columns={columns}
        layout={layout}
        sorting={sorting}
        pagedBy={props.pagedBy}
        density={memory.density}
        onDensity={(density) => setMemory((was) => ({ ...was, density }))}
      />
      <div className={classes.spoken} aria-live="polite">
        {chosen > 0 ? t("table.selected", { count: props.count(chosen) }) : told}
      </div>
      {menuAt && (
        <RowMenu
          x={menuAt.x}
          y={menuAt.y}
          actions={actionsOf(menuAt.row)}
          onClose={() => {
            setMenuAt(null);
            scroller.current?.focus();
          }}
        />
      )}
    </div>
  );
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
