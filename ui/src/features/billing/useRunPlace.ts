import type { MonthPlan } from "../../api/views";
import { useText } from "../../i18n/text";
import { useFacilityChoice } from "../../shell/facilityChoice";

/** Where a run charges: a facility, or all of an organisation, by name where there are several. */
export function useRunPlace(): (run: Pick<MonthPlan, "facilityId" | "organisationId">) => string {
  const { t } = useText();
  const { facilities, organisations } = useFacilityChoice();
  return ({ facilityId, organisationId }) => {
    const one = facilities.find(({ id }) => id === facilityId);
    if (one) return one.name;
    const name = organisations.find(({ id }) => id === organisationId)?.name;
    return name && organisations.length > 1
      ? t("monthRun.allFacilitiesOf", { name })
      : t("monthRun.allFacilities");
  };
}
