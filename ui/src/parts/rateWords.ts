import type { TariffComponent } from "../api/views";
import { useText } from "../i18n/text";

type Rate = TariffComponent["rate"];

/** What a component of a tariff asks, in words. */
export function useRateWords(): (rate: Rate) => string {
  const { t, format } = useText();
  return (rate) => {
    if ("spot" in rate) return t(rate.spot === "quarter" ? "tariff.spot.quarter" : "tariff.spot.hour_mean");
    if ("per_kwh" in rate) return format.energyPrice(rate.per_kwh.microPerKwh, rate.per_kwh.currency);
    return format.money(rate.each.minor, rate.each.currency);
  };
}
