import { useText } from "../../i18n/text";

/** How a payment stands at the bank: in words, with the bank's code beside them. */
export function useStatusWords() {
  const { t, has, word } = useText();
  return (code: string) => {
    if (!code) return t("payoutStatusCode.none");
    return has(`payoutStatusCode.${code}`)
      ? `${word("payoutStatusCode", code)} (${code})`
      : t("payoutStatusCode.other", { code });
  };
}
