import { Alert, Button } from "@mantine/core";
import { IconArrowBackUp, IconInfoCircle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import type { OpenIncomingPayment } from "../../api/views";
import { useText } from "../../i18n/text";
import { DetailPanel } from "../../parts/DetailPanel";
import { Facts } from "../../parts/Facts";
import { RecordHistory } from "../../parts/history/RecordHistory";
import { LoadingPanel } from "../../parts/LoadingPanel";
import { Posted } from "../../parts/Posted";
import { PayOut } from "../../parts/payout/PayOut";
import { Scroll } from "../../parts/Scroll";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import { can, useMe } from "../../shell/session";
import { FromCounter } from "./FromCounter";
import classes from "./Payments.module.css";
import { standOf, toneOf } from "./paymentWords";
import { SameDeposit } from "./SameDeposit";
import { Settlement } from "./Settlement";
import { TakeBackDialog } from "./TakeBackDialog";

/** One payment: what it has settled, where the rest may belong, and the lines of the file that prove it. */
export function IncomingPaymentPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t, format } = useText();
  const me = useMe();
  const query = api.useQuery("get", "/incoming-payments/{id}", { params: { path: { id } } });
  const payment = query.data;
  if (!payment) return <LoadingPanel query={query} onClose={onClose} />;
  const { amount, left } = payment;
  const takes = can(me, "take_payment");
  return (
    <DetailPanel
      title={t("incoming.titled", { amount: format.money(amount.minor, amount.currency) })}
      badges={<StateBadge tone={toneOf(payment)}>{t(standOf(payment))}</StateBadge>}
      subtitle={payment.payer ?? t("incoming.nobody")}
      onClose={onClose}
    >
      {left.minor < 0 && (
        <Alert color="yellow" icon={<IconInfoCircle />}>
          {t("incoming.takenBack")}
        </Alert>
      )}
      <Facts
        rows={[
          [t("incoming.bookedOn"), format.date(payment.bookedOn)],
          [t("incoming.amount"), format.money(amount.minor, amount.currency)],
          [t("incoming.left"), format.money(left.minor, left.currency)],
          [t("incoming.kind"), t(`incoming.kind.${payment.kind}`)],
          [t("incoming.payerAccount"), payment.payerAccount],
          [t("incoming.account"), payment.account],
          ...payment.references.map(
            (reference) =>
              [
                t(`incoming.reference.${reference.kind}`),
                reference.amount
                  ? `${reference.text} · ${format.money(reference.amount.minor, reference.amount.currency)}`
                  : reference.text,
              ] as const,
          ),
          payment.information.length > 0 && [t("incoming.information"), payment.information.join(" ")],
        ]}
      />
      {payment.settled.length > 0 && <Settled payment={payment} takes={takes} />}
      {payment.settlement && <AsSettlement payment={payment} number={payment.settlement} takes={takes} />}
      {(payment.sameAs || payment.deposits.length > 0) && (
        <SameDeposit key={`${payment.rowVersion} deposit`} payment={payment} takes={takes} />
      )}
      {/* Most of what fits nothing is for an invoice: that is offered before what is rarer. */}
      {left.minor !== 0 && takes && <Settlement key={payment.rowVersion} payment={payment} />}
      <FromCounter key={`${payment.rowVersion} counter`} payment={payment} takes={takes} />
      <PayOut of={{ incomingPaymentId: payment.id }} organisationId={payment.organisationId} />
      <Section title={t("incoming.proof")}>
        <p className={classes.detail}>
          {t("incoming.proofWords", { name: payment.file.name, line: payment.line })}
        </p>
        <Scroll label={t("incoming.proof")}>
          <pre className={classes.proof}>{payment.lines.join("\n")}</pre>
        </Scroll>
      </Section>
      <Posted of={{ sourceId: payment.id }} />
      <RecordHistory id={payment.id} />
    </DetailPanel>
  );
}

/** The money of a settlement, which can be said to be something else after all. */
function AsSettlement({
  payment,
  number,
  takes,
}: {
  payment: OpenIncomingPayment;
  number: string;
  takes: boolean;
}) {
  const { t } = useText();
  const [asks, setAsks] = useState(false);
  return (
    <Section title={t("incoming.outcome.settlement")}>
      <ul className={classes.list}>
        <li>
          <span>{t("incoming.isSettlement", { number })}</span>
          {takes && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconArrowBackUp size={14} />}
              onClick={() => setAsks(true)}
            >
              {t("incoming.takeBack")}
            </Button>
          )}
        </li>
      </ul>
      {asks && (
        <TakeBackDialog
          payment={payment}
          words={t("incoming.notSettlement")}
          onClose={() => setAsks(false)}
        />
      )}
    </Section>
  );
}

function Settled({ payment, takes }: { payment: OpenIncomingPayment; takes: boolean }) {
  const { t, format } = useText();
  const [back, setBack] = useState<OpenIncomingPayment["settled"][number]>();
  return (
    <Section title={t("incoming.settled")}>
      <ul className={classes.list}>
        {payment.settled.map(({ document, amount }) => (
          <li key={document.documentId}>
            <span>
              <Link to="/documents" search={{ open: document.documentId }}>
                {t(document.kind === "reminder" ? "incoming.reminder" : "incoming.invoice", {
                  number: document.number,
                })}
              </Link>
              <span className={classes.detail}>
                {document.recipient}
                {" · "}
                {document.open.minor > 0
                  ? t("incoming.openOf", {
                      amount: format.money(document.open.minor, document.open.currency),
                    })
                  : t("incoming.isPaid")}
              </span>
            </span>
            <span className={classes.acts}>
              {format.money(amount.minor, amount.currency)}
              {takes && (
                <Button
                  size="compact-sm"
                  variant="default"
                  leftSection={<IconArrowBackUp size={14} />}
                  aria-label={t("incoming.takeBackFrom", { number: document.number })}
                  onClick={() => setBack({ document, amount })}
                >
                  {t("incoming.takeBack")}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {back && (
        <TakeBackDialog
          payment={payment}
          documentId={back.document.documentId}
          words={t("incoming.takeBackWords", {
            amount: format.money(back.amount.minor, back.amount.currency),
            number: back.document.number,
          })}
          onClose={() => setBack(undefined)}
        />
      )}
    </Section>
  );
}
