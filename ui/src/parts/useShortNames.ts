import { useText } from "../i18n/text";

/** A few names, and how many more there are. */
export function useShortNames(): (names: readonly string[], shown?: number) => string {
  const { t } = useText();
  return (names, shown = 3) =>
    names.length > shown
      ? t("letters.andMore", { names: names.slice(0, shown).join(", "), count: names.length - shown })
      : names.join(", ");
}
