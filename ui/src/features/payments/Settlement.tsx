import { Button, Group, Stack, TextInput } from "@mantine/core";
import { IconCheck, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { client, idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { OpenIncomingPayment, PayableInvoice } from "../../api/views";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Section } from "../../parts/Section";
import { minorOf, typedOf } from "../../parts/typedMoney";
import { said } from "../../parts/undo";
import classes from "./Payments.module.css";

/** Where the rest of a payment goes: onto what is suggested, or onto what somebody looks up. */
export function Settlement({ payment }: { payment: OpenIncomingPayment }) {
  const { t, format } = useText();
  const settle = api.useMutation("post", "/incoming-payments/{id}/settlement");
  const [key] = useState(() => crypto.randomUUID());
  const { left } = payment;
  const place = (document: PayableInvoice, minor: number) =>
    settle.mutate(
      {
        params: { path: { id: payment.id } },
        headers: { ...ifMatch(payment), ...idempotent(`${key}-${document.documentId}`) },
        body: {
          shares: [{ documentId: document.documentId, amount: { minor, currency: left.currency } }],
        },
      },
      { onSuccess: () => said(t("incoming.placedOn", { number: document.number })) },
    );
  return (
    <Section title={t("incoming.place")}>
      <Stack gap="sm">
        {settle.isError && <ErrorNotice error={settle.error} />}
        {payment.suggestions.length === 0 ? (
          <p className={classes.line}>
            {left.minor < 0 ? t("incoming.noneToOpen") : t("incoming.noSuggestions")}
          </p>
        ) : (
          <ul className={classes.list} aria-label={t("incoming.suggestions")}>
            {payment.suggestions.map(({ document, amount, reasons }) => (
              <li key={document.documentId}>
                <Invoice
                  document={document}
                  because={reasons.map((reason) => t(`incoming.reason.${reason}`)).join(", ")}
                />
                <Button
                  size="compact-sm"
                  variant="default"
                  leftSection={<IconCheck size={14} />}
                  aria-label={t("incoming.placeOn", {
                    amount: format.money(amount.minor, amount.currency),
                    number: document.number,
                  })}
                  loading={settle.isPending}
                  onClick={() => place(document, amount.minor)}
                >
                  {t("incoming.placeAmount", { amount: format.money(amount.minor, amount.currency) })}
                </Button>
              </li>
            ))}
          </ul>
        )}
        <ByHand payment={payment} busy={settle.isPending} onPlace={place} />
      </Stack>
    </Section>
  );
}

function Invoice({ document, because }: { document: PayableInvoice; because?: string }) {
  const { t, format } = useText();
  return (
    <span>
      {t(document.kind === "reminder" ? "incoming.reminder" : "incoming.invoice", {
        number: document.number,
      })}{" "}
      · {document.recipient}
      <span className={classes.detail}>
        {document.open.minor > 0
          ? t("incoming.openOf", { amount: format.money(document.open.minor, document.open.currency) })
          : t("incoming.isPaid")}
        {document.dueOn && ` · ${t("incoming.dueOn", { date: format.date(document.dueOn) })}`}
      </span>
      {because && <span className={classes.detail}>{because}</span>}
    </span>
  );
}

/** What of a payment an invoice takes: as much as is open, or of what was taken back, as much as was paid. */
function mostOf(document: PayableInvoice, { left }: OpenIncomingPayment): number {
  return left.minor < 0 ? document.paid.minor : document.open.minor;
}

/** An invoice by its number or reference, and how much goes there. */
function ByHand({
  payment,
  busy,
  onPlace,
}: {
  payment: OpenIncomingPayment;
  busy: boolean;
  onPlace: (document: PayableInvoice, minor: number) => void;
}) {
  const { t } = useText();
  const [number, setNumber] = useState("");
  const [found, setFound] = useState<readonly PayableInvoice[]>();
  const [error, setError] = useState<unknown>();
  const [looking, setLooking] = useState(false);
  const look = async () => {
    setLooking(true);
    setError(undefined);
    try {
      const { data } = await client.GET("/incoming-payments/{id}/payable", {
        params: { path: { id: payment.id }, query: { number: number.trim() } },
      });
      setFound(data?.items ?? []);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setLooking(false);
    }
  };
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (number.trim()) void look();
        }}
      >
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput
            style={{ flex: 1 }}
            label={t("incoming.byHand")}
            value={number}
            onChange={(event) => setNumber(event.currentTarget.value)}
          />
          <Button
            type="submit"
            variant="default"
            leftSection={<IconSearch size={16} />}
            loading={looking}
            disabled={!number.trim()}
          >
            {t("incoming.lookUp")}
          </Button>
        </Group>
      </form>
      {error !== undefined && <ErrorNotice error={error} />}
      <div aria-live="polite">
        {found?.length === 0 && <p className={classes.line}>{t("incoming.noneFound")}</p>}
      </div>
      {found?.map((document) => (
        <Share
          key={document.documentId}
          document={document}
          most={Math.min(mostOf(document, payment), Math.abs(payment.left.minor))}
          busy={busy}
          onPlace={(minor) => onPlace(document, payment.left.minor < 0 ? -minor : minor)}
        />
      ))}
    </>
  );
}

function Share({
  document,
  most,
  busy,
  onPlace,
}: {
  document: PayableInvoice;
  most: number;
  busy: boolean;
  onPlace: (minor: number) => void;
}) {
  const { t, format } = useText();
  const [typed, setTyped] = useState(() => typedOf(most));
  const minor = minorOf(typed);
  const fits = minor !== undefined && minor > 0 && minor <= most;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (fits) onPlace(minor);
      }}
    >
      <Invoice document={document} />
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          style={{ flex: 1 }}
          label={t("incoming.amountToPlace")}
          inputMode="decimal"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={!fits && t("incoming.atMost", { amount: format.money(most, document.open.currency) })}
        />
        <Button type="submit" leftSection={<IconCheck size={16} />} loading={busy} disabled={!fits}>
          {t("incoming.placeIt")}
        </Button>
      </Group>
    </form>
  );
}
