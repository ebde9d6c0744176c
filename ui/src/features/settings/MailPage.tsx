import { Button, Group, Stack, Switch, TextInput } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { MailSettings } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Loaded } from "../../parts/Loaded";
import { said } from "../../parts/undo";
import { useMe } from "../../shell/session";
import { MailboxForm } from "./MailboxForm";
import { ServerFields } from "./ServerFields";
import { SettingForm } from "./SettingForm";

/** The mail server, and a test that shows whether it works before anyone waits for a message. */
export function MailPage() {
  const mail = api.useQuery("get", "/settings/mail", {});
  const mailbox = api.useQuery("get", "/settings/mailbox", {});
  return (
    <Loaded query={mail}>
      {(settings) => (
        <>
          <MailForm settings={settings} />
          <TestCard enabled={settings.enabled} />
          <Loaded query={mailbox}>{(setting) => <MailboxForm setting={setting} />}</Loaded>
        </>
      )}
    </Loaded>
  );
}

function valuesOf({
  rowVersion: _version,
  passwordSet: _set,
  username,
  testAddress,
  ...settings
}: MailSettings) {
  return { ...settings, username: username ?? "", testAddress: testAddress ?? "", password: "" };
}

function MailForm({ settings }: { settings: MailSettings }) {
  const { t } = useText();
  const put = api.useMutation("put", "/settings/mail");
  return (
    <SettingForm
      title={t("mail.title")}
      setting={settings}
      valuesOf={valuesOf}
      labels={{
        enabled: t("mail.enabled"),
        host: t("mail.host"),
        port: t("mail.port"),
        security: t("mail.security"),
        username: t("mail.username"),
        password: t("signIn.password"),
        fromName: t("mail.fromName"),
        fromAddress: t("mail.fromAddress"),
        testAddress: t("mail.testAddress"),
      }}
      validate={(values) => ({
        host: !values.enabled || values.host.trim() ? null : t("field.required"),
        fromAddress: !values.enabled || /^\S+@\S+\.\S+$/.test(values.fromAddress) ? null : t("field.email"),
      })}
      // A password that was not typed again stays what it was.
      save={({ password, ...values }, setting) =>
        put.mutateAsync({ headers: ifMatch(setting), body: { ...values, ...(password ? { password } : {}) } })
      }
      onSaved={() => said(t("mail.saved"))}
    >
      {(form) => (
        <>
          <p style={{ margin: 0 }}>{t("mail.words")}</p>
          <Switch label={t("mail.enabled")} {...form.getInputProps("enabled", { type: "checkbox" })} />
          <ServerFields
            form={form}
            label={t("mail.host")}
            placeholder="smtp.example.com"
            passwordSet={settings.passwordSet}
          />
          <Group grow align="flex-start">
            <TextInput label={t("mail.fromName")} {...form.getInputProps("fromName")} />
            <TextInput label={t("mail.fromAddress")} type="email" {...form.getInputProps("fromAddress")} />
          </Group>
          <TextInput
            label={t("mail.testAddress")}
            description={t("mail.testAddressHint")}
            type="email"
            maw={460}
            {...form.getInputProps("testAddress")}
          />
        </>
      )}
    </SettingForm>
  );
}

function TestCard({ enabled }: { enabled: boolean }) {
  const { t } = useText();
  const me = useMe();
  const test = api.useMutation("post", "/settings/mail/test");
  const [to, setTo] = useState(me.email ?? "");
  return (
    <Card title={t("mail.test")}>
      <Stack gap="sm">
        <p style={{ margin: 0 }}>{enabled ? t("mail.testWords") : t("mail.testFirst")}</p>
        <Group align="flex-end">
          <TextInput
            label={t("mail.testTo")}
            type="email"
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
              test.mutate({ body: { to: to.trim() } }, { onSuccess: () => said(t("mail.testSent", { to })) })
            }
          >
            {t("mail.testSend")}
          </Button>
        </Group>
        {test.isError && <ErrorNotice error={test.error} />}
      </Stack>
    </Card>
  );
}
