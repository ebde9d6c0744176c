import { useState } from "react";
import { idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { OpenIncomingPayment } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { ForeseenMoves } from "../../parts/ForeseenMoves";
import { said } from "../../parts/undo";
import classes from "./Payments.module.css";

/** Asks why what was said of a payment is taken back: where it was placed, or that it is the deposit of another file. */
export function TakeBackDialog({
  payment,
  documentId,
  words,
  onClose,
}: {
  payment: OpenIncomingPayment;
  documentId?: string;
  words: string;
  onClose: () => void;
}) {
  const { t } = useText();
  const back = api.useMutation("post", "/incoming-payments/{id}/take-back");
  const [key] = useState(() => crypto.randomUUID());
  const foreseen = api.useQuery("get", "/incoming-payments/{id}/take-back", {
    params: { path: { id: payment.id }, query: { documentId } },
  });
  return (
    <ConsentDialog
      title={t("incoming.takeBackTitle")}
      confirm={t("incoming.takeBack")}
      reason
      size="lg"
      waiting={foreseen.error != null}
      onClose={onClose}
      onConfirm={async (reason) => {
        await back.mutateAsync({
          params: { path: { id: payment.id } },
          headers: { ...ifMatch(payment), ...idempotent(key) },
          body: { reason, documentId },
        });
        said(t("incoming.isTakenBack"));
      }}
    >
      <p className={classes.line}>{words}</p>
      <ForeseenMoves moves={foreseen.data} error={foreseen.error} />
    </ConsentDialog>
  );
}
