import { SegmentedControl } from "@mantine/core";
import type { Language } from "../api/views";
import { LANGUAGE_NAMES, LANGUAGES, useText } from "../i18n/text";
import { useLanguage } from "./language";

/** Chooses the language before anyone has signed in. */
export function LanguageSwitch() {
  const { t } = useText();
  const [language, setLanguage] = useLanguage();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("account.language")}
      value={language}
      onChange={(value) => setLanguage(value as Language)}
      data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
    />
  );
}
