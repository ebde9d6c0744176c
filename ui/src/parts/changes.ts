// What a form changed, as the merge patch the API takes: absent means unchanged, null clears.

export type Values = Record<string, unknown>;

/** The fields whose value differs; an emptied text clears the field. */
export function changes<V extends Values>(before: V, after: V): Partial<V> {
  const changed: Values = {};
  for (const name of Object.keys(after)) {
    if (!same(before[name], after[name])) changed[name] = after[name] === "" ? null : after[name];
  }
  return changed as Partial<V>;
}

/** Only the named fields of a value, for putting them back. */
export function only<V extends Values>(values: V, names: readonly string[]): Partial<V> {
  return Object.fromEntries(
    names.map((name) => [name, values[name] === "" ? null : values[name]]),
  ) as Partial<V>;
}

/** Drops empty texts from a new record: an absent field is simply not said. */
export function filled<V extends Values>(values: V): V {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== "" && value !== undefined),
  ) as V;
}

export function same(a: unknown, b: unknown): boolean {
  if (blank(a) && blank(b)) return true;
  if (typeof a === "object" && typeof b === "object" && a && b)
    return JSON.stringify(a) === JSON.stringify(b);
  return a === b;
}

function blank(value: unknown): boolean {
  return value === null || value === undefined || value === "";
}
