import { Anchor, Radio, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { MyInvoice, PaymentProvider } from "../../api/views";
import { useText } from "../../i18n/text";
import { phoneToStore } from "../../parts/phone";
import classes from "./PortalHome.module.css";

/** Whoever is paid, through whom and on which terms: an invoice says it, and so does a balance. */
export type Payable = Pick<MyInvoice, "organisation" | "organisationId" | "providers" | "terms">;

export interface PayingBy {
  provider: PaymentProvider;
  setProvider: (provider: PaymentProvider) => void;
  typed: string;
  setTyped: (typed: string) => void;
  asksPhone: boolean;
  /** What of it a payment is begun with. */
  by: { provider: PaymentProvider; accepts: string[]; phone?: string };
}

/** How somebody wants to pay, the first way at first. */
export function usePayingBy(payable: Payable, phone: string): PayingBy {
  const [provider, setProvider] = useState<PaymentProvider>(payable.providers[0] as PaymentProvider);
  const [typed, setTyped] = useState(phone);
  const asksPhone = provider !== "payson";
  const home = provider === "vipps" ? "NO" : "SE";
  const number = asksPhone && typed.trim() ? phoneToStore(typed, home) : undefined;
  const accepts = payable.terms.map(({ id }) => id);
  return {
    provider,
    setProvider,
    typed,
    setTyped,
    asksPhone,
    by: { provider, accepts, ...(number ? { phone: number } : {}) },
  };
}

/** Through whom, with which phone, and what is accepted by it. */
export function HowToPay({ payable, paying }: { payable: Payable; paying: PayingBy }) {
  const { t } = useText();
  return (
    <>
      <Radio.Group
        label={t("portalPay.how")}
        value={paying.provider}
        onChange={(value) => paying.setProvider(value as PaymentProvider)}
      >
        <Stack gap="xs" mt="xs">
          {payable.providers.map((value) => (
            <Radio key={value} value={value} label={t(`paymentProvider.${value}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {paying.asksPhone && (
        <TextInput
          label={t("portalPay.phone")}
          description={t("portalPay.phoneHint")}
          type="tel"
          autoComplete="tel"
          value={paying.typed}
          onChange={(event) => paying.setTyped(event.currentTarget.value)}
        />
      )}
      <Accepts payable={payable} />
    </>
  );
}

/** What is accepted by paying, where it can be read before. */
function Accepts({ payable: { terms, organisation, organisationId } }: { payable: Payable }) {
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
