import { Button, Group, Radio, TextInput } from "@mantine/core";
import { IconArrowBackUp, IconCashRegister } from "@tabler/icons-react";
import { useState } from "react";
import { idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { OpenIncomingPayment } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { Section } from "../../parts/Section";
import { minorOf } from "../../parts/typedMoney";
import { said } from "../../parts/undo";
import classes from "./Payments.module.css";
import { TakeBackDialog } from "./TakeBackDialog";

type Means = NonNullable<OpenIncomingPayment["counter"]>;

/** Money of the counter: cash that was brought to the bank, or what the bank of the card terminal pays out. */
export function FromCounter({ payment, takes }: { payment: OpenIncomingPayment; takes: boolean }) {
  const { t, format } = useText();
  const [asks, setAsks] = useState<"say" | "back">();
  const { organisationId, amount, left, counter, counterFee } = payment;
  // Whoever has no counter is not asked about one.
  const standing = api.useQuery(
    "get",
    "/till-standing",
    { params: { query: { organisationId } } },
    { enabled: takes && counter == null },
  ).data;
  const whole = left.minor > 0 && left.minor === amount.minor;
  if (counter == null && !(takes && whole && standing?.active)) return null;
  const fee = counterFee && counterFee.minor > 0 ? format.money(counterFee.minor, counterFee.currency) : "";
  return (
    <Section title={t("incoming.counter")}>
      <ul className={classes.list}>
        <li>
          <span>
            {counter == null
              ? t("incoming.maybeCounter")
              : t(counter === "cash" ? "incoming.isCounterCash" : "incoming.isCounterCard")}
            {fee && <span className={classes.detail}>{t("incoming.counterFeeOf", { fee })}</span>}
          </span>
          {takes && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={counter == null ? <IconCashRegister size={14} /> : <IconArrowBackUp size={14} />}
              onClick={() => setAsks(counter == null ? "say" : "back")}
            >
              {t(counter == null ? "incoming.itIsCounter" : "incoming.takeBack")}
            </Button>
          )}
        </li>
      </ul>
      {asks === "say" && <SayDialog payment={payment} onClose={() => setAsks(undefined)} />}
      {asks === "back" && (
        <TakeBackDialog
          payment={payment}
          words={t("incoming.notCounter")}
          onClose={() => setAsks(undefined)}
        />
      )}
    </Section>
  );
}

function SayDialog({ payment, onClose }: { payment: OpenIncomingPayment; onClose: () => void }) {
  const { t } = useText();
  const say = api.useMutation("post", "/incoming-payments/{id}/from-counter");
  const [key] = useState(() => crypto.randomUUID());
  const [means, setMeans] = useState<Means>("cash");
  const [typed, setTyped] = useState("0");
  const fee = means === "card" ? minorOf(typed) : 0;
  return (
    <ConsentDialog
      title={t("incoming.counter")}
      confirm={t("incoming.itIsCounter")}
      waiting={fee === undefined}
      onClose={onClose}
      onConfirm={async () => {
        await say.mutateAsync({
          params: { path: { id: payment.id } },
          headers: { ...ifMatch(payment), ...idempotent(key) },
          body: { means, feeMinor: fee ?? 0 },
        });
        said(t("incoming.saidCounter"));
      }}
    >
      <p style={{ margin: 0 }}>{t("incoming.counterWords")}</p>
      <Radio.Group
        label={t("incoming.counterMeans")}
        value={means}
        onChange={(value) => setMeans(value === "card" ? "card" : "cash")}
      >
        <Group gap="md" mt={4}>
          <Radio value="cash" label={t("incoming.counterCash")} data-autofocus />
          <Radio value="card" label={t("incoming.counterCard")} />
        </Group>
      </Radio.Group>
      {means === "card" && (
        <TextInput
          label={t("incoming.counterFee", { currency: payment.amount.currency })}
          description={t("incoming.counterFeeWords")}
          inputMode="decimal"
          required
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={fee === undefined ? t("incoming.counterFeeFault") : undefined}
        />
      )}
    </ConsentDialog>
  );
}
