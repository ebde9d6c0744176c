// Which earlier values can be put back, and what is changed for it.
import type { AuditRow } from "../../api/views";
import { same, type Values } from "../changes";
import type { Difference } from "./differences";

/** What the host writes in the place of a value that the reader may not see. */
const VEIL = /[•*]{2,}/;

/**
 * Whether an event changed a value that can be put back: it was one of the form's own, is known in the clear, and is not
 * the one that stands now. Making and removing a record have acts of their own.
 */
export function isRestorable(
  row: Pick<AuditRow, "before" | "after">,
  { path, before }: Difference,
  current: Values,
  fields: readonly string[],
): boolean {
  if (!row.before || !row.after) return false;
  if (!fields.includes(path.split(".")[0] ?? path)) return false;
  if (typeof before === "string" && VEIL.test(before)) return false;
  return !same(valueAt(current, path), before);
}

/** The change that puts a value back. A block is sent whole, with what stands in it now. */
export function withValue(current: Values, path: string, value: unknown): Values {
  const [field = path, ...within] = path.split(".");
  if (within.length === 0) return { [field]: value ?? null };
  return {
    [field]: {
      ...(current[field] as Values),
      ...withValue((current[field] ?? {}) as Values, within.join("."), value),
    },
  };
}

function valueAt(state: Values, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, name) => (value as Values | null | undefined)?.[name], state);
}
