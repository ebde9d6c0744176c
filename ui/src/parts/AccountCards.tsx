// One's own account, the same at the desk and in the portal.
import { SegmentedControl, Stack, useMantineColorScheme } from "@mantine/core";
import { api } from "../api/query";
import type { Language } from "../api/views";
import { LANGUAGE_NAMES, LANGUAGES, useText } from "../i18n/text";
import { useLanguage } from "../shell/language";
import { Card } from "./Card";
import { ChoosePassword } from "./ChoosePassword";
import { showProblem } from "./ErrorNotice";
import { Loaded } from "./Loaded";
import { SignInList } from "./SignInList";
import { said } from "./undo";
import { useNow } from "./useNow";

/** Language and appearance; both act at once. */
export function LooksCard() {
  const text = useText();
  const { t } = text;
  const change = api.useMutation("patch", "/me");
  const [language, setLanguage] = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Card title={t("account.looks")}>
      <Stack gap="md">
        <div>
          <p id="account-language" style={{ margin: "0 0 4px", fontWeight: 500 }}>
            {t("account.language")}
          </p>
          <SegmentedControl
            aria-labelledby="account-language"
            value={language}
            onChange={(value) => {
              setLanguage(value as Language);
              change.mutate(
                { body: { language: value as Language } },
                { onError: (error) => showProblem(error, text) },
              );
            }}
            data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          />
        </div>
        <div>
          <p id="account-appearance" style={{ margin: "0 0 4px", fontWeight: 500 }}>
            {t("account.appearance")}
          </p>
          <SegmentedControl
            aria-labelledby="account-appearance"
            value={colorScheme}
            onChange={(value) => setColorScheme(value as typeof colorScheme)}
            data={(["auto", "light", "dark"] as const).map((value) => ({
              value,
              label: t(`account.appearance.${value}`),
            }))}
          />
        </div>
      </Stack>
    </Card>
  );
}

export function PasswordCard() {
  const { t } = useText();
  const change = api.useMutation("post", "/me/password");
  return (
    <Card title={t("account.password")}>
      <ChoosePassword
        askCurrent
        submitLabel={t("forced.submit")}
        onSubmit={async (password, current) => {
          await change.mutateAsync({ body: { current, new: password } });
          said(t("account.passwordChanged"));
        }}
      />
    </Card>
  );
}

/** The devices one is signed in on; any other can be signed out from here. */
export function SignInsCard() {
  const text = useText();
  const { t } = text;
  const now = useNow();
  const signIns = api.useQuery("get", "/me/sign-ins", {});
  const end = api.useMutation("delete", "/me/sign-ins/{id}");
  return (
    <Card title={t("signIns.mine")}>
      <Loaded query={signIns}>
        {({ items }) => (
          <SignInList
            items={items}
            now={now}
            onEnd={(signIn) =>
              end.mutate(
                { params: { path: { id: signIn.id } } },
                { onSuccess: () => said(t("signIns.ended")), onError: (error) => showProblem(error, text) },
              )
            }
          />
        )}
      </Loaded>
    </Card>
  );
}
