// What changed between two states of a record, field by field.

export interface Difference {
  field: string;
  before: string;
  after: string;
}

type State = Record<string, unknown> | null | undefined;

/** The fields that differ. A record that was made has no before; one that was removed no after. */
export function differences(before: State, after: State): Difference[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...fields]
    .map((field) => ({ field, before: written(before?.[field]), after: written(after?.[field]) }))
    .filter((difference) => difference.before !== difference.after);
}

function written(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
