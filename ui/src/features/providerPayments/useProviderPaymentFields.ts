import { useMemo } from "react";
import { useText } from "../../i18n/text";
import type { Field } from "../../parts/filter/field";
import { STATES } from "./paymentStates";

const PROVIDERS = ["swish", "vipps", "payson"] as const;

/** What payments through providers can be filtered by. */
export function useProviderPaymentFields(): readonly Field[] {
  const { t } = useText();
  return useMemo<Field[]>(
    () => [
      {
        id: "toLookAt",
        label: t("providerPayment.toLookAt"),
        kind: "choice",
        options: [
          { value: "true", label: t("providerPayment.toLookAt.yes") },
          { value: "false", label: t("providerPayment.toLookAt.no") },
        ],
        query: (toLookAt) => ({ toLookAt }),
      },
      {
        id: "state",
        label: t("providerPayment.state"),
        kind: "choice",
        options: STATES.map((value) => ({ value, label: t(`paymentState.${value}`) })),
        query: (state) => ({ state }),
      },
      {
        id: "purpose",
        label: t("providerPayment.for"),
        kind: "choice",
        options: [
          { value: "document", label: t("providerPayment.invoice") },
          { value: "top_up", label: t("providerPayment.topUp") },
        ],
        query: (purpose) => ({ purpose }),
      },
      {
        id: "provider",
        label: t("providerPayment.provider"),
        kind: "choice",
        options: PROVIDERS.map((value) => ({ value, label: t(`paymentProvider.${value}`) })),
        query: (provider) => ({ provider }),
      },
      { id: "moved", label: t("providerPayment.moved"), kind: "time" },
    ],
    [t],
  );
}
