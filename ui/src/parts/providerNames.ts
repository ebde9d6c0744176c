import type { PaymentProvider } from "../api/views";

/** What providers are called in a sentence, in every language. */
export const PROVIDER_NAMES: Record<PaymentProvider, string> = {
  swish: "Swish",
  vipps: "Vipps",
  payson: "Payson",
};
