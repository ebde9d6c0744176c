import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import classes from "./PortalHome.module.css";

/** What the resident gets back or has got back; nothing while there is none. */
export function RefundsCard() {
  const { t, format } = useText();
  const refunds = api.useQuery("get", "/me/refunds", {});
  const items = refunds.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card title={t("portalRefund.title")}>
      <ul className={classes.units}>
        {items.map((refund) => (
          <li key={refund.id}>
            <strong>{format.money(refund.amount.minor, refund.amount.currency)}</strong>
            <span className={classes.soft}>
              {[
                refund.organisation,
                refund.number &&
                  t(refund.isTopUp ? "portalTopUp.receipt" : "portalPay.number", { number: refund.number }),
                t(`paymentProvider.${refund.provider}`),
              ]
                .filter(Boolean)
                .join(" · ")}
            </span>
            <span className={classes.soft}>
              {refund.state === "done"
                ? t("portalRefund.done", { date: format.date(refund.movedAt) })
                : t(refund.state === "failed" ? "portalRefund.failed" : "portalRefund.onItsWay")}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
