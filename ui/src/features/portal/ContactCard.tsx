import { Button, PasswordInput, Select, Stack, TextInput } from "@mantine/core";
import { IconEdit } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../api/query";
import type { Channel, Person } from "../../api/views";
import { writtenPhone } from "../../i18n/phone";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { Facts } from "../../parts/Facts";
import { FormDrawer } from "../../parts/FormDrawer";
import { phoneToStore } from "../../parts/phone";
import { useMe } from "../../shell/session";

type ContactValues = { email: string; phone: string; channel: Channel | ""; password: string };

const CHANNELS = ["", "mail", "sms"] as const;

/** The resident's own contact details; the office sees a change at once. */
export function ContactCard({ person }: { person: Person }) {
  const { t, language } = useText();
  const change = api.useMutation("patch", "/me");
  const [editing, setEditing] = useState(false);
  // Without SMS there is nothing to choose, but for whoever chose before.
  const chooses = useMe().smsIsOn || Boolean(person.channel);
  const valuesOf = (from: Person): ContactValues => ({
    email: from.email ?? "",
    phone: from.phone ? writtenPhone(from.phone, language) : "",
    channel: from.channel ?? "",
    password: "",
  });
  return (
    <Card
      title={t("portal.contact")}
      aside={
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconEdit size={15} />}
          onClick={() => setEditing(true)}
        >
          {t("action.edit")}
        </Button>
      }
    >
      <Facts
        rows={[
          [t("person.name"), person.name],
          [t("contact.email"), person.email],
          [t("contact.phone"), person.phone && writtenPhone(person.phone, language)],
          chooses && [
            t("person.channel"),
            person.channel ? t(`channel.${person.channel}`) : t("channel.any"),
          ],
          [
            t("person.address"),
            [person.street, [person.postalCode, person.city].filter(Boolean).join(" ")]
              .filter(Boolean)
              .join(", "),
          ],
        ]}
      />
      <FormDrawer<ContactValues, Person>
        title={t("portal.contact")}
        opened={editing}
        onClose={() => setEditing(false)}
        initial={valuesOf(person)}
        view={person}
        valuesOf={valuesOf}
        labels={{
          email: t("contact.email"),
          phone: t("contact.phone"),
          channel: t("person.channel"),
          password: t("password.current"),
        }}
        validate={({ email, password }) => ({
          email: !email || /^\S+@\S+\.\S+$/.test(email) ? null : t("field.email"),
          password: email === (person.email ?? "") || password ? null : t("field.required"),
        })}
        save={async ({ password, channel }, { changed }) => {
          await change.mutateAsync({
            body: {
              ...("email" in changed ? { email: changed.email || null, password } : {}),
              ...("phone" in changed
                ? {
                    phone: changed.phone
                      ? phoneToStore(changed.phone, language === "nb" ? "NO" : "SE")
                      : null,
                  }
                : {}),
              ...("channel" in changed ? { channel: channel || null } : {}),
            },
          });
          return undefined;
        }}
      >
        {(form) => (
          <Stack gap="sm">
            <TextInput
              label={t("contact.email")}
              description={t("portal.emailHint")}
              type="email"
              autoComplete="email"
              data-autofocus
              {...form.getInputProps("email")}
            />
            {form.getValues().email !== (person.email ?? "") && (
              <PasswordInput
                label={t("password.current")}
                description={t("portal.emailPassword")}
                autoComplete="current-password"
                {...form.getInputProps("password")}
              />
            )}
            <TextInput
              label={t("contact.phone")}
              type="tel"
              autoComplete="tel"
              {...form.getInputProps("phone")}
            />
            {chooses && (
              <Select
                label={t("person.channel")}
                description={t("portal.channelHint")}
                allowDeselect={false}
                data={CHANNELS.map((value) => ({
                  value,
                  label: value ? t(`channel.${value}`) : t("channel.any"),
                }))}
                {...form.getInputProps("channel")}
              />
            )}
          </Stack>
        )}
      </FormDrawer>
    </Card>
  );
}
