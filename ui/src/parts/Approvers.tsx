import { useText } from "../i18n/text";

/** Who can approve; and what to do where nobody can. */
export function Approvers({ names }: { names: readonly string[] }) {
  const { t, language } = useText();
  return names.length > 0
    ? t("refund.approvers", { names: new Intl.ListFormat(language, { type: "disjunction" }).format(names) })
    : t("refund.nobody");
}
