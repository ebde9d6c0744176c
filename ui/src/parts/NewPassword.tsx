import { PasswordInput, Stack } from "@mantine/core";
import { IconCircle, IconCircleCheckFilled } from "@tabler/icons-react";
import { api } from "../api/query";
import type { PasswordPolicy } from "../api/views";
import { useText } from "../i18n/text";
import classes from "./NewPassword.module.css";
import { passwordRules } from "./passwordRules";

/** A new password, typed twice, with the policy ticking off as it is typed. */
export function NewPassword({
  value,
  again,
  onChange,
  onAgain,
  error,
  label,
}: {
  value: string;
  again: string;
  onChange: (value: string) => void;
  onAgain: (value: string) => void;
  error?: string | undefined;
  label?: string;
}) {
  const { t } = useText();
  const policy = api.useQuery("get", "/password-policy", {}, { staleTime: Number.POSITIVE_INFINITY });
  const toggle = { "aria-label": t("password.show") };
  return (
    <Stack gap="sm">
      <PasswordInput
        label={label ?? t("password.new")}
        required
        autoComplete="new-password"
        value={value}
        error={error}
        visibilityToggleButtonProps={toggle}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {policy.data && <PasswordChecklist policy={policy.data} password={value} />}
      <PasswordInput
        label={t("password.again")}
        required
        autoComplete="new-password"
        value={again}
        error={again !== "" && again !== value ? t("password.differs") : undefined}
        visibilityToggleButtonProps={toggle}
        onChange={(event) => onAgain(event.currentTarget.value)}
      />
    </Stack>
  );
}

export function PasswordChecklist({ policy, password }: { policy: PasswordPolicy; password: string }) {
  const { t } = useText();
  return (
    <ul className={classes.rules} aria-label={t("password.rules")}>
      {passwordRules(policy, password).map(({ rule, met }) => (
        <li key={rule} data-met={met || undefined}>
          {met ? (
            <IconCircleCheckFilled size={16} aria-hidden="true" />
          ) : (
            <IconCircle size={16} aria-hidden="true" />
          )}
          {t(`password.rule.${rule}`, { count: policy.minLength, symbols: policy.symbols })}
          <span className={classes.spoken}>{met ? t("password.met") : t("password.notMet")}</span>
        </li>
      ))}
      {policy.blockLeaked && <li className={classes.leaked}>{t("password.rule.leaked")}</li>}
    </ul>
  );
}
