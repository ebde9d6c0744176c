// The conditions of a filter: a field, an operator and a value, as chips show them and addresses keep them.

export interface Condition {
  field: string;
  operator: string;
  value: string;
}

/** Reads `state:is:failed,created:since:2026-11-01`. What a list does not know is passed by. */
export function readConditions(
  text: string | undefined,
  known: (condition: Condition) => boolean,
): Condition[] {
  return (text ?? "").split(",").flatMap((part) => {
    const [field, operator, value, ...more] = part.split(":").map(decoded);
    if (!field || !operator || !value || more.length > 0) return [];
    const condition = { field, operator, value };
    return known(condition) ? [condition] : [];
  });
}

/** Writes what `readConditions` reads; no condition is no text. */
export function writeConditions(conditions: readonly Condition[]): string | undefined {
  return (
    conditions
      .map(({ field, operator, value }) => [field, operator, value].map(encodeURIComponent).join(":"))
      .join(",") || undefined
  );
}

/** Puts a condition in: in the place of `was`, and of any other that says the same of the same field. */
export function withCondition(
  conditions: readonly Condition[],
  condition: Condition,
  was?: Condition,
): Condition[] {
  const isSame = (each: Condition) => each.field === condition.field && each.operator === condition.operator;
  const at = conditions.findIndex((each) => each === was || isSame(each));
  const rest = conditions.filter((each) => each !== was && !isSame(each));
  rest.splice(at < 0 ? rest.length : Math.min(at, rest.length), 0, condition);
  return rest;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
