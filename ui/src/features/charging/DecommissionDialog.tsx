import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { ChargePoint } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";

/** Takes a charge point out of service for good: its history stays, and why is asked. */
export function DecommissionDialog({ point, onClose }: { point: ChargePoint; onClose: () => void }) {
  const { t } = useText();
  const decommission = api.useMutation("post", "/charge-points/{id}/decommission");
  return (
    <ConsentDialog
      title={t("charging.decommissionTitle", { name: point.name })}
      confirm={t("charging.decommission")}
      danger
      reason
      onClose={onClose}
      onConfirm={(reason) =>
        decommission.mutateAsync({
          params: { path: { id: point.id } },
          headers: ifMatch(point),
          body: { reason },
        })
      }
    >
      <p style={{ margin: 0 }}>{t("charging.decommissionWords")}</p>
    </ConsentDialog>
  );
}
