import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api } from "../api/query";
import { useText } from "../i18n/text";
import { useFacilityChoice } from "../shell/facilityChoice";

const TYPING_PAUSE_MS = 180;
const OFFERED = 50;

/** Chooses somebody of the register one works in, by typing part of the name. */
export function PersonSelect({
  label,
  description,
  known,
  value,
  onChange,
  error,
  autoFocus = false,
}: {
  label: string;
  description?: string;
  /** Who is chosen to begin with. */
  known?: { id: string; name: string } | undefined;
  value?: string;
  onChange?: (id: string) => void;
  error?: ReactNode;
  /** Whether a dialog begins with it. */
  autoFocus?: boolean;
}) {
  const { t } = useText();
  const { filter } = useFacilityChoice();
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed, TYPING_PAUSE_MS);
  const people = api.useQuery(
    "get",
    "/persons",
    { params: { query: { ...filter, limit: OFFERED, ...(q && q !== known?.name ? { q } : {}) } } },
    { placeholderData: keepPreviousData },
  );
  const found = (people.data?.items ?? []).map(({ id, name, units }) => ({
    value: id,
    label: units[0] ? `${name} (${units[0].code})` : name,
  }));
  const missing = known && known.id === value && !found.some((each) => each.value === known.id);
  return (
    <Select
      label={label}
      description={description}
      placeholder={t("person.choose")}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("action.clear") }}
      nothingFoundMessage={t("palette.nothing")}
      filter={({ options }) => options}
      data={missing ? [{ value: known.id, label: known.name }, ...found] : found}
      searchValue={typed}
      onSearchChange={setTyped}
      value={value || null}
      onChange={(id) => onChange?.(id ?? "")}
      error={error}
      data-autofocus={autoFocus || undefined}
    />
  );
}
