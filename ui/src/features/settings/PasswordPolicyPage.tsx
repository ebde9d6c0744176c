import { NumberInput, PasswordInput, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { PasswordPolicy } from "../../api/views";
import { useText } from "../../i18n/text";
import { Loaded } from "../../parts/Loaded";
import { PasswordChecklist } from "../../parts/NewPassword";
import { said } from "../../parts/undo";
import { SettingForm } from "./SettingForm";

type Settings = PasswordPolicy & { rowVersion: number };

/** What is asked of a password, with the list the residents will see beside it. */
export function PasswordPolicyPage() {
  const policy = api.useQuery("get", "/settings/password-policy", {});
  return <Loaded query={policy}>{(settings) => <PolicyForm settings={settings} />}</Loaded>;
}

function valuesOf({ rowVersion: _version, ...policy }: Settings): PasswordPolicy {
  return policy;
}

function PolicyForm({ settings }: { settings: Settings }) {
  const { t } = useText();
  const put = api.useMutation("put", "/settings/password-policy");
  const [sample, setSample] = useState("");
  return (
    <SettingForm<PasswordPolicy, Settings>
      title={t("policy.title")}
      setting={settings}
      valuesOf={valuesOf}
      labels={{
        minLength: t("policy.minLength"),
        upper: t("policy.upper"),
        lower: t("policy.lower"),
        digit: t("policy.digit"),
        symbol: t("policy.symbol"),
        symbols: t("policy.symbols"),
        blockLeaked: t("policy.blockLeaked"),
      }}
      save={(values, setting) => put.mutateAsync({ headers: ifMatch(setting), body: values })}
      onSaved={() => said(t("policy.saved"))}
    >
      {(form) => (
        <>
          <p style={{ margin: 0 }}>{t("policy.words")}</p>
          <NumberInput
            label={t("policy.minLength")}
            description={t("policy.minLengthHint")}
            min={8}
            max={64}
            allowDecimal={false}
            maw={220}
            {...form.getInputProps("minLength")}
          />
          {(["upper", "lower", "digit", "symbol"] as const).map((rule) => (
            <Switch
              key={rule}
              label={t(`policy.${rule}`)}
              {...form.getInputProps(rule, { type: "checkbox" })}
            />
          ))}
          {form.values.symbol && (
            <TextInput label={t("policy.symbols")} maw={360} {...form.getInputProps("symbols")} />
          )}
          <Switch
            label={t("policy.blockLeaked")}
            description={t("policy.blockLeakedHint")}
            {...form.getInputProps("blockLeaked", { type: "checkbox" })}
          />
          <PasswordInput
            label={t("policy.try")}
            description={t("policy.tryHint")}
            maw={360}
            autoComplete="off"
            visibilityToggleButtonProps={{ "aria-label": t("password.show") }}
            value={sample}
            onChange={(event) => setSample(event.currentTarget.value)}
          />
          <PasswordChecklist policy={form.values} password={sample} />
        </>
      )}
    </SettingForm>
  );
}
