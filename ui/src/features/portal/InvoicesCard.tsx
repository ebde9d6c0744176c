import { Button, Modal, Stack } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { MyInvoice } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Loaded } from "../../parts/Loaded";
import { HowToPay, usePayingBy } from "./HowToPay";
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
  const paying = usePayingBy(invoice, phone);
  const [key] = useState(() => crypto.randomUUID());
  const go = async () => {
    const body = { documentId: invoice.id, ...paying.by };
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
          <HowToPay payable={invoice} paying={paying} />
          {pay.isError && <ErrorNotice error={pay.error} />}
          <Button type="submit" loading={pay.isPending}>
            {t("portalPay.go", { amount: format.money(invoice.open.minor, invoice.open.currency) })}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
