import { Button, Loader, Stack } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, invalidate } from "../../api/query";
import type { MyPayment } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Loaded } from "../../parts/Loaded";
import { NameMark } from "../../parts/Mark";
import { PaymentBadge } from "../../parts/PaymentBadge";
import { useOpenFile } from "../../parts/useOpenFile";
import { useDocumentTitle } from "../../shell/documentTitle";
import { PayDialog } from "./InvoicesCard";
import classes from "./PortalHome.module.css";
import { TopUpDialog } from "./TopUpDialog";

/** As often as the provider may be asked. */
const EVERY_MS = 3_000;
const OPEN: readonly string[] = ["initiated", "awaiting", "reserved", "unknown"];

/** One payment of the resident: what they have to do, and what has become of it. It follows by itself. */
export function PaymentPage({ id }: { id: string }) {
  const { t, format } = useText();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const payment = api.useQuery(
    "get",
    "/me/payments/{id}",
    { params: { path: { id } } },
    {
      refetchInterval: ({ state }) => (state.data && !OPEN.includes(state.data.state) ? false : EVERY_MS),
    },
  );
  const isTopUp = payment.data?.purpose === "top_up";
  const title = isTopUp
    ? t("portalTopUp.paying")
    : t("portalPay.title", { what: payment.data?.number ?? "" });
  const state = payment.data?.state;
  useEffect(() => {
    // What was learnt here is news to the list of invoices, and to that of cards.
    if (state) void invalidate(queryClient, ["my_invoice", "saved_card"]);
  }, [queryClient, state]);
  useDocumentTitle(title);
  return (
    <div className={classes.page}>
      <header className={classes.bar}>
        <NameMark size={26} />
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          leftSection={<IconArrowLeft size={16} />}
          onClick={() => void navigate({ to: "/" })}
        >
          {t("portalPay.home")}
        </Button>
      </header>
      <main className={classes.main}>
        <h1 className={classes.title}>{title}</h1>
        <Loaded query={payment}>
          {(it) => (
            <Card title={format.money(it.amount.minor, it.amount.currency)}>
              <Stack gap="md" aria-live="polite">
                <span>
                  <PaymentBadge state={it.state} />
                </span>
                {it.isLookedAt && <p style={{ margin: 0 }}>{t("portalPay.lookedAt")}</p>}
                {it.byCard === "saving" && it.address ? (
                  <SavingCard address={it.address} />
                ) : it.state === "awaiting" ? (
                  <Awaiting payment={it} />
                ) : (
                  !it.isLookedAt && <p style={{ margin: 0 }}>{t(`portalPay.says.${it.state}`)}</p>
                )}
                {OPEN.includes(it.state) && (
                  <p className={classes.waits}>
                    <Loader size="xs" aria-hidden="true" /> {t("portalPay.waits")}
                  </p>
                )}
                {it.canBreakOff && <BreakOff payment={it} />}
                {it.canTryAgain && (it.documentId ? <Again payment={it} /> : <TopUpAgain payment={it} />)}
                {it.number && isTopUp && <Receipt number={it.number} />}
              </Stack>
            </Card>
          )}
        </Loaded>
      </main>
    </div>
  );
}

/** Where the payer goes on. */
function Awaiting({ payment: { onward, address } }: { payment: MyPayment }) {
  const { t } = useText();
  if (onward === "phone") return <p style={{ margin: 0 }}>{t("portalPay.awaitsPhone")}</p>;
  if (!onward || !address) return <p style={{ margin: 0 }}>{t("portalPay.awaitsNothing")}</p>;
  return (
    <>
      <p style={{ margin: 0 }}>{t(onward === "app" ? "portalPay.awaitsApp" : "portalPay.awaitsPage")}</p>
      <Button component="a" href={address} rel="noreferrer">
        {t(onward === "app" ? "portalPay.openApp" : "portalPay.onward")}
      </Button>
    </>
  );
}

/** Where the payer saves the card that is charged then. */
function SavingCard({ address }: { address: string }) {
  const { t } = useText();
  return (
    <>
      <p style={{ margin: 0 }}>{t("savedCard.saving")}</p>
      <Button component="a" href={address} rel="noreferrer">
        {t("savedCard.goSave")}
      </Button>
    </>
  );
}

function BreakOff({ payment }: { payment: MyPayment }) {
  const { t } = useText();
  const breakOff = api.useMutation("post", "/me/payments/{id}/break-off");
  return (
    <>
      {breakOff.isError && <ErrorNotice error={breakOff.error} />}
      <Button
        variant="default"
        loading={breakOff.isPending}
        onClick={() => breakOff.mutate({ params: { path: { id: payment.id } } })}
      >
        {t("portalPay.breakOff")}
      </Button>
    </>
  );
}

function Again({ payment }: { payment: MyPayment }) {
  const { t } = useText();
  const navigate = useNavigate();
  const invoices = api.useQuery("get", "/me/invoices", {});
  const person = api.useQuery("get", "/me/person", {});
  const [paying, setPaying] = useState(false);
  const invoice = invoices.data?.items.find(({ id }) => id === payment.documentId);
  if (!invoice || invoice.providers.length === 0) return null;
  return (
    <>
      <Button onClick={() => setPaying(true)}>{t("portalPay.again")}</Button>
      {paying && (
        <PayDialog
          invoice={invoice}
          phone={person.data?.phone ?? ""}
          onClose={() => setPaying(false)}
          onBegun={(id) => {
            setPaying(false);
            void navigate({ to: `/payments/${id}` as string });
          }}
        />
      )}
    </>
  );
}

/** The same amount is put in again. */
function TopUpAgain({ payment }: { payment: MyPayment }) {
  const { t } = useText();
  const navigate = useNavigate();
  const balances = api.useQuery("get", "/me/balances", {});
  const person = api.useQuery("get", "/me/person", {});
  const [paying, setPaying] = useState(false);
  const balance = balances.data?.items.find(({ facilityId }) => facilityId === payment.facilityId);
  if (!balance?.isOffered || balance.providers.length === 0) return null;
  return (
    <>
      <Button onClick={() => setPaying(true)}>{t("portalPay.again")}</Button>
      {paying && (
        <TopUpDialog
          balance={balance}
          phone={person.data?.phone ?? ""}
          minor={payment.amount.minor}
          onClose={() => setPaying(false)}
          onBegun={(id) => {
            setPaying(false);
            void navigate({ to: `/payments/${id}` as string });
          }}
        />
      )}
    </>
  );
}

/** What there is now, and the receipt of what was put in. */
function Receipt({ number }: { number: string }) {
  const { t, format } = useText();
  const openFile = useOpenFile();
  const balances = api.useQuery("get", "/me/balances", {});
  const receipts = balances.data?.items.flatMap((balance) => balance.receipts) ?? [];
  const receipt = receipts.find((it) => it.number === number);
  if (!receipt) return null;
  return (
    <>
      <p style={{ margin: 0 }}>
        {t("portalTopUp.now", { amount: format.money(receipt.balance.minor, receipt.balance.currency) })}
      </p>
      <Button variant="default" onClick={() => void openFile(`/me/top-up-receipts/${receipt.id}/file`)}>
        {t("portalTopUp.openReceipt", { number })}
      </Button>
    </>
  );
}
