// What every screen with documents says alike: states, kinds, and the days that a filter means.
import type { Document, DocumentKind, DocumentState } from "../../api/views";
import { isoToday } from "../../i18n/zone";

export const DOCUMENT_STATES = [
  "draft",
  "issued",
  "sent",
  "paid",
  "credited",
  "void",
] as const satisfies readonly DocumentState[];

export const DOCUMENT_KINDS = [
  "invoice",
  "credit_note",
  "receipt",
  "reminder",
] as const satisfies readonly DocumentKind[];

/** What is to be paid as it counts, in hundredths: a credit note takes off what its invoice added. */
export function asCounted({ kind, payable }: Pick<Document, "kind" | "payable">): number {
  return kind === "credit_note" ? -payable.minor : payable.minor;
}

/** Bounds in instants as the days they stand for: a filter by time begins and ends at midnight here. */
export function asDays(query: Record<string, string | undefined>): Record<string, string | undefined> {
  const { from, to, ...rest } = query;
  return {
    ...rest,
    ...(from && { from: isoToday(new Date(from)) }),
    // The first instant that is not meant any more.
    ...(to && { to: isoToday(new Date(new Date(to).getTime() - 1)) }),
  };
}
