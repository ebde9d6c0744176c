import { Alert, Button, Checkbox } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconEyeCheck, IconReceipt } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { OpenPayment } from "../../api/views";
import { useText } from "../../i18n/text";
import { AcceptedTerms } from "../../parts/AcceptedTerms";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { DetailPanel } from "../../parts/DetailPanel";
import { Facts } from "../../parts/Facts";
import { RecordHistory } from "../../parts/history/RecordHistory";
import { LoadingPanel } from "../../parts/LoadingPanel";
import { PaymentBadge } from "../../parts/PaymentBadge";
import { Posted } from "../../parts/Posted";
import { PayOut } from "../../parts/payout/PayOut";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import { useOpenFile } from "../../parts/useOpenFile";
import { can, useMe } from "../../shell/session";
import classes from "./PaymentPanel.module.css";
import { PaymentRefunds } from "./PaymentRefunds";
import { waitsForLook } from "./paymentStates";

/** One payment: its tries, what the provider said of each, and what somebody has to look at. */
export function PaymentPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t, format } = useText();
  const me = useMe();
  const query = api.useQuery("get", "/payments/{id}", { params: { path: { id } } });
  const [looking, setLooking] = useState(false);
  const payment = query.data;
  if (!payment) return <LoadingPanel query={query} onClose={onClose} />;
  const { amount, state, concern } = payment;
  const waits = waitsForLook(payment);
  const isTopUp = payment.purpose === "top_up";
  return (
    <DetailPanel
      title={t("providerPayment.titled", { amount: format.money(amount.minor, amount.currency) })}
      badges={<PaymentBadge state={state} />}
      subtitle={payment.recipient ?? undefined}
      onClose={onClose}
      actions={
        waits &&
        can(me, "take_payment") && (
          <Button leftSection={<IconEyeCheck size={16} />} onClick={() => setLooking(true)}>
            {t("providerPayment.look")}
          </Button>
        )
      }
    >
      {concern && (
        <Alert
          color={waits ? "yellow" : "gray"}
          icon={waits ? <IconAlertTriangle /> : <IconCircleCheck />}
          title={t(`providerPayment.concern.${concern}`)}
        >
          {waits || !payment.lookedAt
            ? t(
                isTopUp && concern === "other_amount"
                  ? "providerPayment.topUpOtherAmount"
                  : isTopUp && concern === "more_than_open"
                    ? "providerPayment.topUpTwice"
                    : `providerPayment.concernWords.${concern}`,
              )
            : t("providerPayment.lookedAt", {
                at: format.dateTime(payment.lookedAt),
                reason: payment.lookedAtReason ?? "",
              })}
        </Alert>
      )}
      <Facts
        rows={[
          payment.documentId
            ? [
                t("providerPayment.invoice"),
                payment.number ? (
                  <Link key="invoice" to="/documents" search={{ open: payment.documentId }}>
                    {payment.number}
                  </Link>
                ) : (
                  t("providerPayment.gone")
                ),
              ]
            : [t("providerPayment.for"), t("providerPayment.topUp")],
          [t("providerPayment.amount"), format.money(amount.minor, amount.currency)],
          [t("providerPayment.provider"), t(`paymentProvider.${payment.provider}`)],
          [t("providerPayment.begunAt"), format.dateTime(payment.begunAt)],
        ]}
      />
      {payment.receipts.length > 0 && <Receipts payment={payment} />}
      <PaymentRefunds payment={payment} />
      <PayOut of={{ paymentId: payment.id }} organisationId={payment.organisationId} />
      <Tries payment={payment} />
      {payment.accepted.length > 0 && (
        <Section title={t("terms.accepted")}>
          <AcceptedTerms items={payment.accepted} />
        </Section>
      )}
      {payment.callbacks.length > 0 && <Callbacks payment={payment} />}
      <Posted of={{ sourceId: payment.id }} />
      <RecordHistory id={payment.id} />
      {looking && <LookDialog payment={payment} onClose={() => setLooking(false)} />}
    </DetailPanel>
  );
}

