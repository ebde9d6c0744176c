import { PasswordInput, Radio, Stack } from "@mantine/core";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { PriceFeed } from "../../api/views";
import { useText } from "../../i18n/text";
import { Loaded } from "../../parts/Loaded";
import { said } from "../../parts/undo";
import { SettingForm } from "./SettingForm";

const CHOICES = ["off", "automatic", "entsoe"] as const;

/** Whether the prices of the market are fetched from the network, and of whom. */
export function PricesSettingPage() {
  const feed = api.useQuery("get", "/settings/prices", {});
  return <Loaded query={feed}>{(setting) => <FeedForm setting={setting} />}</Loaded>;
}

function FeedForm({ setting }: { setting: PriceFeed }) {
  const { t } = useText();
  const put = api.useMutation("put", "/settings/prices");
  return (
    <SettingForm
      title={t("priceFeed.title")}
      setting={setting}
      valuesOf={({ fetching }) => ({ fetching, token: "" })}
      labels={{ fetching: t("priceFeed.choice"), token: t("priceFeed.token") }}
      // A token that was not typed again stays what it was.
      save={({ fetching, token }, before) =>
        put.mutateAsync({
          headers: ifMatch(before),
          body: { fetching, ...(token.trim() ? { token: token.trim() } : {}) },
        })
      }
      onSaved={() => said(t("priceFeed.saved"))}
    >
      {(form) => (
        <>
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
            />
          )}
        </>
      )}
    </SettingForm>
  );
}
