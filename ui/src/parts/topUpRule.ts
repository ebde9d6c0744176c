import type { TopUpRule } from "../api/views";
import { useText } from "../i18n/text";
import { minorOf } from "./typedMoney";

/** Why an amount is not put in, as the host would say it; what was put in before that day is known to the host alone. */
export type TopUpFault = "below_least" | "between_steps" | "above_most";

/** Whether an amount keeps to the rule of its facility. */
export function topUpFault(rule: TopUpRule, minor: number): TopUpFault | undefined {
  if (minor < rule.leastMinor) return "below_least";
  if (minor % rule.stepMinor !== 0) return "between_steps";
  const most = Math.min(rule.mostMinor ?? Infinity, rule.mostADayMinor ?? Infinity);
  return minor > most ? "above_most" : undefined;
}

/** Whole kronor as they are typed: hundredths, or nothing where they are no such amount. */
export function wholeOf(typed: string): number | undefined {
  const minor = minorOf(typed);
  return minor !== undefined && minor % 100 === 0 ? minor : undefined;
}

/** A rule in words, to be read before an amount is chosen. */
export function useTopUpWords(): (rule: TopUpRule) => string {
  const { t, format } = useText();
  return (rule) => {
    const money = (minor: number) => format.money(minor, rule.currency);
    return [
      t("topUp.rule.least", { amount: money(rule.leastMinor) }),
      rule.stepMinor === 100
        ? t("topUp.rule.whole")
        : t("topUp.rule.step", { amount: money(rule.stepMinor) }),
      rule.mostMinor != null && t("topUp.rule.most", { amount: money(rule.mostMinor) }),
      rule.mostADayMinor != null && t("topUp.rule.mostADay", { amount: money(rule.mostADayMinor) }),
    ]
      .filter(Boolean)
      .join(" ");
  };
}
