import { useMemo } from "react";
import { useText } from "../../i18n/text";
import type { Field } from "../../parts/filter/field";
import { PAYOUT_STATES } from "./payoutStates";

/** What payouts can be filtered by. */
export function usePayoutFields(): readonly Field[] {
  const { t } = useText();
  return useMemo<Field[]>(
    () => [
      {
        id: "state",
        label: t("payout.state"),
        kind: "choice",
        options: PAYOUT_STATES.map((value) => ({ value, label: t(`payoutState.${value}`) })),
        query: (state) => ({ state }),
      },
    ],
    [t],
  );
}
