// How a user left a table: widths, hidden columns, density. Kept on this device.

import { useLocalStorage } from "@mantine/hooks";
import type { ColumnSizingState, SortingState, VisibilityState } from "@tanstack/react-table";

export type Density = "comfortable" | "compact";

export interface TableMemory {
  hidden: VisibilityState;
  widths: ColumnSizingState;
  sorting: SortingState;
  density: Density;
}

const FRESH: TableMemory = { hidden: {}, widths: {}, sorting: [], density: "comfortable" };

export const ROW_HEIGHT: Record<Density, number> = { comfortable: 44, compact: 32 };

export function useTableMemory(name: string) {
  return useLocalStorage<TableMemory>({
    key: `stolpe.table.${name}`,
    defaultValue: FRESH,
    getInitialValueInEffect: false,
  });
}
