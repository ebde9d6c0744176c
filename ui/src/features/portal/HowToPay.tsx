import { Anchor, Checkbox, Radio, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { MyInvoice, PaymentProvider } from "../../api/views";
import { useText } from "../../i18n/text";
import { phoneToStore } from "../../parts/phone";
import { PROVIDER_NAMES } from "../../parts/providerNames";
import classes from "./PortalHome.module.css";

/** Whoever is paid, through whom and on which terms: an invoice says it, and so does a balance. */
export type Payable = Pick<MyInvoice, "organisation" | "organisationId" | "providers" | "terms" | "cards">;

/** Through whom somebody pays, or by the card that is saved. */
type Way = PaymentProvider | "saved";

export interface PayingBy {
  way: Way;
  setWay: (way: Way) => void;
  /** Whether the card is to be saved, where it can be. */
  remembers: boolean | undefined;
  setRemembers: (remembers: boolean) => void;
  typed: string;
  setTyped: (typed: string) => void;
  asksPhone: boolean;
  /** What of it a payment is begun with. */
  by: {
    provider: PaymentProvider;
    accepts: string[];
    phone?: string;
    card?: { kind: "remember" } | { kind: "saved"; id: string };
  };
}

/** How somebody wants to pay: by their saved card, or else the first way at first. */
export function usePayingBy(payable: Payable, phone: string): PayingBy {
  const { savedId, savedWith, remembers: remembering } = payable.cards;
  const [way, setWay] = useState<Way>(savedId ? "saved" : (payable.providers[0] as PaymentProvider));
  const [isRemembered, setRemembers] = useState(false);
  const [typed, setTyped] = useState(phone);
  const provider = way === "saved" ? (savedWith ?? "payson") : way;
  const remembers = way !== "saved" && remembering.includes(way) ? isRemembered : undefined;
  const card =
    way === "saved" && savedId
      ? { kind: "saved" as const, id: savedId }
      : remembers
        ? { kind: "remember" as const }
        : undefined;
  const asksPhone = provider !== "payson";
  const home = provider === "vipps" ? "NO" : "SE";
  const number = asksPhone && typed.trim() ? phoneToStore(typed, home) : undefined;
  const accepts = payable.terms.map(({ id }) => id);
  return {
    way,
    setWay,
    remembers,
    setRemembers,
    typed,
    setTyped,
    asksPhone,
    by: { provider, accepts, ...(number ? { phone: number } : {}), ...(card ? { card } : {}) },
  };
}

/** Through whom, by which card, with which phone, and what is accepted by it. */
export function HowToPay({ payable, paying }: { payable: Payable; paying: PayingBy }) {
  const { t } = useText();
  return (
    <>
      <Radio.Group
        label={t("portalPay.how")}
        value={paying.way}
        onChange={(value) => paying.setWay(value as Way)}
      >
        <Stack gap="xs" mt="xs">
          {payable.cards.savedId && payable.cards.savedWith && (
            <Radio
              value="saved"
              label={t("savedCard.pay", { provider: PROVIDER_NAMES[payable.cards.savedWith] })}
            />
          )}
          {payable.providers.map((value) => (
            <Radio key={value} value={value} label={t(`paymentProvider.${value}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {paying.remembers !== undefined && (
        <Checkbox
          label={t("savedCard.remember")}
          description={t("savedCard.rememberWords")}
          checked={paying.remembers}
          onChange={(event) => paying.setRemembers(event.currentTarget.checked)}
        />
      )}
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