/** What the payer has got for money that was put in. */
function Receipts({ payment }: { payment: OpenPayment }) {
  const { t, format } = useText();
  const openFile = useOpenFile();
  return (
    <Section title={t("providerPayment.receipts")}>
      <ul className={classes.list}>
        {payment.receipts.map((receipt) => (
          <li key={receipt.id}>
            <span>
              {receipt.number}
              <span className={classes.soft}>
                {" · "}
                {format.date(receipt.issuedOn)}
                {" · "}
                {format.money(receipt.amount.minor, receipt.amount.currency)}
              </span>
            </span>
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconReceipt size={14} />}
              onClick={() => void openFile(`/top-up-receipts/${receipt.id}/file`)}
            >
              {t("providerPayment.openReceipt", { number: receipt.number })}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Tries({ payment }: { payment: OpenPayment }) {
  const { t, format } = useText();
  return (
    <Section title={t("providerPayment.tries")}>
      {payment.attempts.map((attempt) => (
        <article key={attempt.id} className={classes.try}>
          <header className={classes.head}>
            <h4 className={classes.title}>{t("providerPayment.try", { place: attempt.place })}</h4>
            <PaymentBadge state={attempt.state} />
          </header>
          <Facts
            rows={[
              [t("providerPayment.provider"), t(`paymentProvider.${attempt.provider}`)],
              [t("providerPayment.begunAt"), format.dateTime(attempt.begunAt)],
              attempt.savedCardId
                ? [
                    t("providerPayment.card"),
                    attempt.chargedAt
                      ? t("providerPayment.cardCharged", { at: format.dateTime(attempt.chargedAt) })
                      : t("providerPayment.cardWaits"),
                  ]
                : undefined,
              attempt.reference ? [t("providerPayment.reference"), attempt.reference] : undefined,
              attempt.movement ? [t("providerPayment.movement"), attempt.movement] : undefined,
              attempt.came
                ? [t("providerPayment.came"), format.money(attempt.came.minor, attempt.came.currency)]
                : undefined,
              attempt.bookedAt
                ? [t("providerPayment.bookedAt"), format.dateTime(attempt.bookedAt)]
                : undefined,
              attempt.code
                ? [t("providerPayment.code"), [attempt.code, attempt.words].filter(Boolean).join(": ")]
                : undefined,
              attempt.askedAt ? [t("providerPayment.askedAt"), format.dateTime(attempt.askedAt)] : undefined,
              attempt.nextAskAt
                ? [t("providerPayment.nextAskAt"), format.dateTime(attempt.nextAskAt)]
                : undefined,
            ]}
          />
        </article>
      ))}
    </Section>
  );
}

function Callbacks({ payment }: { payment: OpenPayment }) {
  const { t, format } = useText();
  return (
    <Section title={t("providerPayment.callbacks")}>
      <p className={classes.soft}>{t("providerPayment.callbacksWords")}</p>
      <ul className={classes.list}>
        {payment.callbacks.map((callback) => (
          <li key={`${callback.attemptId} ${callback.event}`}>
            <span>
              {format.dateTime(callback.receivedAt)}
              {callback.repeated > 0 && (
                <span className={classes.soft}>
                  {" · "}
                  {t("providerPayment.repeated", { count: callback.repeated })}
                </span>
              )}
            </span>
            <StateBadge tone="mute">
              {t(
                callback.outcome === "asked"
                  ? "providerPayment.callback.asked"
                  : "providerPayment.callback.ignored",
              )}
            </StateBadge>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Says what somebody has found, and places money that waits on suspense. */
function LookDialog({ payment, onClose }: { payment: OpenPayment; onClose: () => void }) {
  const { t } = useText();
  const look = api.useMutation("post", "/payments/{id}/look");
  const placeable =
    payment.concern === "other_amount" &&
    payment.attempts.some(
      ({ bookedAt, came }) => bookedAt && came && came.currency === payment.amount.currency,
    );
  const [places, setPlaces] = useState(placeable);
  return (
    <ConsentDialog
      title={t("providerPayment.look")}
      confirm={t("providerPayment.look")}
      reason
      onClose={onClose}
      onConfirm={(reason) =>
        look.mutateAsync({
          params: { path: { id: payment.id } },
          headers: ifMatch(payment),
          body: { reason, places },
        })
      }
    >
      <p className={classes.soft}>{t("providerPayment.lookWords")}</p>
      {placeable && (
        <Checkbox
          label={t(payment.documentId ? "providerPayment.places" : "providerPayment.placesTopUp")}
          checked={places}
          onChange={(event) => setPlaces(event.currentTarget.checked)}
        />
      )}
    </ConsentDialog>
  );
}
