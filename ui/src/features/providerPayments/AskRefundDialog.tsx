import { Alert, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { RefundOffer } from "../../api/views";
import { useText } from "../../i18n/text";
import { Approvers } from "../../parts/Approvers";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { ForeseenMoves } from "../../parts/ForeseenMoves";
import { minorOf, typedOf } from "../../parts/typedMoney";
import { said } from "../../parts/undo";

/** Asks that money goes back: how much, why, and who will have to approve it. */
export function AskRefundDialog({
  paymentId,
  offer,
  onClose,
}: {
  paymentId: string;
  offer: RefundOffer;
  onClose: () => void;
}) {
  const { t, format } = useText();
  const ask = api.useMutation("post", "/payments/{id}/refunds");
  const [typed, setTyped] = useState(typedOf(offer.most.minor));
  const [key] = useState(() => crypto.randomUUID());
  const minor = minorOf(typed);
  const fits = minor !== undefined && minor > 0 && minor <= offer.most.minor;
  const path = { id: paymentId };
  const foreseen = api.useQuery(
    "get",
    "/payments/{id}/refund-moves",
    { params: { path, query: { minor: minor ?? 0 } } },
    { enabled: fits },
  );
  const most = format.money(offer.most.minor, offer.most.currency);
  const alone = offer.approvers.length === 0;
  return (
    <ConsentDialog
      title={t("refund.ask")}
      confirm={t("refund.ask")}
      reason
      size="lg"
      waiting={!fits || foreseen.error != null}
      onClose={onClose}
      onConfirm={async (reason) => {
        await ask.mutateAsync({
          params: { path },
          headers: idempotent(key),
          body: { minor: minor ?? 0, reason },
        });
        said(t("refund.wasAsked"));
      }}
    >
      <p style={{ margin: 0 }}>{t("refund.askWords", { most })}</p>
      <Alert color={alone ? "yellow" : "gray"} icon={alone ? <IconAlertTriangle /> : <IconUsers />}>
        <Approvers names={offer.approvers} />
      </Alert>
      <TextInput
        label={t("refund.howMuch", { currency: offer.most.currency })}
        inputMode="decimal"
        required
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={fits ? undefined : t("refund.amountFault", { most })}
      />
      {fits && <ForeseenMoves moves={foreseen.data} error={foreseen.error} />}
    </ConsentDialog>
  );
}
