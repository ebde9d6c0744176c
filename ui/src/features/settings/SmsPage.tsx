import { Button, Group, PasswordInput, Select, Stack, Switch, TextInput } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { SmsSettings } from "../../api/views";
import { decimal, wholeUnits } from "../../i18n/format";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Loaded } from "../../parts/Loaded";
import { StateBadge } from "../../parts/StateBadge";
import { said } from "../../parts/undo";
import { SettingForm } from "./SettingForm";

const PROVIDERS = ["46elks", "twilio"] as const;
const CURRENCIES = ["SEK", "NOK", "EUR", "USD"];
/** A part costs less than an öre in places. */
const PLACES = 4;

/** The SMS gateway, what a part costs, and a test that shows whether it works before anyone waits for a message. */
export function SmsPage() {
  const sms = api.useQuery("get", "/settings/sms", {});
  return (
    <Loaded query={sms}>
      {(settings) => (
        <>
          <SmsForm settings={settings} />
          <TestCard enabled={settings.enabled} />
        </>
      )}
    </Loaded>
  );
}

function valuesOf({ enabled, provider, account, sender, price, testNumber }: SmsSettings) {
  return {
    enabled,
    provider,
    account,
    secret: "",
    sender,
    price: price
      ? decimal(price.tenThousandths, PLACES)
          .replace(/0{1,2}$/, "")
          .replace(".", ",")
      : "",
    currency: price?.currency ?? "SEK",
    testNumber: testNumber ?? "",
  };
}

function SmsForm({ settings }: { settings: SmsSettings }) {
  const { t, format } = useText();
  const put = api.useMutation("put", "/settings/sms");
  const known = settings.price ? undefined : settings.knownPrice;
  return (
    <SettingForm
      title={t("sms.title")}
      setting={settings}
      valuesOf={valuesOf}
      labels={{
        enabled: t("sms.enabled"),
        provider: t("sms.provider"),
        account: t("sms.account"),
        secret: t("sms.secret"),
        sender: t("sms.sender"),
        price: t("sms.price"),
        currency: t("sms.currency"),
        testNumber: t("sms.testNumber"),
      }}
      validate={(values) => ({
        account: values.account.trim() ? null : t("field.required"),
        sender: values.sender.trim() ? null : t("field.required"),
        price:
          values.price.trim() && wholeUnits(values.price, PLACES) === undefined
            ? t("field.number.malformed")
            : null,
      })}
      // What lets us in stays what it was where it was not typed again.
      save={({ secret, price, currency, ...values }, setting) => {
        const tenThousandths = wholeUnits(price, PLACES);
        return put.mutateAsync({
          headers: ifMatch(setting),
          body: {
            ...values,
            ...(secret ? { secret } : {}),
            ...(tenThousandths === undefined ? {} : { price: { tenThousandths, currency } }),
          },
        });
      }}
      onSaved={() => said(t("sms.saved"))}
    >
      {(form) => (
        <>
          <p style={{ margin: 0 }}>{t("sms.words")}</p>
          <Standing settings={settings} />
          <Switch label={t("sms.enabled")} {...form.getInputProps("enabled", { type: "checkbox" })} />
          <Group grow align="flex-start">
            <Select
              label={t("sms.provider")}
              allowDeselect={false}
              data={PROVIDERS.map((value) => ({ value, label: t(`sms.provider.${value}`) }))}
              {...form.getInputProps("provider")}
            />
            <TextInput
              label={t("sms.sender")}
              description={t("sms.senderHint")}
              {...form.getInputProps("sender")}
            />
          </Group>
          <Group grow align="flex-start">
            <TextInput label={t("sms.account")} autoComplete="off" {...form.getInputProps("account")} />
            <PasswordInput
              label={t("sms.secret")}
              autoComplete="new-password"
              placeholder={settings.secretSet ? t("mail.passwordKept") : undefined}
              visibilityToggleButtonProps={{ "aria-label": t("password.show") }}
              {...form.getInputProps("secret")}
            />
          </Group>
          <Group grow align="flex-start">
            <TextInput
              label={t("sms.price")}
              description={
                known
                  ? t("sms.priceKnown", { price: format.smsPrice(known.tenThousandths, known.currency) })
                  : t("sms.priceHint")
              }
              inputMode="decimal"
              {...form.getInputProps("price")}
            />
            <Select
              label={t("sms.currency")}
              description={t("sms.currencyHint")}
              allowDeselect={false}
              data={CURRENCIES}
              {...form.getInputProps("currency")}
            />
          </Group>
          <TextInput
            label={t("sms.testNumber")}
            description={t("sms.testNumberHint")}
            type="tel"
            maw={460}
            {...form.getInputProps("testNumber")}
          />
        </>
      )}
    </SettingForm>
  );
}

/** What stands in the way of sending, and what was refused of what came in the gateway's name. */
function Standing({ settings }: { settings: SmsSettings }) {
  const { t, format, word } = useText();
  const { fault, faultSince, faultWords, refused } = settings;
  return (
    <>
      {fault && faultSince && (
        <div>
          <StateBadge tone="bad">{word("problem", fault)}</StateBadge>
          <p style={{ margin: "4px 0 0" }}>
            {t("sms.faultSince", { time: format.dateTime(faultSince) })} {faultWords}
          </p>
        </div>
      )}
      {refused.length > 0 && (
        <p style={{ margin: 0 }}>
          {t("sms.refused", { count: refused.reduce((sum, { count }) => sum + count, 0) })}
        </p>
      )}
    </>
  );
}

function TestCard({ enabled }: { enabled: boolean }) {
  const { t, format } = useText();
  const test = api.useMutation("post", "/settings/sms/test");
  const [to, setTo] = useState("");
  const { parts, cost } = test.data ?? {};
  return (
    <Card title={t("sms.test")}>
      <Stack gap="sm">
        <p style={{ margin: 0 }}>{enabled ? t("sms.testWords") : t("mail.testFirst")}</p>
        <Group align="flex-end">
          <TextInput
            label={t("sms.testTo")}
            placeholder="+46 70 123 45 67"
            type="tel"
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
            style={{ flex: 1 }}
          />
          <Button
            variant="default"
            leftSection={<IconSend size={16} />}
            disabled={!enabled || !to.trim()}
            loading={test.isPending}
            onClick={() =>
              test.mutate({ body: { to: to.trim() } }, { onSuccess: () => said(t("sms.testSent", { to })) })
            }
          >
            {t("mail.testSend")}
          </Button>
        </Group>
        {test.isSuccess && parts && cost && (
          <p style={{ margin: 0 }} role="status">
            {t("sms.tested", { parts, cost: format.smsPrice(cost.tenThousandths, cost.currency) })}
          </p>
        )}
        {test.isError && <ErrorNotice error={test.error} />}
      </Stack>
    </Card>
  );
}
