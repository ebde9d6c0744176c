import { useText } from "../../i18n/text";

/** Why a bank has not paid: its code in words, where it is one of those that banks use, and what it wrote itself. */
export function useReasonWords() {
  const { t, word } = useText();
  return (code: string | null | undefined, words: string | null | undefined) => {
    const said = code ? word("payoutReason", code, "payoutReason.other", { code }) : "";
    const parts = [said, words].filter(Boolean);
    return parts.length > 0 ? parts.join(" ") : t("payoutReason.none");
  };
}
