import { Button } from "@mantine/core";
import { IconCreditCardRefund } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import type { Payment } from "../../api/views";
import { useText } from "../../i18n/text";
import { RefundBadge } from "../../parts/RefundBadge";
import { Section } from "../../parts/Section";
import { can, useMe } from "../../shell/session";
import { AskRefundDialog } from "./AskRefundDialog";
import classes from "./PaymentRefunds.module.css";

/** What of a payment goes back, has gone back, and could. */
export function PaymentRefunds({ payment }: { payment: Payment }) {
  const { t, format } = useText();
  const me = useMe();
  const { id, organisationId } = payment;
  const refunds = api.useQuery("get", "/refunds", { params: { query: { organisationId, paymentId: id } } });
  const offer = api.useQuery("get", "/payments/{id}/refund-offer", { params: { path: { id } } });
  const [asking, setAsking] = useState(false);
  const items = refunds.data?.items ?? [];
  const most = offer.data?.most;
  const money = (it: { minor: number; currency: string }) => format.money(it.minor, it.currency);
  return (
    <Section title={t("room.refunds")}>
      {items.length > 0 && (
        <ul className={classes.list}>
          {items.map((refund) => (
            <li key={refund.id}>
              <Link to="/refunds" search={{ open: refund.id }}>
                {t("refund.listed", { amount: money(refund.amount), at: format.dateTime(refund.askedAt) })}
              </Link>
              <RefundBadge state={refund.state} />
            </li>
          ))}
        </ul>
      )}
      {most && (
        <p className={classes.soft}>
          {most.minor > 0 ? t("refund.most", { amount: money(most) }) : t("refund.none")}
        </p>
      )}
      {most && most.minor > 0 && can(me, "ask_refund") && (
        <Button
          variant="default"
          mt="xs"
          leftSection={<IconCreditCardRefund size={16} />}
          onClick={() => setAsking(true)}
        >
          {t("refund.ask")}
        </Button>
      )}
      {asking && offer.data && (
        <AskRefundDialog paymentId={id} offer={offer.data} onClose={() => setAsking(false)} />
      )}
    </Section>
  );
}
