import { flexRender, type Row as ModelRow } from "@tanstack/react-table";
import type { CSSProperties, MouseEvent } from "react";
import type { Column } from "./column";
import classes from "./DataTable.module.css";

interface TableRowProps<Row> {
  gridId: string;
  index: number;
  /** Rows of the list that stand before those that are here. */
  rowsBefore: number;
  row: ModelRow<Row>;
  columns: readonly Column<Row>[];
  style: CSSProperties;
  /** Absent where nothing can be selected. */
  selected: boolean | undefined;
  /** The column of the current cell, if it is in this row. */
  activeColumn: number | undefined;
  open: boolean;
  dim: boolean;
  /** Why the row is there although it should not be. */
  note: string | undefined;
  onClick: (event: MouseEvent) => void;
  onPick: (event: MouseEvent) => void;
  onAuxClick: (event: MouseEvent) => void;
  onContextMenu: (event: MouseEvent) => void;
}

/** One row; the keyboard stays with the grid, which names the current cell. */
export function TableRow<Row>({
  row,
  index,
  rowsBefore,
  selected,
  activeColumn,
  ...props
}: TableRowProps<Row>) {
  return (
    <div
      role="row"
      aria-rowindex={rowsBefore + index + 2}
      aria-selected={selected}
      className={classes.row}
      data-open={props.open || undefined}
      data-active={activeColumn !== undefined || undefined}
      data-dim={props.dim || undefined}
      style={props.style}
      onClick={props.onClick}
      onAuxClick={props.onAuxClick}
      onContextMenu={props.onContextMenu}
    >
      {selected !== undefined && (
        <div role="gridcell" className={classes.pick} onClick={props.onPick}>
          <span className={classes.box} data-on={selected || undefined} aria-hidden="true" />
        </div>
      )}
      {row.getVisibleCells().map((cell, at) => (
        <div
          key={cell.id}
          id={`${props.gridId}-${index}-${at}`}
          role="gridcell"
          className={classes.cell}
          data-align={props.columns.find((column) => column.id === cell.column.id)?.align}
          data-active={at === activeColumn || undefined}
        >
          {flexRender(cell.column.columnDef.cell, cell.getContext())}
          {at === 0 && props.note && <span className={classes.note}>{props.note}</span>}
        </div>
      ))}
    </div>
  );
}
