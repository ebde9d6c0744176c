import { ActionIcon, Button } from "@mantine/core";
import { IconReceipt } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/query";
import type { MyBalance } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { useOpenFile } from "../../parts/useOpenFile";
import classes from "./PortalHome.module.css";
import { TopUpDialog } from "./TopUpDialog";

/** What the resident has paid in advance, and putting in more; nothing where nobody does that. */
export function BalancesCard({ phone }: { phone?: string | null }) {
  const { t } = useText();
  const navigate = useNavigate();
  const balances = api.useQuery("get", "/me/balances", {});
  const [into, setInto] = useState<MyBalance>();
  const follow = (id: string) => void navigate({ to: `/payments/${id}` as string });
  const items = balances.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card title={t("portalTopUp.title")}>
      <ul className={classes.units}>
        {items.map((balance) => (
          <li key={balance.facilityId}>
            <Balance balance={balance} onTopUp={() => setInto(balance)} onFollow={follow} />
          </li>
        ))}
      </ul>
      {into && (
        <TopUpDialog balance={into} phone={phone ?? ""} onClose={() => setInto(undefined)} onBegun={follow} />
      )}
    </Card>
  );
}

function Balance({
  balance,
  onTopUp,
  onFollow,
}: {
  balance: MyBalance;
  onTopUp: () => void;
  onFollow: (payment: string) => void;
}) {
  const { t, format } = useText();
  const openFile = useOpenFile();
  const money = ({ minor, currency }: MyBalance["balance"]) => format.money(minor, currency);
  const { openPaymentId, facility } = balance;
  return (
    <>
      <div className={classes.invoice}>
        <span>
          <strong>{money(balance.balance)}</strong>
          <span className={classes.soft}>{[...new Set([balance.organisation, facility])].join(" · ")}</span>
          <span className={classes.soft}>{t("portalTopUp.words")}</span>
          {balance.held.minor > 0 && (
            <span className={classes.soft}>{t("portalTopUp.held", { amount: money(balance.held) })}</span>
          )}
        </span>
        {openPaymentId ? (
          <Button variant="default" onClick={() => onFollow(openPaymentId)}>
            {t("portalPay.follow")}
          </Button>
        ) : (
          balance.isOffered &&
          (balance.providers.length > 0 ? (
            <Button aria-label={t("portalTopUp.goNamed", { facility })} onClick={onTopUp}>
              {t("portalTopUp.go")}
            </Button>
          ) : (
            <span className={classes.soft}>{t("portalTopUp.noWay")}</span>
          ))
        )}
      </div>
      {balance.receipts.length > 0 && (
        <ul className={classes.units} aria-label={t("portalTopUp.receipts")}>
          {balance.receipts.map((receipt) => (
            <li key={receipt.id} className={classes.invoice}>
              <span>
                {money(receipt.amount)}
                <span className={classes.soft}>
                  {[
                    format.date(receipt.issuedOn),
                    t("portalTopUp.receipt", { number: receipt.number }),
                    t("portalTopUp.after", { amount: money(receipt.balance) }),
                  ].join(" · ")}
                </span>
              </span>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={t("portalTopUp.openReceipt", { number: receipt.number })}
                title={t("portalTopUp.openReceipt", { number: receipt.number })}
                onClick={() => void openFile(`/me/top-up-receipts/${receipt.id}/file`)}
              >
                <IconReceipt size={20} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
