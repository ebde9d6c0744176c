// Which record an event is about: its name as far as the event tells it, and where it is shown.
import type { AuditRow } from "../../api/views";
import { placeOf } from "../../shell/Palette";

/** The name in the data of the event; an edit of something else than the name does not tell it. */
export function subjectName({ before, after }: Pick<AuditRow, "before" | "after">): string | undefined {
  const told: Record<string, unknown> = { ...before, ...after };
  const whole = [told.givenName, told.familyName].filter(Boolean).join(" ");
  return [whole, told.name, told.code, told.username, told.fileName, told.identity, told.idTag].find(
    (name): name is string => typeof name === "string" && name !== "",
  );
}

/** Where the record is shown, for the kinds that have a place of their own. */
export function subjectPlace({ subjectKind, subjectId }: Pick<AuditRow, "subjectKind" | "subjectId">) {
  if (!subjectId) return undefined;
  const place = placeOf({ kind: subjectKind, id: subjectId });
  return place.to === "/" ? undefined : place;
}
