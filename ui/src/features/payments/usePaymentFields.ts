import { useMemo } from "react";
import { useText } from "../../i18n/text";
import type { Field } from "../../parts/filter/field";
import { OUTCOMES } from "./paymentWords";

/** What incoming payments can be filtered by. */
export function usePaymentFields(): readonly Field[] {
  const { t } = useText();
  return useMemo<Field[]>(
    () => [
      {
        id: "open",
        label: t("incoming.decision"),
        kind: "choice",
        options: [
          { value: "true", label: t("incoming.toDecide") },
          { value: "false", label: t("incoming.placed") },
        ],
        query: (open) => ({ open }),
      },
      {
        id: "outcome",
        label: t("incoming.outcome"),
        kind: "choice",
        options: OUTCOMES.map((value) => ({ value, label: t(`incoming.outcome.${value}`) })),
        query: (outcome) => ({ outcome }),
      },
    ],
    [t],
  );
}
