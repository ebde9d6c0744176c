// A row that is being edited stays where it is though it no longer fits the filter, until one leaves it or refreshes.
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";

let refreshes = 0;
const listeners = new Set<() => void>();

/** Somebody asked for everything anew: rows that only stayed for their sake may go. */
export function refreshRows(): void {
  refreshes += 1;
  for (const listener of listeners) listener();
}

function useRefreshes(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => refreshes,
  );
}

interface Place {
  list: string;
  id: string;
  index: number;
}

/** The rows with the open one in the place where it was, and its id where it is there for that reason alone. */
export function useStayingRow<Row>(
  rows: readonly Row[],
  rowId: (row: Row) => string,
  open: Row | undefined,
  filterKey: string | undefined,
): { rows: readonly Row[]; staying: string | undefined } {
  const list = `${filterKey}.${useRefreshes()}`;
  const place = useRef<Place>(undefined);
  const id = open === undefined ? undefined : rowId(open);
  const index = id === undefined ? -1 : rows.findIndex((row) => rowId(row) === id);
  useEffect(() => {
    if (id !== undefined && index >= 0) place.current = { list, id, index };
  }, [list, id, index]);
  const was = place.current;
  const at = index < 0 && was && was.id === id && was.list === list && rows.length > 0 ? was.index : -1;
  return useMemo(
    () =>
      at < 0 || open === undefined
        ? { rows, staying: undefined }
        : { rows: [...rows.slice(0, at), open, ...rows.slice(at)], staying: id },
    [rows, open, at, id],
  );
}
