import { useText } from "../i18n/text";

/** Who can approve, or that whoever reads it can; and what to do where nobody can. */
export function Approvers({ names, mayDecide }: { names: readonly string[]; mayDecide?: boolean }) {
  const { t, language } = useText();
  if (mayDecide) return t("refund.youMay");
  return names.length > 0
    ? t("refund.approvers", { names: new Intl.ListFormat(language, { type: "disjunction" }).format(names) })
    : t("refund.nobody");
}
