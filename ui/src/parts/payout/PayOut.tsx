import { Button } from "@mantine/core";
import { IconTransferOut } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { can, useMe } from "../../shell/session";
import { Section } from "../Section";
import { AskPayoutDialog, type PayoutOf } from "./AskPayoutDialog";
import classes from "./PayOut.module.css";
import { PayoutBadge } from "./PayoutBadge";

/** What can go out to a bank account of somebody's money, or of what is left of a payment, and what does already. */
export function PayOut({ of, organisationId }: { of: PayoutOf; organisationId: string }) {
  const { t, format } = useText();
  const me = useMe();
  const [asking, setAsking] = useState(false);
  const offer = api.useQuery("get", "/payout-offer", { params: { query: of } });
  const listed = api.useQuery(
    "get",
    "/payouts",
    { params: { query: { organisationId, ...of } } },
    { enabled: of.paymentId === undefined },
  );
  const payouts = listed.data?.items ?? [];
  const most = offer.data?.most;
  if (!most || (most.minor === 0 && payouts.length === 0)) return null;
  const money = (it: { minor: number; currency: string }) => format.money(it.minor, it.currency);
  const movedOut = offer.data?.movedOutOn;
  return (
    <Section title={t("room.payouts")}>
      {payouts.length > 0 && (
        <ul className={classes.list}>
          {payouts.map((payout) => (
            <li key={payout.id}>
              <Link to="/payouts" search={{ open: payout.id }}>
                {t("payout.listed", { amount: money(payout.amount), at: format.dateTime(payout.askedAt) })}
              </Link>
              <PayoutBadge state={payout.state} />
            </li>
          ))}
        </ul>
      )}
      {most.minor > 0 && (
        <p className={classes.soft}>
          {movedOut
            ? t("payout.remains", { amount: money(most), on: format.date(movedOut) })
            : t("payout.most", { amount: money(most) })}
        </p>
      )}
      {most.minor > 0 && can(me, "ask_payout") && (
        <Button
          variant="default"
          mt="xs"
          leftSection={<IconTransferOut size={16} />}
          onClick={() => setAsking(true)}
        >
          {t("payout.ask")}
        </Button>
      )}
      {asking && <AskPayoutDialog of={of} onClose={() => setAsking(false)} />}
    </Section>
  );
}
