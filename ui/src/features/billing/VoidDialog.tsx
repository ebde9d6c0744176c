import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { OpenDocument } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { ForeseenMoves } from "../../parts/ForeseenMoves";

/** Takes a document out of use that never left the house, and says first what goes back on which accounts. */
export function VoidDialog({ document, onClose }: { document: OpenDocument; onClose: () => void }) {
  const { t } = useText();
  const makeVoid = api.useMutation("post", "/documents/{id}/void");
  const params = { path: { id: document.id } };
  const foreseen = api.useQuery("get", "/documents/{id}/void", { params });
  return (
    <ConsentDialog
      title={t("document.voidTitle", { number: document.number ?? "" })}
      confirm={t("document.void")}
      danger
      reason
      size="lg"
      waiting={foreseen.error != null}
      onClose={onClose}
      onConfirm={(reason) => makeVoid.mutateAsync({ params, headers: ifMatch(document), body: { reason } })}
    >
      <p style={{ margin: 0 }}>{t("document.voidConsequence")}</p>
      <ForeseenMoves moves={foreseen.data} error={foreseen.error} />
    </ConsentDialog>
  );
}
