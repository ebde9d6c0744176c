// Which record an event is about: what it is called, and where it is shown.
import type { AuditRow } from "../../api/views";
import { useText } from "../../i18n/text";
import { type RecordKind, toldName, useRecordName, useTenantName } from "../../parts/history/recordName";
import { placeOf } from "../../shell/Palette";

/** Kinds of subjects whose events do not all tell the name, but some other event does. */
const FOUND: readonly RecordKind[] = [
  "person",
  "unit",
  "facility",
  "organisation",
  "department",
  "circuit",
  "login",
  "import",
];

/** What an event is about, in words: the kind of the record and what it is called. */
export function SubjectName({ row }: { row: AuditRow }) {
  const { word } = useText();
  const told = toldName(row);
  const move = tenancyOf(row);
  const kind = FOUND.find((known) => known === row.subjectKind);
  const ofLogin = row.subjectKind === "login";
  const found = useRecordName(told && !ofLogin ? undefined : kind, row.subjectId ?? undefined);
  const tenant = useTenantName(move?.unit, move?.person);
  const unit = useRecordName(move ? "unit" : undefined, move?.unit);
  // Signing in and out is one's own doing; the device has no other name.
  const self = row.subjectKind === "sign_in" && row.actorId ? row.actorName : undefined;
  const whole = ofLogin && found && told && found !== told ? `${found} (${told})` : undefined;
  const name = move ? [tenant, unit].filter(Boolean).join(", ") : (whole ?? told ?? found ?? self);
  return <>{[word("subject", row.subjectKind), name].filter(Boolean).join(" · ")}</>;
}

/** Whose tenancy an event is about, and of what. */
function tenancyOf({ subjectKind, before, after }: Pick<AuditRow, "subjectKind" | "before" | "after">) {
  if (subjectKind !== "tenancy") return undefined;
  const told: Record<string, unknown> = { ...before, ...after };
  const id = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  return { person: id(told.person), unit: id(told.unit) };
}

/** Where the record is shown, for the kinds that have a place of their own. A tenancy is shown with its tenant. */
export function subjectPlace(row: Pick<AuditRow, "subjectKind" | "subjectId" | "before" | "after">) {
  const tenancy = tenancyOf(row);
  if (tenancy?.person) return placeOf({ kind: "person", id: tenancy.person });
  if (!row.subjectId) return undefined;
  if (row.subjectKind === "import") return { to: `/imports/${row.subjectId}` };
  if (row.subjectKind === "login") return undefined;
  const place = placeOf({ kind: row.subjectKind, id: row.subjectId });
  return place.to === "/" ? undefined : place;
}
