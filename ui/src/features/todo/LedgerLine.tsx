import { IconAlertTriangle, IconCircleCheck, IconClock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { useAccountWords } from "../../parts/accountWords";
import { useNow } from "../../parts/useNow";
import { can } from "../../shell/session";
import classes from "./LedgerLine.module.css";

/** When the ledger last proved itself from nothing: one calm line, or a loud one with the accounts that do not hold. */
export function LedgerLine() {
  // Between two who sign in at one desk there is nobody for a moment, and this page is where the second one begins.
  const { data: me } = api.useQuery("get", "/me", {}, { staleTime: 60_000 });
  return me && can(me, "read_billing") ? <Proof /> : null;
}

function Proof() {
  const { t, format } = useText();
  const now = useNow();
  const words = useAccountWords();
  const { data } = api.useQuery("get", "/ledger/proof", {}, { refetchInterval: 60_000 });
  if (!data) return null;
  if (!data.at) {
    return (
      <p className={classes.line} data-tone="mute">
        <IconClock size={18} aria-hidden="true" />
        {t("ledger.notYet")}
      </p>
    );
  }
  if (data.holds) {
    return (
      <p className={classes.line} data-tone="good">
        <IconCircleCheck size={18} aria-hidden="true" />
        {t("ledger.holds", { when: format.dateTime(data.at), count: data.transfers })}
      </p>
    );
  }
  return (
    <div className={classes.line} data-tone="bad" role="alert">
      <IconAlertTriangle size={20} aria-hidden="true" />
      <div>
        <strong>{t("ledger.broken")}</strong>
        <p>
          {data.heldAt ? t("ledger.lastHeld", { age: format.age(data.heldAt, now) }) : t("ledger.neverHeld")}
        </p>
        <ul>
          {data.wrongAccounts.map((account) => (
            <li key={account.id}>
              <Link to="/accounts/$accountId" params={{ accountId: account.id }}>
                {words.name(account)}
              </Link>
            </li>
          ))}
          {data.wrongDocuments.slice(0, 5).map((id) => (
            <li key={id}>
              <Link to="/documents" search={{ open: id } as never}>
                {t("ledger.wrongDocument")}
              </Link>
            </li>
          ))}
        </ul>
        <p>{t("ledger.whatToDo")}</p>
      </div>
    </div>
  );
}
