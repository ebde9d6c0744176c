import { useMemo } from "react";
import { useText } from "../../i18n/text";
import type { Field } from "../../parts/filter/field";
import { REFUND_STATES } from "./refundStates";

/** What refunds can be filtered by. */
export function useRefundFields(): readonly Field[] {
  const { t } = useText();
  return useMemo<Field[]>(
    () => [
      {
        id: "state",
        label: t("refund.state"),
        kind: "choice",
        options: REFUND_STATES.map((value) => ({ value, label: t(`refundState.${value}`) })),
        query: (state) => ({ state }),
      },
    ],
    [t],
  );
}
