import { Select } from "@mantine/core";
import type { ReactNode } from "react";
import { useText } from "../../i18n/text";
import { useDepartments } from "./departmentChoice";

/** Chooses where a person is employed; says nothing where there are no departments. */
export function DepartmentSelect({
  organisationId,
  value,
  onChange,
  error,
}: {
  organisationId: string;
  value?: string;
  onChange?: (id: string) => void;
  error?: ReactNode;
}) {
  const { t } = useText();
  const departments = useDepartments(organisationId).data?.items ?? [];
  if (departments.length === 0) return null;
  return (
    <Select
      label={t("person.department")}
      description={t("person.departmentHint")}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("action.clear") }}
      nothingFoundMessage={t("palette.nothing")}
      data={departments.map(({ id, name }) => ({ value: id, label: name }))}
      value={value || null}
      onChange={(id) => onChange?.(id ?? "")}
      error={error}
    />
  );
}
