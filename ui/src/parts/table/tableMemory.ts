// How a person left a table: which columns, their order and widths, density. Kept on this device, for each person who
// uses it.
import { useLocalStorage } from "@mantine/hooks";
import type { ColumnOrderState, ColumnSizingState, VisibilityState } from "@tanstack/react-table";
import { useMe } from "../../shell/session";

export type Density = "comfortable" | "compact";

export interface TableMemory {
  hidden: VisibilityState;
  widths: ColumnSizingState;
  /** Columns from left to right; those not named come after, as they are declared. */
  order: ColumnOrderState;
  density: Density;
  /** The sorting of a list whose address does not keep it. */
  sort?: string | undefined;
}

const FRESH: TableMemory = { hidden: {}, widths: {}, order: [], density: "comfortable" };

export const ROW_HEIGHT: Record<Density, number> = { comfortable: 44, compact: 32 };

export function useTableMemory(name: string) {
  const me = useMe();
  const [kept, keep] = useLocalStorage<TableMemory>({
    key: `stolpe.table.${me.loginId}.${name}`,
    defaultValue: FRESH,
    getInitialValueInEffect: false,
  });
  return [{ ...FRESH, ...kept }, keep] as const;
}
