import { Select } from "@mantine/core";
import { useText } from "../i18n/text";
import { useFacilityChoice } from "../shell/facilityChoice";

/** Chooses a facility; says nothing when there is only one. */
export function FacilitySelect({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { t } = useText();
  const { facilities } = useFacilityChoice();
  if (facilities.length < 2) return null;
  return (
    <Select
      label={t("facility.one")}
      required
      allowDeselect={false}
      searchable
      data={facilities.map((facility) => ({
        value: facility.id,
        label: `${facility.name} (${facility.code})`,
      }))}
      value={value || null}
      onChange={(id) => id && onChange(id)}
    />
  );
}
