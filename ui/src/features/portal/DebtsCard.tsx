import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { Loaded } from "../../parts/Loaded";
import classes from "./PortalHome.module.css";

/** What the resident has left to pay, what of it is overdue, and how it is paid. */
export function DebtsCard() {
  const { t, format } = useText();
  const query = api.useQuery("get", "/me/debts", {});
  return (
    <Card title={t("portal.debts")}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className={classes.soft}>{t("portal.noDebts")}</p>
          ) : (
            <ul className={classes.units}>
              {items.map((debt) => (
                <li key={debt.id}>
                  <strong>
                    {t("portal.debt", {
                      kind: t(debt.kind === "reminder" ? "portal.debt.reminder" : "portal.debt.invoice"),
                      number: debt.number,
                      amount: format.money(debt.open.minor, debt.open.currency),
                    })}
                  </strong>
                  <span className={classes.soft}>
                    {debt.dueOn &&
                      t(debt.isOverdue ? "portal.debtOverdue" : "portal.debtDue", {
                        day: format.date(debt.dueOn),
                      })}
                    {debt.account &&
                      ` · ${t("portal.debtPaidTo", { account: debt.account, reference: debt.reference ?? debt.number })}`}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
