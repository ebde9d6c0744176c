import { Link } from "@tanstack/react-router";
import { api } from "../api/query";
import type { ListedTransfer } from "../api/views";
import { useText } from "../i18n/text";
import { useAccountWords } from "./accountWords";
import { Loaded } from "./Loaded";
import { Moves } from "./Moves";
import classes from "./Posted.module.css";
import { Section } from "./Section";

/** A document, or what brought money or took it: a payment, a refund, a payout, an entry of a till. */
export type PostedOf = { documentId: string } | { sourceId: string };

/** What was posted about a record, folded away: each amount opens in the ledger, and from there what it was made of. */
export function Posted({ of }: { of: PostedOf }) {
  const { t } = useText();
  const transfers = api.useQuery("get", "/transfers", { params: { query: of } }).data;
  if (!transfers || transfers.length === 0) return null;
  return (
    <Section title={t("posted.title")}>
      <details className={classes.folded}>
        <summary>{t("posted.show", { count: transfers.length })}</summary>
        <PostedMoves transfers={transfers} />
      </details>
    </Section>
  );
}

/** The same, at once. */
export function PostedNow({ of }: { of: PostedOf }) {
  const { t } = useText();
  const query = api.useQuery("get", "/transfers", { params: { query: of } });
  return (
    <Loaded query={query}>
      {(transfers) =>
        transfers.length === 0 ? <p>{t("posted.none")}</p> : <PostedMoves transfers={transfers} />
      }
    </Loaded>
  );
}

function PostedMoves({ transfers }: { transfers: readonly ListedTransfer[] }) {
  const { t, format } = useText();
  const words = useAccountWords();
  const account = (it: ListedTransfer["debit"]) => (
    <Link to="/accounts/$accountId" params={{ accountId: it.id }}>
      {words.name(it)}
    </Link>
  );
  return (
    <Moves
      label={t("posted.title")}
      moves={transfers.map((it) => {
        const amount = words.amount(it.amount, it.debit.asset);
        const what = t(`transfer.code.${it.code}`);
        return {
          key: it.id,
          debit: account(it.debit),
          credit: account(it.credit),
          amount: (
            <Link
              to="/accounts/$accountId"
              params={{ accountId: it.debit.id }}
              search={{ open: it.id }}
              aria-label={t("posted.open", { what, amount })}
            >
              {amount}
            </Link>
          ),
          detail: [
            it.step === "pending" || it.step === "void" ? t(`transfer.step.${it.step}`) : what,
            format.date(it.valueOn),
          ].join(" · "),
        };
      })}
    />
  );
}
