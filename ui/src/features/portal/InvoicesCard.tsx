import { Anchor, Button, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { MyInvoice, PaymentProvider } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Loaded } from "../../parts/Loaded";
import { phoneToStore } from "../../parts/phone";
import classes from "./PortalHome.module.css";

const WAITS = ["initiated", "awaiting", "reserved", "unknown"];

/** What is to be paid: an invoice, or what a reminder costs by itself. */
function useNamed() {
  const { t } = useText();
  return ({ kind, number }: MyInvoice) =>
    t(kind === "reminder" ? "portalPay.reminder" : "portalPay.number", { number });
}

/** What the resident owes and has paid, and paying it. */
export function InvoicesCard({ phone }: { phone?: string | null }) {
  const { t, format } = useText();
  const navigate = useNavigate();
  const invoices = api.useQuery("get", "/me/invoices", {});
  const [paying, setPaying] = useState<MyInvoice>();
  const follow = (id: string) => void navigate({ to: `/payments/${id}` as string });
  const named = useNamed();
  const money = ({ minor, currency }: MyInvoice["open"]) => format.money(minor, currency);
  return (
    <Card title={t("portalPay.invoices")}>
      <Loaded query={invoices}>
        {({ items }) =>
          items.length === 0 ? (
            <p className={classes.soft}>{t("portalPay.none")}</p>
          ) : (
            <ul className={classes.units}>
              {items.map((invoice) => (
                <li key={invoice.id} className={classes.invoice}>
                  <span>
                    <strong>{money(invoice.payable)}</strong>
                    <span className={classes.soft}>{[invoice.organisation, named(invoice)].join(" · ")}</span>
                    <span className={classes.soft}>
                      {invoice.open.minor <= 0
                        ? t("portalPay.isPaid")
                        : [
                            invoice.open.minor < invoice.payable.minor &&
                              t("portalPay.left", {
                                open: money(invoice.open),
                                payable: money(invoice.payable),
                              }),
                            invoice.dueOn &&
                              t(invoice.isOverdue ? "portalPay.overdue" : "portalPay.due", {
                                date: format.date(invoice.dueOn),
                              }),
                            invoice.account &&
                              t("portalPay.paidTo", {
                                account: invoice.account,
                                reference: invoice.reference ?? invoice.number,
                              }),
                          ]
                            .filter(Boolean)
                            .join(" · ")}
                    </span>
                  </span>
                  {invoice.paymentId && WAITS.includes(invoice.paymentState ?? "") ? (
                    <Button variant="default" onClick={() => follow(invoice.paymentId as string)}>
                      {t("portalPay.follow")}
                    </Button>
                  ) : (
                    invoice.open.minor > 0 &&
                    invoice.providers.length > 0 && (
                      <Button
                        aria-label={t("portalPay.payNowNamed", { what: named(invoice) })}
                        onClick={() => setPaying(invoice)}
                      >
                        {t("portalPay.payNow")}
                      </Button>
                    )
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {paying && (
        <PayDialog
          invoice={paying}
          phone={phone ?? ""}
          onClose={() => setPaying(undefined)}
          onBegun={follow}
        />
      )}
    </Card>
  );
}

/** How one invoice is paid. */
export function PayDialog({
  invoice,
  phone,
  onClose,
  onBegun,
}: {
  invoice: MyInvoice;
  phone: string;
  onClose: () => void;
  onBegun: (payment: string) => void;
}) {
  const { t, format } = useText();
  const named = useNamed();
  const pay = api.useMutation("post", "/me/payments");
  const [provider, setProvider] = useState<PaymentProvider>(invoice.providers[0] as PaymentProvider);
  const [typed, setTyped] = useState(phone);
  const [key] = useState(() => crypto.randomUUID());
  const asksPhone = provider !== "payson";
  const go = async () => {
    const home = provider === "vipps" ? "NO" : "SE";
    const number = asksPhone && typed.trim() ? phoneToStore(typed, home) : undefined;
    const accepts = invoice.terms.map(({ id }) => id);
    const body = { documentId: invoice.id, provider, accepts, ...(number ? { phone: number } : {}) };
    const begun = await pay.mutateAsync({ headers: idempotent(key), body }).catch(() => undefined);
    if (begun) onBegun(begun.id);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("portalPay.title", { what: named(invoice) })}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <Stack gap="md">
          <Radio.Group
            label={t("portalPay.how")}
            value={provider}
            onChange={(value) => setProvider(value as PaymentProvider)}
          >
            <Stack gap="xs" mt="xs">
              {invoice.providers.map((value) => (
                <Radio key={value} value={value} label={t(`paymentProvider.${value}`)} />
              ))}
            </Stack>
          </Radio.Group>
          {asksPhone && (
            <TextInput
              label={t("portalPay.phone")}
              description={t("portalPay.phoneHint")}
              type="tel"
              autoComplete="tel"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
          <Accepts invoice={invoice} />
          {pay.isError && <ErrorNotice error={pay.error} />}
          <Button type="submit" loading={pay.isPending}>
            {t("portalPay.go", { amount: format.money(invoice.open.minor, invoice.open.currency) })}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

/** What is accepted by paying, where it can be read before. */
function Accepts({ invoice: { terms, organisation, organisationId } }: { invoice: MyInvoice }) {
  const { t } = useText();
  if (terms.length === 0) {
    return <p className={classes.soft}>{t("portalPay.terms", { name: organisation })}</p>;
  }
  return (
    <div className={classes.soft}>
      {t("portalPay.accepts", { name: organisation })}
      <ul className={classes.accepts}>
        {terms.map(({ id, kind }) => (
          <li key={id}>
            <Anchor href={`/terms/${organisationId}`} target="_blank" inherit>
              {t("portalPay.reads", { kind: t(`terms.kind.${kind}`) })}
            </Anchor>
          </li>
        ))}
      </ul>
    </div>
  );
}
