import { type KeyboardEvent, useRef, useState } from "react";
import { EVERYTHING, isSelected, NOTHING, type Selection, toggle, withRange } from "./selection";
import { toTsv } from "./tsv";

interface GridKeys {
  ids: readonly string[];
  columnCount: number;
  selectable: boolean;
  selection: Selection;
  setSelection: (selection: Selection) => void;
  onOpen: (row: number) => void;
  /** Opens a row in a window of its own. */
  onOpenApart: (row: number) => void;
  onMenu: (row: number) => void;
  scrollTo: (row: number) => void;
  /** Goes to an end of the list that is not here yet; false when it is. */
  fetchEnd: (end: "start" | "end") => boolean;
  textOf: (row: number, column: number) => string;
  /** What the keys do on the head of a column. `move` answers where the column is now. */
  head: {
    sort: (column: number, added: boolean) => void;
    move: (column: number, by: 1 | -1) => number;
    widen: (column: number, by: 1 | -1) => void;
  };
}

const PAGE = 12;
/** The head is a row above the first one: ↑ goes there. */
export const HEAD = -1;

/** The keyboard of a grid: one tab stop, a current cell, and the habits of spreadsheets. */
export function useGridKeys(grid: GridKeys) {
  const [row, setRow] = useState(HEAD);
  // Until the keyboard has been in the grid, no cell is the current one.
  const [touched, setTouched] = useState(false);
  const [column, setColumn] = useState(0);
  const anchor = useRef(0);
  const last = grid.ids.length - 1;

  const moveTo = (next: number, keepAnchor = false) => {
    const to = Math.max(0, Math.min(last, next));
    setRow(to);
    setTouched(true);
    if (!keepAnchor) anchor.current = to;
    grid.scrollTo(to);
    return to;
  };
  const extendTo = (to: number) => grid.setSelection(withRange(grid.selection, grid.ids, anchor.current, to));
  const toggleAll = () =>
    grid.setSelection(
      grid.selection.kind === "all" && grid.selection.except.size === 0 ? NOTHING : EVERYTHING,
    );
  const copy = () => {
    const columns = Array.from({ length: grid.columnCount }, (_, index) => index);
    const selected = grid.ids
      .map((id, index) => ({ id, index }))
      .filter(({ id }) => isSelected(grid.selection, id));
    const text =
      selected.length > 0
        ? toTsv(selected.map(({ index }) => columns.map((at) => grid.textOf(index, at))))
        : grid.textOf(Math.max(0, row), column);
    void navigator.clipboard?.writeText(text);
  };

  const step = (by: number, extend: boolean) => {
    if (row === 0 && by === -1 && !extend) {
      setRow(HEAD);
      return;
    }
    const to = moveTo(row + by, extend);
    if (extend && grid.selectable) extendTo(to);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const command = event.ctrlKey || event.metaKey;
    const act = keyAct();
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();

    function keyAct(): (() => void) | undefined {
      if (event.altKey) return undefined;
      return (row === HEAD ? headAct(command) : undefined) ?? cellAct();
    }

    function headAct(command: boolean): (() => void) | undefined {
      const sideways = { ArrowRight: 1, ArrowLeft: -1 } as const;
      const by = sideways[event.key as keyof typeof sideways];
      if (by && command) return () => setColumn(Math.max(0, grid.head.move(column, by)));
      if (by && event.shiftKey) return () => grid.head.widen(column, by);
      if (event.key === "Enter" || event.key === " ") return () => grid.head.sort(column, event.shiftKey);
      return undefined;
    }

    function cellAct(): (() => void) | undefined {
      switch (event.key) {
        case "ArrowDown":
          return () => step(1, event.shiftKey);
        case "ArrowUp":
          return () => step(-1, event.shiftKey);
        case "j":
        case "J":
          return command ? undefined : () => step(1, event.shiftKey);
        case "k":
        case "K":
          return command ? undefined : () => step(-1, event.shiftKey);
        case "ArrowRight":
          return () => setColumn(Math.min(grid.columnCount - 1, column + 1));
        case "ArrowLeft":
          return () => setColumn(Math.max(0, column - 1));
        case "PageDown":
          return () => step(PAGE, event.shiftKey);
        case "PageUp":
          return () => step(-PAGE, event.shiftKey);
        case "Home":
          return command ? () => void (grid.fetchEnd("start") || moveTo(0)) : () => setColumn(0);
        case "End":
          return command
            ? () => void (grid.fetchEnd("end") || moveTo(last))
            : () => setColumn(grid.columnCount - 1);
        case " ":
          return grid.selectable && grid.ids[row] !== undefined
            ? () => grid.setSelection(toggle(grid.selection, grid.ids[row] as string))
            : undefined;
        case "a":
          return command && grid.selectable ? () => grid.setSelection(EVERYTHING) : undefined;
        case "c":
          return command ? copy : undefined;
        case "Enter":
          if (row < 0) return undefined;
          return command ? () => grid.onOpenApart(row) : () => grid.onOpen(row);
        case "ContextMenu":
          return row >= 0 ? () => grid.onMenu(row) : undefined;
        case "F10":
          return event.shiftKey && row >= 0 ? () => grid.onMenu(row) : undefined;
        case "Escape":
          return grid.selection !== NOTHING ? () => grid.setSelection(NOTHING) : undefined;
        default:
          return undefined;
      }
    }
  };

  return {
    row,
    column,
    touched,
    onKeyDown,
    onFocus: () => {
      if (!touched && last >= 0) setRow(0);
      setTouched(true);
    },
    moveTo: (to: number) => void moveTo(to, true),
    /** Rows came before the first one: the current cell is where it was. */
    pushDown: (by: number) => {
      setRow((at) => (at < 0 ? at : at + by));
      anchor.current += by;
    },
    extendTo,
    toggleAll,
  };
}
