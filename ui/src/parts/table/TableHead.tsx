import { Checkbox } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { flexRender } from "@tanstack/react-table";
import type { CSSProperties } from "react";
import { useText } from "../../i18n/text";
import type { Column } from "./column";
import classes from "./DataTable.module.css";
import type { Columns } from "./useColumns";
import { useHeadDrag } from "./useHeadDrag";
import type { Sorting } from "./useSorting";

interface TableHeadProps<Row> {
  gridId: string;
  columns: readonly Column<Row>[];
  layout: Columns<Row>;
  sorting: Sorting;
  /** The column whose head the keyboard is on. */
  active: number | undefined;
  template: CSSProperties;
  width: number;
  /** The box that selects everything, for a table that can be selected in. */
  pick?: { chosen: number; total: number; onToggleAll: () => void } | undefined;
}

/** The head of a table: what each column is, what it sorts by, where it can be taken. */
export function TableHead<Row>(props: TableHeadProps<Row>) {
  const { t } = useText();
  const { layout, sorting, pick } = props;
  const drag = useHeadDrag(layout.moveTo);
  return (
    <div role="rowgroup" className={classes.head} style={{ width: props.width }}>
      <div role="row" aria-rowindex={1} className={classes.headRow} style={props.template}>
        {pick && (
          <div role="columnheader" className={classes.pick}>
            <Checkbox
              size="xs"
              tabIndex={-1}
              aria-label={t("table.selectAll", { count: pick.total })}
              checked={pick.chosen > 0 && pick.chosen === pick.total}
              indeterminate={pick.chosen > 0 && pick.chosen < pick.total}
              onChange={pick.onToggleAll}
            />
          </div>
        )}
        {layout.table.getFlatHeaders().map((header, index) => {
          const at = sorting.keys.findIndex(({ column }) => column === header.id);
          const key = sorting.keys[at];
          return (
            <div
              key={header.id}
              id={`${props.gridId}-head-${index}`}
              role="columnheader"
              className={classes.headCell}
              data-head={header.id}
              data-align={props.columns.find((column) => column.id === header.id)?.align}
              data-active={index === props.active || undefined}
              data-dragged={drag.dragged === header.id || undefined}
              data-over={(drag.dragged !== undefined && drag.over === header.id) || undefined}
              aria-sort={key ? (key.descending ? "descending" : "ascending") : undefined}
              title={t("table.sortBy", { column: String(header.column.columnDef.header) })}
              onClick={(event) => sorting.toggle(header.id, event.shiftKey)}
              {...drag.listeners(header.id)}
            >
              <span>{flexRender(header.column.columnDef.header, header.getContext())}</span>
              {key &&
                (key.descending ? (
                  <IconArrowDown size={13} aria-hidden="true" />
                ) : (
                  <IconArrowUp size={13} aria-hidden="true" />
                ))}
              {key && sorting.keys.length > 1 && <span className={classes.rank}>{at + 1}</span>}
              <span
                className={classes.resize}
                onPointerDown={(event) => event.stopPropagation()}
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
  );
}
