// The fields a list can be filtered by: exactly those that the API of the list knows.
import type { Key } from "../../i18n/text";
import type { Condition } from "./conditions";
import { daysOf, instants, isDay, PERIODS, TIME_OPERATORS, type TimeOperator } from "./periods";

export interface Option {
  value: string;
  label: string;
}

type Query = Record<string, string | undefined>;

interface FieldBase {
  id: string;
  label: string;
}

/** One of a few words. */
export interface ChoiceField extends FieldBase {
  kind: "choice";
  options: readonly Option[];
  query: (value: string) => Query;
}

/** One of so many that they are asked for as one types. */
export interface SearchField extends FieldBase {
  kind: "search";
  /** The options for what is typed. */
  useOptions: (typed: string) => readonly Option[];
  /** What the chosen one is called. */
  useLabel: (value: string) => string | undefined;
  query: (value: string) => Query;
}

/** A text that must be so, or begin so. */
export interface TextField extends FieldBase {
  kind: "text";
  operator: "is" | "begins";
  query: (value: string) => Query;
}

/** An instant, asked for by day. */
export interface TimeField extends FieldBase {
  kind: "time";
}

export type Field = ChoiceField | SearchField | TextField | TimeField;

/** The operators that a field can be asked with. */
export function operatorsOf(field: Field): readonly string[] {
  if (field.kind === "time") return TIME_OPERATORS;
  return [field.kind === "text" ? field.operator : "is"];
}

/** The word of an operator. */
export function operatorKey(operator: string): Key {
  return `filter.operator.${operator}` as Key;
}

/** Whether a condition can be asked with these fields. */
export function isKnown(fields: readonly Field[]): (condition: Condition) => boolean {
  return ({ field: id, operator, value }) => {
    const field = fields.find((each) => each.id === id);
    if (!field || !operatorsOf(field).includes(operator)) return false;
    // Options that are fetched may not be here yet.
    if (field.kind === "choice")
      return field.options.length === 0 || field.options.some((option) => option.value === value);
    if (field.kind !== "time") return true;
    return operator === "during" ? (PERIODS as readonly string[]).includes(value) : isDay(value);
  };
}

/** The conditions as the API asks for them. Of two on one time, the narrower bounds hold. */
export function queryOfConditions(
  conditions: readonly Condition[],
  fields: readonly Field[],
  today: string,
): Query {
  const query: Query = {};
  for (const { field: id, operator, value } of conditions) {
    const field = fields.find((each) => each.id === id);
    if (field?.kind === "time") {
      const { from, to } = instants(daysOf(operator as TimeOperator, value, today));
      if (from && (!query.from || from > query.from)) query.from = from;
      if (to && (!query.to || to < query.to)) query.to = to;
    } else if (field) {
      Object.assign(query, field.query(value));
    }
  }
  return query;
}
