import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api } from "../api/query";
import { useText } from "../i18n/text";

const TYPING_PAUSE_MS = 180;
const OFFERED = 50;

/** Chooses a unit of a facility by typing part of its code. */
export function UnitSelect({
  facilityId,
  label,
  value,
  onChange,
  error,
  required,
}: {
  facilityId: string;
  label: string;
  value?: string;
  onChange?: (id: string) => void;
  error?: ReactNode;
  required?: boolean;
}) {
  const { t } = useText();
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed, TYPING_PAUSE_MS);
  const units = api.useQuery(
    "get",
    "/units",
    { params: { query: { facilityId, limit: OFFERED, ...(q ? { q } : {}) } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Select
      label={label}
      placeholder={t("unit.choose")}
      required={required ?? false}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("action.clear") }}
      nothingFoundMessage={t("palette.nothing")}
      filter={({ options }) => options}
      data={(units.data?.items ?? []).map((unit) => ({
        value: unit.id,
        label:
          unit.tenants.length > 0
            ? `${unit.code} (${unit.tenants.map(({ name }) => name).join(", ")})`
            : unit.code,
      }))}
      searchValue={typed}
      onSearchChange={setTyped}
      value={value || null}
      onChange={(id) => onChange?.(id ?? "")}
      error={error}
    />
  );
}
