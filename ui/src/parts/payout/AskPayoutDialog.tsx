import { Alert, Group, Radio, Select, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { toProblem } from "../../api/problem";
import { api } from "../../api/query";
import type { PayoutAccountKind, PayoutOffer } from "../../api/views";
import { useText } from "../../i18n/text";
import { Approvers } from "../Approvers";
import { ConsentDialog } from "../ConsentDialog";
import { fieldWords } from "../ErrorNotice";
import { ForeseenMoves } from "../ForeseenMoves";
import { minorOf, typedOf } from "../typedMoney";
import { said } from "../undo";

/** Whose money, or what is left of what: one of them. */
export interface PayoutOf {
  personId?: string;
  companyId?: string;
  incomingPaymentId?: string;
  paymentId?: string;
}

/** Coins end at a krona. */
const KRONA = 100;

/** Asks that money goes out: how much, to whom, by which way, why, and who will have to approve it. */
export function AskPayoutDialog({ of, onClose }: { of: PayoutOf; onClose: () => void }) {
  const offer = api.useQuery("get", "/payout-offer", { params: { query: of } });
  return offer.data ? <Known of={of} offer={offer.data} onClose={onClose} /> : null;
}

function Known({ of, offer, onClose }: { of: PayoutOf; offer: PayoutOffer; onClose: () => void }) {
  const text = useText();
  const { t, format } = text;
  const ask = api.useMutation("post", "/payouts");
  const [way, setWay] = useState<"account" | "counter">("account");
  const [typedAmount, setTyped] = useState<string>();
  const [name, setName] = useState(offer.name ?? "");
  const [kind, setKind] = useState<PayoutAccountKind>(offer.accountKinds[0] ?? "iban");
  const [account, setAccount] = useState("");
  const [key] = useState(() => crypto.randomUUID());
  const atCounter = way === "counter";
  const whole = offer.most.minor - (offer.most.minor % KRONA);
  const typed = typedAmount ?? typedOf(atCounter ? whole : offer.most.minor);
  const minor = minorOf(typed);
  const inCoins = !atCounter || (minor ?? 0) % KRONA === 0;
  const fits = minor !== undefined && minor > 0 && minor <= offer.most.minor && inCoins;
  const foreseen = api.useQuery(
    "get",
    "/payout-moves",
    { params: { query: { ...of, minor: minor ?? 0, atCounter } } },
    { enabled: fits },
  );
  const most = format.money(offer.most.minor, offer.most.currency);
  const alone = offer.approvers.length === 0;
  const wrong = ask.error ? fieldWords(toProblem(ask.error), text) : {};
  return (
    <ConsentDialog
      title={t("payout.ask")}
      confirm={t("payout.ask")}
      reason
      size="lg"
      waiting={!fits || foreseen.error != null || (!atCounter && (!name.trim() || !account.trim()))}
      onClose={onClose}
      onConfirm={async (reason) => {
        const to = atCounter ? { atCounter } : { accountKind: kind, account, name };
        const body = { ...of, minor: minor ?? 0, ...to, reason };
        await ask.mutateAsync({ headers: idempotent(key), body });
        said(t("payout.wasAsked"));
      }}
    >
      <p style={{ margin: 0 }}>{t("payout.askWords", { most })}</p>
      <Alert color={alone ? "yellow" : "gray"} icon={alone ? <IconAlertTriangle /> : <IconUsers />}>
        <Approvers names={offer.approvers} />
      </Alert>
      {offer.owed.minor > 0 && (
        <Alert color="yellow" icon={<IconAlertTriangle />}>
          {t("payout.owes", { amount: format.money(offer.owed.minor, offer.owed.currency) })}
        </Alert>
      )}
      {offer.atCounter && (
        <Radio.Group
          label={t("payout.way")}
          value={way}
          onChange={(value) => setWay(value === "counter" ? "counter" : "account")}
        >
          <Group gap="md" mt={4}>
            <Radio value="account" label={t("payout.way.account")} />
            <Radio value="counter" label={t("payout.way.counter")} />
          </Group>
        </Radio.Group>
      )}
      <TextInput
        label={t("payout.howMuch", { currency: offer.most.currency })}
        inputMode="decimal"
        required
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={fits ? undefined : inCoins ? t("payout.amountFault", { most }) : t("payout.coinsFault")}
      />
      {atCounter ? (
        <p style={{ margin: 0 }}>{t("payout.counterWords", { name: offer.name ?? "" })}</p>
      ) : (
        <>
          <TextInput
            label={t("payout.name")}
            required
            maxLength={70}
            value={name}
            error={wrong.name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label={t("payout.accountKind")}
            required
            allowDeselect={false}
            data={offer.accountKinds.map((value) => ({ value, label: t(`payout.accountKind.${value}`) }))}
            value={kind}
            onChange={(value) => setKind((value as PayoutAccountKind | null) ?? kind)}
          />
          <TextInput
            label={t("payout.account")}
            description={
              offer.cameFrom
                ? t("payout.cameFrom", { account: offer.cameFrom })
                : t(`payout.accountWords.${kind}`)
            }
            required
            autoComplete="off"
            // The first that is still to be said.
            data-autofocus
            value={account}
            error={wrong.account}
            onChange={(event) => {
              setAccount(event.currentTarget.value);
              ask.reset();
            }}
          />
        </>
      )}
      {fits && <ForeseenMoves moves={foreseen.data} error={foreseen.error} />}
    </ConsentDialog>
  );
}
