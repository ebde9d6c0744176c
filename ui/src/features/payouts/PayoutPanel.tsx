import { Alert, Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconAlertTriangle, IconBuildingBank, IconCheck, IconUsers, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import type { OpenPayout } from "../../api/views";
import { useText } from "../../i18n/text";
import { Approvers } from "../../parts/Approvers";
import { DetailPanel } from "../../parts/DetailPanel";
import { Facts } from "../../parts/Facts";
import { RecordHistory } from "../../parts/history/RecordHistory";
import { LoadingPanel } from "../../parts/LoadingPanel";
import { MoneyWords } from "../../parts/MoneyWords";
import { Posted } from "../../parts/Posted";
import { PayoutBadge } from "../../parts/payout/PayoutBadge";
import { useReasonWords } from "../../parts/payout/useReasonWords";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import { type PayoutAct, PayoutActDialog } from "./PayoutActDialog";
import classes from "./Payouts.module.css";
import { toneOf } from "./payoutStates";
import { useStatusWords } from "./useStatusWords";

/** One payout: who asked and why, who decided, and what the bank has said. A and R decide, each with a question first. */
export function PayoutPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t, format } = useText();
  const query = api.useQuery("get", "/payouts/{id}", { params: { path: { id } } });
  const [acting, setActing] = useState<PayoutAct>();
  const payout = query.data;
  const decides = (act: PayoutAct) => () => payout?.mayDecide && !acting && setActing(act);
  useHotkeys([
    ["A", decides("approve")],
    ["R", decides("refuse")],
  ]);
  if (!payout) return <LoadingPanel query={query} onClose={onClose} />;
  return (
    <DetailPanel
      title={t("payout.titled", { amount: format.money(payout.amount.minor, payout.amount.currency) })}
      badges={<PayoutBadge state={payout.state} />}
      subtitle={payout.name}
      onClose={onClose}
      actions={
        <>
          {payout.mayDecide && (
            <>
              <Button leftSection={<IconCheck size={16} />} onClick={() => setActing("approve")}>
                {t("payout.approve")}
              </Button>
              <Button variant="default" leftSection={<IconX size={16} />} onClick={() => setActing("refuse")}>
                {t("payout.refuse")}
              </Button>
            </>
          )}
          {payout.mayWithdraw && (
            <Button variant="default" onClick={() => setActing("withdraw")}>
              {t("payout.withdraw")}
            </Button>
          )}
          {payout.maySettle && (
            <Button
              variant="default"
              leftSection={<IconBuildingBank size={16} />}
              onClick={() => setActing("settle")}
            >
              {t("payout.settle")}
            </Button>
          )}
        </>
      }
    >
      <Standing payout={payout} />
      <Facts
        rows={[
          [t("payout.recipient"), payout.name],
          payout.accountKind
            ? [t(`payout.accountKind.${payout.accountKind}`), payout.account ?? ""]
            : [t("payout.way"), t("payout.counter")],
          [t("payout.reason"), payout.reason],
          [t("payout.askedAt"), format.dateTime(payout.askedAt)],
          [t("payout.askedBy"), payout.askedBy ?? ""],
          payout.decidedAt ? [t("payout.decidedAt"), format.dateTime(payout.decidedAt)] : undefined,
          payout.decidedBy ? [t("payout.decidedBy"), payout.decidedBy] : undefined,
          payout.decidedReason ? [t("payout.decidedReason"), payout.decidedReason] : undefined,
          payout.personId
            ? [
                t("payout.person"),
                <Link key="person" to="/people" search={{ open: payout.personId }}>
                  {t("payout.openSource")}
                </Link>,
              ]
            : undefined,
          payout.incomingPaymentId
            ? [
                t("payout.incomingPayment"),
                <Link key="incoming" to="/incoming-payments" search={{ open: payout.incomingPaymentId }}>
                  {t("payout.openSource")}
                </Link>,
              ]
            : undefined,
          payout.paymentId
            ? [
                t("payout.payment"),
                <Link key="payment" to="/payments" search={{ open: payout.paymentId }}>
                  {t("payout.openSource")}
                </Link>,
              ]
            : undefined,
        ]}
      />
      <AtBank payout={payout} />
      <MoneyWords told={payout.told} unreached={payout.unreached} />
      <Posted of={{ sourceId: payout.id }} />
      <RecordHistory id={payout.id} />
      {acting && <PayoutActDialog payout={payout} act={acting} onClose={() => setActing(undefined)} />}
    </DetailPanel>
  );
}

/** Who has to do what next, in words. */
function Standing({ payout }: { payout: OpenPayout }) {
  const { t } = useText();
  if (payout.state !== "asked") {
    const warns = payout.state === "rejected" || payout.state === "returned";
    return (
      <Alert
        color={warns ? "yellow" : "gray"}
        icon={warns ? <IconAlertTriangle /> : undefined}
        title={t(`payoutState.${payout.state}`)}
      >
        {payout.atCounter && payout.state === "approved"
          ? t("payout.says.atCounter")
          : payout.atCounter && payout.state === "paid"
            ? t("payout.says.handedOver")
            : t(`payout.says.${payout.state}`)}
      </Alert>
    );
  }
  const alone = payout.approvers.length === 0;
  return (
    <Alert
      color={alone ? "yellow" : "gray"}
      icon={alone ? <IconAlertTriangle /> : <IconUsers />}
      title={t("payout.waits")}
    >
      {payout.decisionRefusal === "decision.own_wish" && `${t("payout.ownWish")} `}
      {payout.decisionRefusal === "decision.own_money" && `${t("payout.ownMoney")} `}
      <Approvers names={payout.approvers} mayDecide={payout.mayDecide} />
    </Alert>
  );
}

/** The times that the bank was asked, and what it has said. */
function AtBank({ payout }: { payout: OpenPayout }) {
  const { t, format } = useText();
  const reason = useReasonWords();
  const stand = useStatusWords();
  if (payout.items.length === 0) return null;
  return (
    <Section title={t("payout.atBank")}>
      <ul className={classes.list}>
        {payout.items.map((item) => (
          <li key={item.endToEndId}>
            <span>
              {item.fileName}
              <span className={classes.detail}>
                {t("payoutFile.executeOn", { on: format.date(item.executeOn) })} · {item.endToEndId}
              </span>
              {item.told === "rejected" && (
                <span className={classes.detail}>{reason(item.reasonCode, item.words)}</span>
              )}
              {item.bankReference && (
                <span className={classes.detail}>
                  {t("payout.bankReference")} {item.bankReference}
                </span>
              )}
            </span>
            {item.told && (
              <StateBadge tone={item.told === "rejected" ? "bad" : item.told === "paid" ? "good" : "calm"}>
                {t(`payoutWord.${item.told}`)}
                {item.byHand && ` · ${t("payout.byHand")}`}
              </StateBadge>
            )}
          </li>
        ))}
        {payout.statuses.map((status, place) => (
          <li key={place}>
            <span>
              {format.dateTime(status.writtenAt)}
              <span className={classes.detail}>
                {stand(status.statusCode)} {status.reasonCode && reason(status.reasonCode, status.words)}
              </span>
            </span>
            <StateBadge tone={toneOf(status)}>{t(`payoutStatus.outcome.${status.outcome}`)}</StateBadge>
          </li>
        ))}
      </ul>
    </Section>
  );
}
