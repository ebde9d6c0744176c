import { Alert, Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconAlertTriangle, IconCheck, IconRefresh, IconUsers, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { OpenRefund } from "../../api/views";
import { useText } from "../../i18n/text";
import { Approvers } from "../../parts/Approvers";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { DetailPanel } from "../../parts/DetailPanel";
import { Facts } from "../../parts/Facts";
import { ForeseenMoves } from "../../parts/ForeseenMoves";
import { RecordHistory } from "../../parts/history/RecordHistory";
import { LoadingPanel } from "../../parts/LoadingPanel";
import { MoneyWords } from "../../parts/MoneyWords";
import { Posted } from "../../parts/Posted";
import { PROVIDER_NAMES } from "../../parts/providerNames";
import { RefundBadge } from "../../parts/RefundBadge";

type Act = "approve" | "reject" | "withdraw" | "tryAgain";

/** One refund: who asked and why, who decided, and what the provider has said. A and R decide, each with a question first. */
export function RefundPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t, format } = useText();
  const query = api.useQuery("get", "/refunds/{id}", { params: { path: { id } } });
  const [acting, setActing] = useState<Act>();
  const refund = query.data;
  const decides = (act: Act) => () => refund?.mayDecide && !acting && setActing(act);
  useHotkeys([
    ["A", decides("approve")],
    ["R", decides("reject")],
  ]);
  if (!refund) return <LoadingPanel query={query} onClose={onClose} />;
  const money = ({ minor, currency }: OpenRefund["amount"]) => format.money(minor, currency);
  const part = (name: string, amount: OpenRefund["amount"]) =>
    amount.minor > 0 && ([name, money(amount)] as const);
  return (
    <DetailPanel
      title={t("refund.titled", { amount: money(refund.amount) })}
      badges={<RefundBadge state={refund.state} />}
      subtitle={refund.recipient ?? undefined}
      onClose={onClose}
      actions={
        <>
          {refund.mayDecide && (
            <>
              <Button leftSection={<IconCheck size={16} />} onClick={() => setActing("approve")}>
                {t("refund.approve")}
              </Button>
              <Button variant="default" leftSection={<IconX size={16} />} onClick={() => setActing("reject")}>
                {t("refund.reject")}
              </Button>
            </>
          )}
          {refund.mayWithdraw && (
            <Button variant="default" onClick={() => setActing("withdraw")}>
              {t("refund.withdraw")}
            </Button>
          )}
          {refund.mayTryAgain && (
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} />}
              onClick={() => setActing("tryAgain")}
            >
              {t("refund.tryAgain")}
            </Button>
          )}
        </>
      }
    >
      <Standing refund={refund} />
      <Facts
        rows={[
          [t("refund.amount"), money(refund.amount)],
          part(t("refund.fromPrepaid"), refund.fromPrepaid),
          part(t("refund.fromInvoice"), refund.fromInvoice),
          part(t("refund.fromSuspense"), refund.fromSuspense),
          [t("refund.reason"), refund.reason],
          [t("refund.askedBy"), refund.askedBy],
          [t("refund.askedAt"), format.dateTime(refund.askedAt)],
          refund.decidedAt ? [t("refund.decidedBy"), refund.decidedBy] : undefined,
          refund.decidedAt ? [t("refund.decidedAt"), format.dateTime(refund.decidedAt)] : undefined,
          refund.decidedReason ? [t("refund.decidedReason"), refund.decidedReason] : undefined,
          [
            t("refund.payment"),
            <Link key="payment" to="/payments" search={{ open: refund.paymentId }}>
              {t(`paymentProvider.${refund.provider}`)}
            </Link>,
          ],
          refund.number
            ? refund.documentId
              ? [
                  t("refund.invoice"),
                  <Link key="invoice" to="/documents" search={{ open: refund.documentId }}>
                    {refund.number}
                  </Link>,
                ]
              : [t("refund.topUp"), refund.number]
            : undefined,
          refund.code
            ? [t("refund.code"), [refund.code, refund.words].filter(Boolean).join(": ")]
            : undefined,
          refund.providerAskedAt
            ? [t("refund.providerAskedAt"), format.dateTime(refund.providerAskedAt)]
            : undefined,
          refund.nextAskAt ? [t("refund.nextAskAt"), format.dateTime(refund.nextAskAt)] : undefined,
        ]}
      />
      <MoneyWords told={refund.told} unreached={refund.unreached} />
      <Posted of={{ sourceId: refund.id }} />
      <RecordHistory id={refund.id} />
      {acting && <ActDialog refund={refund} act={acting} onClose={() => setActing(undefined)} />}
    </DetailPanel>
  );
}

