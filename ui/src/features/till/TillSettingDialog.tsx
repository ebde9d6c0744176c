import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { TillStanding } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { said } from "../../parts/undo";

/** Turns the counter on, having said what it is not; or off. */
export function TillSettingDialog({
  organisationId,
  standing,
  onClose,
}: {
  organisationId: string;
  standing: TillStanding;
  onClose: () => void;
}) {
  const { t } = useText();
  const save = api.useMutation("put", "/till-setting");
  const active = !standing.active;
  const title = t(active ? "till.turnOn" : "till.turnOff");
  return (
    <ConsentDialog
      title={title}
      confirm={title}
      onClose={onClose}
      onConfirm={async () => {
        const params = { query: { organisationId } };
        await save.mutateAsync({ params, headers: ifMatch(standing), body: { active } });
        said(t(active ? "till.turnedOn" : "till.turnedOff"));
      }}
    >
      <p style={{ margin: 0 }}>{t(active ? "till.law" : "till.turnOffWords")}</p>
    </ConsentDialog>
  );
}
