import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { SessionProof } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { PersonSelect } from "../../parts/PersonSelect";
import { useUndo } from "../../parts/undo";

/** Says who took the energy of a session, or that nobody is known to have. */
export function PayerDialog({ session, onClose }: { session: SessionProof; onClose: () => void }) {
  const { t } = useText();
  const offerUndo = useUndo();
  const change = api.useMutation("patch", "/sessions/{id}");
  const known =
    session.personId && session.personName ? { id: session.personId, name: session.personName } : undefined;
  // Of somebody with protected identity it is only said that there is one.
  const veiled = session.hasPerson && !session.personId;
  const [personId, setPersonId] = useState(session.personId ?? "");
  const give = (it: { id: string; rowVersion: number }, to: string | null) =>
    change.mutateAsync({ params: { path: { id: it.id } }, headers: ifMatch(it), body: { personId: to } });
  return (
    <ConsentDialog
      title={t("session.whoseTitle")}
      confirm={t("action.save")}
      waiting={personId === (session.personId ?? "") && !(veiled && personId === "")}
      onClose={onClose}
      onConfirm={async () => {
        const before = session.personId ?? null;
        const saved = await give(session, personId || null);
        // Who has protected identity cannot be named again from here.
        if (!veiled) {
          offerUndo(t("session.given"), async () => {
            const back = await give(saved, before);
            return () => give(back, personId || null);
          });
        }
      }}
    >
      <p style={{ margin: 0 }}>{t("session.whoseWords")}</p>
      {session.tag && <p style={{ margin: 0 }}>{t("session.whoseTag", { tag: session.tag })}</p>}
      <PersonSelect
        label={t("session.person")}
        {...(known && { known })}
        value={personId}
        onChange={setPersonId}
      />
    </ConsentDialog>
  );
}
