// What changed between two states of a record, field by field.
import { same } from "../changes";

export interface Difference {
  /** Where the value stands: a field, or a field within a block (`contact.phone`). */
  path: string;
  before: unknown;
  after: unknown;
}

export type State = Record<string, unknown> | null | undefined;

/** Keeping of the record itself, which no reader asks about. */
const OWN = new Set(["id", "rowVersion", "createdAt", "updatedAt"]);

/** The fields that differ. A record that was made has no before; one that was removed no after. */
export function differences(before: State, after: State): Difference[] {
  const [was, is] = [flat(before), flat(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => !OWN.has(path))
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }))
    .filter((difference) => !same(difference.before, difference.after));
}

/** The last word of a path, which is what the field is called. */
export function fieldOf(path: string): string {
  return path.split(".").at(-1) ?? path;
}

/** A value as the log keeps it, in one line. */
export function written(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(written).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function flat(state: State, within = ""): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, value] of Object.entries(state ?? {})) {
    const path = within + name;
    if (isBlock(value)) for (const entry of flat(value, `${path}.`)) found.set(...entry);
    else found.set(path, value);
  }
  return found;
}

function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
