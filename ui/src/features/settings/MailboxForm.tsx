import { Button, Group, Switch, TextInput } from "@mantine/core";
import { IconMailDown } from "@tabler/icons-react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { MailboxSettings } from "../../api/views";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { StateBadge } from "../../parts/StateBadge";
import { said } from "../../parts/undo";
import { ServerFields } from "./ServerFields";
import { SettingForm } from "./SettingForm";

function valuesOf(setting: MailboxSettings) {
  const { enabled, host, port, security, username, folder } = setting;
  return { enabled, host, port, security, username, folder, password: "" };
}

/** The mailbox to which servers report what they could not deliver, and whether it can be read. */
export function MailboxForm({ setting }: { setting: MailboxSettings }) {
  const { t } = useText();
  const put = api.useMutation("put", "/settings/mailbox");
  return (
    <SettingForm
      title={t("mailbox.title")}
      setting={setting}
      valuesOf={valuesOf}
      labels={{
        enabled: t("mailbox.enabled"),
        host: t("mailbox.host"),
        port: t("mail.port"),
        security: t("mail.security"),
        username: t("mail.username"),
        password: t("signIn.password"),
        folder: t("mailbox.folder"),
      }}
      // A password that was not typed again stays what it was.
      save={({ password, ...values }, { rowVersion }) =>
        put.mutateAsync({
          headers: ifMatch({ rowVersion }),
          body: { ...values, ...(password ? { password } : {}) },
        })
      }
      onSaved={() => said(t("mailbox.saved"))}
    >
      {(form) => (
        <>
          <p style={{ margin: 0 }}>{t("mailbox.words")}</p>
          <Switch label={t("mailbox.enabled")} {...form.getInputProps("enabled", { type: "checkbox" })} />
          <ServerFields
            form={form}
            label={t("mailbox.host")}
            placeholder="imap.example.com"
            passwordSet={setting.passwordSet}
          >
            <TextInput label={t("mailbox.folder")} {...form.getInputProps("folder")} />
          </ServerFields>
          {setting.rowVersion > 0 && setting.enabled && <Reading setting={setting} />}
        </>
      )}
    </SettingForm>
  );
}

function Reading({ setting }: { setting: MailboxSettings }) {
  const { t, format } = useText();
  const read = api.useMutation("post", "/settings/mailbox/read");
  const { fault, faultSince, faultWords, readAt } = setting;
  return (
    <>
      <Group>
        {fault && faultSince ? (
          <StateBadge tone="bad">{t("mailbox.faultSince", { time: format.dateTime(faultSince) })}</StateBadge>
        ) : (
          <StateBadge tone={readAt ? "good" : "mute"}>
            {readAt ? t("mailbox.readAt", { time: format.dateTime(readAt) }) : t("mailbox.never")}
          </StateBadge>
        )}
        <Button
          variant="default"
          leftSection={<IconMailDown size={16} />}
          loading={read.isPending}
          onClick={() =>
            read.mutate(
              {},
              {
                onSuccess: ({ bounced }) =>
                  said(bounced ? t("mailbox.some", { count: bounced }) : t("mailbox.none")),
              },
            )
          }
        >
          {t("mailbox.read")}
        </Button>
      </Group>
      {faultWords && !read.isError && <p style={{ margin: 0 }}>{faultWords}</p>}
      {read.isError && <ErrorNotice error={read.error} />}
    </>
  );
}
