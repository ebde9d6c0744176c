import { PasswordInput, Radio, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { ifMatch } from "../../api/client";
import { toProblem } from "../../api/problem";
import { api } from "../../api/query";
import type { PriceFeed } from "../../api/views";
import { useText } from "../../i18n/text";
import { fieldWords } from "../../parts/ErrorNotice";
import { Loaded } from "../../parts/Loaded";
import { said } from "../../parts/undo";
import { SettingForm } from "./SettingForm";

const CHOICES = ["off", "automatic", "entsoe"] as const;

/** Whether the prices of the market are fetched from the network, and of whom. */
export function PricesSettingPage() {
  const feed = api.useQuery("get", "/settings/prices", {});
  return <Loaded query={feed}>{(setting) => <FeedForm key={setting.rowVersion} setting={setting} />}</Loaded>;
}

function FeedForm({ setting }: { setting: PriceFeed }) {
  const text = useText();
  const { t } = text;
  const put = api.useMutation("put", "/settings/prices");
  const form = useForm({ initialValues: { fetching: setting.fetching, token: "" } });
  const errors: Record<string, string> = put.isError ? fieldWords(toProblem(put.error), text) : {};
  const submit = form.onSubmit(({ fetching, token }) =>
    // A token that was not typed again stays what it was.
    put.mutate(
      { headers: ifMatch(setting), body: { fetching, ...(token.trim() ? { token: token.trim() } : {}) } },
      { onSuccess: () => said(t("priceFeed.saved")) },
    ),
  );
  return (
    <SettingForm title={t("priceFeed.title")} onSubmit={submit} saving={put} changed={form.isDirty()}>
      <p style={{ margin: 0 }}>{t("priceFeed.words")}</p>
      <Radio.Group label={t("priceFeed.choice")} {...form.getInputProps("fetching")}>
        <Stack gap="xs" mt="xs">
          {CHOICES.map((choice) => (
            <Radio
              key={choice}
              value={choice}
              label={t(`priceFeed.${choice}`)}
              description={t(`priceFeed.${choice}Hint`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {form.values.fetching === "entsoe" && (
        <PasswordInput
          label={t("priceFeed.token")}
          description={t("priceFeed.tokenHint")}
          placeholder={setting.tokenSet ? t("priceFeed.tokenKept") : undefined}
          withAsterisk={!setting.tokenSet}
          autoComplete="off"
          maw={460}
          visibilityToggleButtonProps={{ "aria-label": t("password.show") }}
          {...form.getInputProps("token")}
          error={errors.token}
        />
      )}
    </SettingForm>
  );
}
