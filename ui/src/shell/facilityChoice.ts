// Which facility the user works in. Kept on this device; all facilities of an organisation is a choice too.
import { useLocalStorage } from "@mantine/hooks";
import { api } from "../api/query";
import type { Facility, Organisation } from "../api/views";

export interface FacilityChoice {
  /** The chosen facility, or nothing when all of the organisation are meant. */
  facility: Facility | undefined;
  /** The organisation that is worked for. */
  organisation: Organisation | undefined;
  facilities: readonly Facility[];
  organisations: readonly Organisation[];
  isPending: boolean;
  /** Made-up data is worked with: nothing that is done here is real. */
  training: boolean;
  /** Takes the id of a facility, or of an organisation for all of its facilities. */
  choose: (id: string) => void;
  /** The part of a list's filter that says where. */
  filter: { facilityId?: string; organisationId?: string };
}

export function useFacilityChoice(): FacilityChoice {
  const [kept, keep] = useLocalStorage({
    key: "stolpe.facility",
    defaultValue: "",
    getInitialValueInEffect: false,
  });
  const places = api.useQuery("get", "/facilities", {}, { staleTime: 60_000 });
  const owners = api.useQuery("get", "/organisations", {}, { staleTime: 60_000 });
  const facilities = places.data?.items ?? [];
  const organisations = owners.data?.items ?? [];
  const all = organisations.find((each) => each.id === kept);
  const facility = all
    ? undefined
    : (facilities.find((each) => each.id === kept) ?? firstReal(facilities, organisations));
  const organisation =
    all ?? organisations.find((each) => each.id === facility?.organisationId) ?? organisations[0];
  return {
    facility,
    organisation,
    facilities,
    organisations,
    isPending: places.isPending || owners.isPending,
    training: organisation?.training ?? false,
    choose: keep,
    filter: facility ? { facilityId: facility.id } : organisation ? { organisationId: organisation.id } : {},
  };
}

/** Where work begins on a new device: at a real place, if there is one. */
export function firstReal(
  facilities: readonly Facility[],
  organisations: readonly Organisation[],
): Facility | undefined {
  const training = new Set(organisations.filter((each) => each.training).map(({ id }) => id));
  return facilities.find((each) => !training.has(each.organisationId)) ?? facilities[0];
}
