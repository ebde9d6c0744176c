import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { SessionProof } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { said } from "../../parts/undo";
import { useSessionWords } from "./useSessionWords";

export type Judgement = "accept" | "void";

/** Accepts a doubted session, or takes one out of billing: by name and with a reason. */
export function JudgeDialog({
  session,
  judgement,
  onClose,
}: {
  session: SessionProof;
  judgement: Judgement;
  onClose: () => void;
}) {
  const { t, format } = useText();
  const words = useSessionWords();
  const accept = api.useMutation("post", "/sessions/{id}/acceptance");
  const takeOut = api.useMutation("post", "/sessions/{id}/voiding");
  const accepts = judgement === "accept";
  const values = { energy: format.energy(session.energyWh), who: words.who(session) };
  return (
    <ConsentDialog
      title={t(accepts ? "session.acceptTitle" : "session.voidTitle")}
      confirm={t(accepts ? "session.accept" : "session.void")}
      danger={!accepts}
      reason
      onClose={onClose}
      onConfirm={async (reason) => {
        const judge = accepts ? accept : takeOut;
        await judge.mutateAsync({
          params: { path: { id: session.id } },
          headers: ifMatch(session),
          body: { reason },
        });
        said(t(accepts ? "session.accepted" : "session.voided"));
      }}
    >
      <p style={{ margin: 0 }}>{t(accepts ? "session.acceptWords" : "session.voidWords", values)}</p>
    </ConsentDialog>
  );
}
