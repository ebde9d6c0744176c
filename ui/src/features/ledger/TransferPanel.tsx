import { Link } from "@tanstack/react-router";
import { api } from "../../api/query";
import type { OpenTransfer } from "../../api/views";
import { useText } from "../../i18n/text";
import { useAccountWords } from "../../parts/accountWords";
import { DetailPanel } from "../../parts/DetailPanel";
import { Facts } from "../../parts/Facts";
import { LoadingPanel } from "../../parts/LoadingPanel";
import { Moves } from "../../parts/Moves";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";

/** One amount of the ledger: between which accounts, why and by whom, and the way down to where it comes from. */
export function TransferPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t, format } = useText();
  const words = useAccountWords();
  const query = api.useQuery("get", "/transfers/{id}", { params: { path: { id } } });
  const transfer = query.data;
  if (!transfer) return <LoadingPanel query={query} onClose={onClose} />;
  const amount = words.amount(transfer.amount, transfer.debit.asset);
  const held = transfer.step !== "posted";
  return (
    <DetailPanel
      title={t("transfer.title", { amount })}
      badges={
        held && (
          <StateBadge tone={transfer.step === "post" ? "good" : "mute"}>
            {t(`transfer.step.${transfer.step}`)}
          </StateBadge>
        )
      }
      subtitle={[t(`transfer.code.${transfer.code}`), format.date(transfer.valueOn)].join(" · ")}
      onClose={onClose}
    >
      <Facts
        rows={[
          [t("transfer.debitAccount"), <AccountLink key="debit" account={transfer.debit} />],
          [t("transfer.creditAccount"), <AccountLink key="credit" account={transfer.credit} />],
          [t("transfer.amount"), amount],
          [t("transfer.valueOn"), format.date(transfer.valueOn)],
          [t("transfer.madeAt"), format.dateTime(transfer.createdAt)],
          [t("transfer.madeBy"), transfer.madeByName ?? t("transfer.byItself")],
          transfer.documentId != null && [
            t("transfer.document"),
            <Link key="document" to="/documents" search={{ open: transfer.documentId }}>
              {transfer.documentKind && t(`document.kind.${transfer.documentKind}`)} {transfer.documentNumber}
            </Link>,
          ],
          transfer.incomingPaymentId != null && [
            t("transfer.bankPayment"),
            <Link key="incoming" to="/incoming-payments" search={{ open: transfer.incomingPaymentId }}>
              {t("transfer.openSource")}
            </Link>,
          ],
          transfer.paymentId != null && [
            t("transfer.providerPayment"),
            <Link key="payment" to="/payments" search={{ open: transfer.paymentId }}>
              {t("transfer.openSource")}
            </Link>,
          ],
          transfer.refundId != null && [
            t("transfer.refund"),
            <Link key="refund" to="/refunds" search={{ open: transfer.refundId }}>
              {t("transfer.openSource")}
            </Link>,
          ],
          transfer.tillId != null && [
            t("transfer.till"),
            <Link key="till" to="/till" search={{ open: transfer.tillId }}>
              {t("transfer.openTill")}
            </Link>,
          ],
          transfer.payoutId != null && [
            t("transfer.payout"),
            <Link key="payout" to="/payouts" search={{ open: transfer.payoutId }}>
              {t("transfer.openSource")}
            </Link>,
          ],
          transfer.resolvesId != null && [
            t("transfer.resolves"),
            <TransferLink key="resolves" id={transfer.resolvesId} />,
          ],
          transfer.resolvedById != null && [
            t("transfer.resolvedBy"),
            <TransferLink key="resolvedBy" id={transfer.resolvedById} />,
          ],
        ]}
      />
      <Together transfer={transfer} />
      <Section title={t("transfer.correct")}>
        <p>{t(`transfer.${wayToCorrect(transfer)}`)}</p>
      </Section>
    </DetailPanel>
  );
}

/** Nothing that was posted is changed: how it is put right depends on what posted it. */
function wayToCorrect(
  transfer: OpenTransfer,
): "correctDocument" | "correctPayment" | "correctPayout" | "correctTill" | "correctOther" {
  if (transfer.payoutId) return "correctPayout";
  if (transfer.incomingPaymentId ?? transfer.paymentId) return "correctPayment";
  if (transfer.tillId) return "correctTill";
  return transfer.documentId && transfer.code !== "reversal" ? "correctDocument" : "correctOther";
}

function AccountLink({ account }: { account: OpenTransfer["debit"] }) {
  const words = useAccountWords();
  return (
    <Link to="/accounts/$accountId" params={{ accountId: account.id }}>
      {words.name(account)}
    </Link>
  );
}

/** Another transfer of the same account's statement. */
function TransferLink({ id }: { id: string }) {
  const { t } = useText();
  return (
    <Link to="." search={(now: Record<string, unknown>) => ({ ...now, open: id })}>
      {t("transfer.openOther")}
    </Link>
  );
}

function Together({ transfer }: { transfer: OpenTransfer }) {
  const { t } = useText();
  const words = useAccountWords();
  if (transfer.together.length < 2) return null;
  return (
    <Section title={t("transfer.together")}>
      <p>{t("transfer.togetherWords")}</p>
      <Moves
        label={t("transfer.together")}
        moves={transfer.together.map((leg) => ({
          key: leg.id,
          debit: <AccountLink account={leg.debit} />,
          credit: <AccountLink account={leg.credit} />,
          amount: words.amount(leg.amount, leg.debit.asset),
          current: leg.id === transfer.id,
        }))}
      />
    </Section>
  );
}
