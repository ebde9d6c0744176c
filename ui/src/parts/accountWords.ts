// What accounts are called, and how their amounts are written.
import type { Account } from "../api/views";
import { useText } from "../i18n/text";
import { useVatWords } from "./useVatWords";

type Named = Pick<
  Account,
  "kind" | "personName" | "companyName" | "protectedIdentity" | "unitCode" | "component" | "vat" | "asset"
>;

export const ACCOUNT_KINDS = [
  "receivable",
  "prepaid",
  "bank",
  "suspense",
  "clearing_swish",
  "clearing_vipps",
  "clearing_payson",
  "cash",
  "clearing_card",
  "till_difference",
  "provider_fee",
  "revenue",
  "vat",
  "rounding",
] as const satisfies readonly Account["kind"][];

/** The name of an account, and of whose it is. */
export function useAccountWords() {
  const { t, format } = useText();
  const vatWords = useVatWords();
  const holder = ({ personName, companyName, protectedIdentity, unitCode }: Named): string =>
    protectedIdentity ? t("account.protected") : (personName ?? companyName ?? unitCode ?? "");
  const part = ({ component, vat }: Named): string =>
    [component && t(`tariff.kind.${component}`), vat && vatWords(vat)].filter(Boolean).join(" · ");
  return {
    holder,
    part,
    name: (account: Named): string =>
      [t(`account.kind.${account.kind}`), holder(account), part(account)].filter(Boolean).join(" · "),
    /** An amount in the smallest part of its asset. */
    amount: (smallest: number, asset: Account["asset"]): string => {
      if (asset === "SEK" || asset === "NOK") return format.money(smallest, asset);
      return asset === "kWh" ? format.energy(smallest) : t("account.days", { count: smallest });
    },
  };
}
