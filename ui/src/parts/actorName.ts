import type { AuditRow } from "../api/views";
import type { Text } from "../i18n/text";

/** Who did it, in words: their name, that they have been erased, or the product itself. */
export function actorName(row: Pick<AuditRow, "actorId" | "actorName">, t: Text["t"]): string {
  return row.actorName || t(row.actorId ? "audit.erased" : "audit.system");
}
