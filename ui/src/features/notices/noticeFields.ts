import { useMemo } from "react";
import { useText } from "../../i18n/text";
import type { Field } from "../../parts/filter/field";

const STATES = [
  "queued",
  "unclear",
  "awaiting",
  "held",
  "sent",
  "delivered",
  "diverted",
  "bounced",
  "failed",
  "suppressed",
] as const;
const KINDS = [
  "document",
  "till_receipt",
  "top_up_receipt",
  "refund_done",
  "payout_paid",
  "payout_returned",
  "invitation",
  "password_reset",
  "address_changed",
] as const;

/** What the outbox can be filtered by. */
export function useNoticeFields(): readonly Field[] {
  const { t, word } = useText();
  return useMemo<Field[]>(
    () => [
      {
        id: "state",
        label: t("notice.state"),
        kind: "choice",
        options: STATES.map((value) => ({ value, label: t(`notice.state.${value}`) })),
        query: (state) => ({ state }),
      },
      {
        id: "kind",
        label: t("notice.kind"),
        kind: "choice",
        options: KINDS.map((value) => ({ value, label: word("notice.kind", value) })),
        query: (template) => ({ template }),
      },
      {
        id: "recipient",
        label: t("notice.recipient"),
        kind: "text",
        operator: "begins",
        query: (recipient) => ({ recipient }),
      },
      { id: "created", label: t("notice.createdAt"), kind: "time" },
    ],
    [t, word],
  );
}
