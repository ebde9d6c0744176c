import type { RefundState } from "../api/views";
import { useText } from "../i18n/text";
import { StateBadge, type Tone } from "./StateBadge";

const TONES: Record<RefundState, Tone> = {
  asked: "warn",
  approved: "calm",
  sent: "calm",
  unknown: "warn",
  done: "good",
  failed: "bad",
  rejected: "mute",
  withdrawn: "mute",
};

/** Where money stands that is to go back. */
export function RefundBadge({ state }: { state: RefundState }) {
  const { t } = useText();
  return <StateBadge tone={TONES[state]}>{t(`refundState.${state}`)}</StateBadge>;
}
