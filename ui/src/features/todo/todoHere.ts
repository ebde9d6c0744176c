// Which of the waiting work belongs to the place one works in.
import type { TodoItem } from "../../api/views";
import type { FacilityChoice } from "../../shell/facilityChoice";

/** What waits where the user works; what belongs to no facility waits everywhere. */
export function todoHere(
  items: readonly TodoItem[],
  { facility, facilities, organisation }: Pick<FacilityChoice, "facility" | "facilities" | "organisation">,
): TodoItem[] {
  const here = facility
    ? new Set([facility.id])
    : new Set(
        facilities.filter((each) => each.organisationId === organisation?.id).map(({ id }) => id as string),
      );
  return items.filter((item) => item.count > 0 && (!item.facilityId || here.has(item.facilityId)));
}