/** Who has to do what next, in words. */
function Standing({ refund }: { refund: OpenRefund }) {
  const { t } = useText();
  if (refund.state !== "asked") {
    const warns = refund.state === "failed" || refund.state === "unknown";
    return (
      <Alert
        color={warns ? "yellow" : "gray"}
        icon={warns ? <IconAlertTriangle /> : undefined}
        title={t(`refundState.${refund.state}`)}
      >
        {t(`refund.says.${refund.state}`)}
      </Alert>
    );
  }
  return (
    <Alert
      color={refund.approvers.length > 0 ? "gray" : "yellow"}
      icon={refund.approvers.length > 0 ? <IconUsers /> : <IconAlertTriangle />}
      title={t("refund.waits")}
    >
      {refund.decisionRefusal === "decision.own_wish" && `${t("refund.ownWish")} `}
      {refund.decisionRefusal === "decision.own_money" && `${t("refund.ownMoney")} `}
      <Approvers names={refund.approvers} mayDecide={refund.mayDecide} />
    </Alert>
  );
}

/** Asks before money moves, or before it does not. */
function ActDialog({ refund, act, onClose }: { refund: OpenRefund; act: Act; onClose: () => void }) {
  const { t, format } = useText();
  const approve = api.useMutation("post", "/refunds/{id}/approve");
  const reject = api.useMutation("post", "/refunds/{id}/reject");
  const withdraw = api.useMutation("post", "/refunds/{id}/withdraw");
  const tryAgain = api.useMutation("post", "/refunds/{id}/try-again");
  const at = { params: { path: { id: refund.id } }, headers: ifMatch(refund) };
  const amount = format.money(refund.amount.minor, refund.amount.currency);
  const acts: Record<Act, { title: string; words: string; go: (reason: string) => Promise<unknown> }> = {
    approve: {
      title: t("refund.approve"),
      words: t("refund.approveWords", {
        amount,
        name: refund.recipient ?? "",
        provider: PROVIDER_NAMES[refund.provider],
      }),
      go: () => approve.mutateAsync(at),
    },
    reject: {
      title: t("refund.reject"),
      words: t("refund.rejectWords"),
      go: (reason) => reject.mutateAsync({ ...at, body: { reason } }),
    },
    withdraw: {
      title: t("refund.withdraw"),
      words: t("refund.withdrawWords"),
      go: () => withdraw.mutateAsync(at),
    },
    tryAgain: {
      title: t("refund.tryAgain"),
      words: t("refund.tryAgainWords"),
      go: () => tryAgain.mutateAsync(at),
    },
  };
  const { title, words, go } = acts[act];
  const foreseen = api.useQuery("get", "/refunds/{id}/moves", {
    params: { path: { id: refund.id }, query: { act: act === "tryAgain" ? "try_again" : act } },
  });
  return (
    <ConsentDialog
      title={title}
      confirm={title}
      reason={act === "reject"}
      size="lg"
      waiting={foreseen.error != null}
      onClose={onClose}
      onConfirm={go}
    >
      <p style={{ margin: 0 }}>{words}</p>
      <ForeseenMoves
        moves={foreseen.data}
        error={foreseen.error}
        title={act === "approve" ? t("transfer.foreseenPaid") : undefined}
      />
    </ConsentDialog>
  );
}
