import { useText } from "../i18n/text";

/** How VAT applies, in words: a rate, or a reason why there is none. */
export function useVatWords(): (vat: string) => string {
  const { t, format } = useText();
  return (vat) => {
    if (vat === "exempt") return t("vat.exempt");
    if (vat === "reverse_charge") return t("vat.reverse_charge");
    return format.percent(Number(vat));
  };
}
