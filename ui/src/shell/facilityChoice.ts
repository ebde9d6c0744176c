// Which facility the user works in. Kept on this device; "all" is a choice too.
import { useLocalStorage } from "@mantine/hooks";
import { api } from "../api/query";
import type { Facility } from "../api/views";

const ALL = "all";

export interface FacilityChoice {
  /** The chosen facility, or nothing when all are meant. */
  facility: Facility | undefined;
  facilities: readonly Facility[];
  isPending: boolean;
  choose: (id: string | undefined) => void;
}

export function useFacilityChoice(): FacilityChoice {
  const [kept, keep] = useLocalStorage({
    key: "stolpe.facility",
    defaultValue: "",
    getInitialValueInEffect: false,
  });
  const { data, isPending } = api.useQuery("get", "/facilities", {}, { staleTime: 60_000 });
  const facilities = data?.items ?? [];
  const only = facilities.length === 1 ? facilities[0] : undefined;
  return {
    facility: kept === ALL ? undefined : (facilities.find((facility) => facility.id === kept) ?? only),
    facilities,
    isPending,
    choose: (id) => keep(id ?? ALL),
  };
}
