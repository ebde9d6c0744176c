import type { AuditRow } from "../../api/views";
import type { Text } from "../../i18n/text";

/** Who did it, in words: their name, that they have been erased, or which part of the product it was. */
export function actorName(row: Pick<AuditRow, "actorId" | "actorName">, { t, word }: Text): string {
  if (row.actorId) return row.actorName || t("audit.erased");
  return word("actor", row.actorName, "audit.system");
}
