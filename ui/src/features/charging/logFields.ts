import { useMemo } from "react";
import { useText } from "../../i18n/text";
import type { Field } from "../../parts/filter/field";

/** The calls of OCPP 1.6 that either side makes, as the standard names them. */
const ACTIONS = [
  "Authorize",
  "BootNotification",
  "ChangeAvailability",
  "ChangeConfiguration",
  "ClearCache",
  "DataTransfer",
  "DiagnosticsStatusNotification",
  "FirmwareStatusNotification",
  "GetConfiguration",
  "MeterValues",
  "RemoteStartTransaction",
  "RemoteStopTransaction",
  "Reset",
  "StartTransaction",
  "StatusNotification",
  "StopTransaction",
  "TriggerMessage",
  "UnlockConnector",
] as const;

/** What the raw log can be filtered by. */
export function useLogFields(): readonly Field[] {
  const { t } = useText();
  return useMemo<Field[]>(
    () => [
      {
        id: "action",
        label: t("log.what"),
        kind: "choice",
        options: ACTIONS.map((value) => ({ value, label: value })),
        query: (action) => ({ action }),
      },
      {
        id: "direction",
        label: t("log.direction"),
        kind: "choice",
        options: [
          { value: "in", label: t("log.in") },
          { value: "out", label: t("log.out") },
        ],
        query: (direction) => ({ fromChargePoint: String(direction === "in") }),
      },
    ],
    [t],
  );
}
