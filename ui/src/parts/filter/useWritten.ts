import { type Key, useText } from "../../i18n/text";
import type { Condition } from "./conditions";
import type { Field } from "./field";

/** The value of a condition in words. A chip keeps its field, so the field's own hook is called every time or never. */
export function useWritten(field: Field | undefined, { operator, value }: Condition): string {
  const { t, format } = useText();
  const useLabel = field?.kind === "search" ? field.useLabel : unasked;
  const label = useLabel(value);
  if (!field) return value;
  switch (field.kind) {
    case "choice":
      return field.options.find((option) => option.value === value)?.label ?? value;
    case "search":
      return label ?? "…";
    case "text":
      return value;
    case "time":
      return operator === "during" ? t(`filter.period.${value}` as Key) : format.date(value);
  }
}

function unasked(): undefined {
  return undefined;
}
