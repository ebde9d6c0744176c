import { useMemo } from "react";
import { isoToday } from "../../i18n/zone";
import { useNow } from "../useNow";
import { type Condition, readConditions, writeConditions } from "./conditions";
import { type Field, isKnown, queryOfConditions } from "./field";

/** The conditions of a list as its address keeps them, and what they ask of the API. */
export function useConditions(
  fields: readonly Field[],
  where: string | undefined,
  onWhere: (where: string | undefined) => void,
) {
  const today = isoToday(useNow());
  const conditions = useMemo(() => readConditions(where, isKnown(fields)), [where, fields]);
  const query = useMemo(() => queryOfConditions(conditions, fields, today), [conditions, fields, today]);
  return { conditions, query, change: (next: Condition[]) => onWhere(writeConditions(next)) };
}
