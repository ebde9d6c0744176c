import { Button, NativeSelect, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { type Key, useText } from "../../i18n/text";
import { DayInput } from "../DayInput";
import type { Condition } from "./conditions";
import classes from "./FilterChips.module.css";
import { type ChoiceField, type Field, operatorKey, operatorsOf, type SearchField } from "./field";
import { PERIODS } from "./periods";

const TYPING_PAUSE_MS = 180;
/** More words than this are searched rather than read through. */
const MOST_READ = 8;

/** The form of one condition: a field, where it can still be chosen, an operator, a value. */
export function FilterEditor({
  fields,
  condition,
  onDone,
}: {
  fields: readonly Field[];
  /** The one that is changed; absent for a new one. */
  condition?: Condition;
  onDone: (condition: Condition) => void;
}) {
  const { t } = useText();
  const [id, setId] = useState(condition?.field ?? fields[0]?.id ?? "");
  const field = fields.find((each) => each.id === id);
  const operators = field ? operatorsOf(field) : [];
  const [chosen, setOperator] = useState(condition?.operator ?? "");
  const operator = operators.includes(chosen) ? chosen : (operators[0] ?? "");
  const [value, setValue] = useState(condition?.value ?? "");
  const complete = value.trim() || (operator === "during" ? PERIODS[0] : "");
  if (!field) return null;
  return (
    <form
      className={classes.editor}
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        if (complete) onDone({ field: id, operator, value: complete });
      }}
    >
      {!condition && (
        <NativeSelect
          data-autofocus
          label={t("filter.field")}
          value={id}
          data={fields.map((each) => ({ value: each.id, label: each.label }))}
          onChange={(event) => {
            setId(event.currentTarget.value);
            setValue("");
          }}
        />
      )}
      {operators.length > 1 && (
        <NativeSelect
          label={t("filter.operator")}
          value={operator}
          data={operators.map((each) => ({ value: each, label: t(operatorKey(each)) }))}
          onChange={(event) => {
            setOperator(event.currentTarget.value);
            setValue("");
          }}
        />
      )}
      <ValueInput
        key={`${id} ${operator}`}
        field={field}
        operator={operator}
        value={value}
        onChange={setValue}
      />
      <Button type="submit" size="compact-md" disabled={!complete}>
        {t(condition ? "filter.change" : "filter.apply")}
      </Button>
    </form>
  );
}

interface ValueProps<Of extends Field> {
  field: Of;
  value: string;
  onChange: (value: string) => void;
}

function ValueInput({ field, operator, value, onChange }: ValueProps<Field> & { operator: string }) {
  const { t, format } = useText();
  const label = operator ? t(operatorKey(operator)) : t("filter.value");
  switch (field.kind) {
    case "choice":
      return <ChoiceInput field={field} value={value} onChange={onChange} />;
    case "search":
      return <SearchInput field={field} value={value} onChange={onChange} />;
    case "text":
      return (
        <TextInput label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
      );
    case "time":
      return operator === "during" ? (
        <NativeSelect
          label={t("filter.value")}
          value={value || PERIODS[0]}
          data={PERIODS.map((period) => ({ value: period, label: t(`filter.period.${period}` as Key) }))}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <DayInput
          label={label}
          placeholder={format.date("2026-11-21")}
          popoverProps={{ withinPortal: false }}
          value={value || null}
          onChange={(date) => onChange(date ?? "")}
        />
      );
  }
}

function ChoiceInput({ field, value, onChange }: ValueProps<ChoiceField>) {
  const { t } = useText();
  if (field.options.length <= MOST_READ) {
    return (
      <NativeSelect
        label={t("filter.operator.is")}
        value={value}
        data={[
          { value: "", label: t("filter.choose"), disabled: true },
          ...field.options.map(({ value: each, label }) => ({ value: each, label })),
        ]}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <Select
      label={t("filter.operator.is")}
      placeholder={t("filter.choose")}
      searchable
      nothingFoundMessage={t("palette.nothing")}
      comboboxProps={{ withinPortal: false }}
      data={[...field.options]}
      value={value || null}
      onChange={(next) => onChange(next ?? "")}
    />
  );
}

function SearchInput({ field, value, onChange }: ValueProps<SearchField>) {
  const { t } = useText();
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed, TYPING_PAUSE_MS);
  const label = field.useLabel(value);
  // What is chosen stands in the field as typed text, but is not a search for others.
  const options = field.useOptions(asked === label ? "" : asked);
  const known = options.some((option) => option.value === value);
  return (
    <Select
      label={t("filter.operator.is")}
      placeholder={t("filter.choose")}
      searchable
      nothingFoundMessage={t("palette.nothing")}
      comboboxProps={{ withinPortal: false }}
      filter={({ options: found }) => found}
      data={[...options, ...(value && !known ? [{ value, label: label ?? "…" }] : [])]}
      searchValue={typed}
      onSearchChange={setTyped}
      value={value || null}
      onChange={(next) => onChange(next ?? "")}
    />
  );
}
