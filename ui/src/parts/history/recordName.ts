// What a record is called that an event only tells by its id.
import { toProblem } from "../../api/problem";
import { api } from "../../api/query";
import type { AuditRow } from "../../api/views";
import { can, useMe } from "../../shell/session";

/** The fields of an event that hold the id of another record. */
export const RECORD_FIELDS: Readonly<Record<string, RecordKind>> = {
  person: "person",
  personId: "person",
  unit: "unit",
  unitId: "unit",
  facility: "facility",
  facilityId: "facility",
  organisationId: "organisation",
  departmentId: "department",
  circuitId: "circuit",
  parentId: "circuit",
};

export type RecordKind =
  | "person"
  | "unit"
  | "facility"
  | "organisation"
  | "department"
  | "circuit"
  | "login"
  | "import";

/** The name in the data of an event; an edit of something else than the name does not tell it. */
export function toldName({
  action,
  reason,
  before,
  after,
}: Pick<AuditRow, "before" | "after"> & Partial<Pick<AuditRow, "action" | "reason">>): string | undefined {
  const told: Record<string, unknown> = { ...before, ...after };
  const whole = [told.givenName, told.familyName].filter(Boolean).join(" ");
  const file = action === "import.read" ? reason : undefined;
  return [whole, told.name, told.code, told.username, told.fileName, told.identity, told.idTag, file].find(
    (name): name is string => typeof name === "string" && name !== "",
  );
}

/** Events of one record that are read for its name: it stands in the first, and in most that follow. */
const LOOKED_THROUGH = 20;

/**
 * The name of a record; undefined until it is known, and where nothing tells it. People are found in the log and never
 * opened for this: opening somebody with protected identity is itself written down.
 */
export function useRecordName(kind: RecordKind | undefined, id: string | undefined): string | undefined {
  const me = useMe();
  const known = { staleTime: 60_000 };
  const asked = (of: boolean) => ({ ...known, enabled: of && id !== undefined, retry: false });
  const place = kind === "facility";
  const owner = kind === "organisation";
  const facilities = api.useQuery("get", "/facilities", {}, asked(place));
  const organisations = api.useQuery("get", "/organisations", {}, asked(owner));
  const unit = api.useQuery(
    "get",
    "/units/{id}",
    { params: { path: { id: id ?? "" } } },
    asked(kind === "unit"),
  );
  // A record that is gone, or that was never one with an address, still has its events.
  const gone = kind === "unit" && unit.isError && toProblem(unit.error).status === 404;
  const byEvents = kind !== undefined && !place && !owner && (kind !== "unit" || gone);
  const events = api.useQuery(
    "get",
    "/audit",
    { params: { query: { subjectId: id ?? "", limit: LOOKED_THROUGH } } },
    asked(byEvents && can(me, "read_audit")),
  );
  const actors = api.useQuery(
    "get",
    "/audit/actors",
    { params: { query: { actorId: id ?? "" } } },
    asked(kind === "login" && can(me, "read_audit")),
  );
  if (place) return facilities.data?.items.find((each) => each.id === id)?.name;
  if (owner) return organisations.data?.items.find((each) => each.id === id)?.name;
  const told = events.data?.items.map(toldName).find(Boolean);
  return actors.data?.items[0]?.name ?? unit.data?.code ?? told;
}

/** The tenant of a unit, for a move that the log tells only by its ids. Those with protected identity stay unnamed. */
export function useTenantName(unitId: string | undefined, personId: string | undefined): string | undefined {
  const inEvents = useRecordName("person", personId);
  const unit = api.useQuery(
    "get",
    "/units/{id}",
    { params: { path: { id: unitId ?? "" } } },
    { staleTime: 60_000, enabled: unitId !== undefined && personId !== undefined, retry: false },
  );
  return inEvents ?? unit.data?.tenants.find((tenant) => tenant.personId === personId)?.name ?? undefined;
}
