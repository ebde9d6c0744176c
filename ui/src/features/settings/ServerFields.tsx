import { Group, NumberInput, PasswordInput, Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { ReactNode } from "react";
import type { MailSettings } from "../../api/views";
import { useText } from "../../i18n/text";

const SECURITY = ["tls", "starttls", "none"] as const;

interface ServerValues {
  host: string;
  port: number;
  security: MailSettings["security"];
  username: string;
  password: string;
}

/** A mail server of either kind: where it is, how the way there is protected, and who signs in. */
export function ServerFields<V extends ServerValues>({
  form,
  label,
  placeholder,
  passwordSet,
  children,
}: {
  form: UseFormReturnType<V>;
  label: string;
  placeholder: string;
  passwordSet: boolean;
  /** What stands beside the password. */
  children?: ReactNode;
}) {
  const { t } = useText();
  return (
    <>
      <Group grow align="flex-start">
        <TextInput label={label} placeholder={placeholder} {...form.getInputProps("host")} />
        <NumberInput
          label={t("mail.port")}
          min={1}
          max={65535}
          hideControls
          {...form.getInputProps("port")}
        />
        <Select
          label={t("mail.security")}
          allowDeselect={false}
          data={SECURITY.map((value) => ({ value, label: t(`mail.security.${value}`) }))}
          {...form.getInputProps("security")}
        />
      </Group>
      <Group grow align="flex-start">
        <TextInput label={t("mail.username")} autoComplete="off" {...form.getInputProps("username")} />
        <PasswordInput
          label={t("signIn.password")}
          autoComplete="new-password"
          placeholder={passwordSet ? t("mail.passwordKept") : undefined}
          visibilityToggleButtonProps={{ "aria-label": t("password.show") }}
          {...form.getInputProps("password")}
        />
        {children}
      </Group>
    </>
  );
}
