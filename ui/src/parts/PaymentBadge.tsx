import type { PaymentState } from "../api/views";
import { useText } from "../i18n/text";
import { StateBadge, type Tone } from "./StateBadge";

const TONES: Record<PaymentState, Tone> = {
  initiated: "calm",
  awaiting: "calm",
  reserved: "calm",
  succeeded: "good",
  settled: "good",
  unknown: "warn",
  aborted: "mute",
  denied: "bad",
  expired: "mute",
  failed: "bad",
};

/** Where a payment through a provider stands. */
export function PaymentBadge({ state }: { state: PaymentState }) {
  const { t } = useText();
  return <StateBadge tone={TONES[state]}>{t(`paymentState.${state}`)}</StateBadge>;
}
