import type { PayoutState } from "../../api/views";
import { useText } from "../../i18n/text";
import { StateBadge, type Tone } from "../StateBadge";

const TONES: Record<PayoutState, Tone> = {
  asked: "warn",
  approved: "calm",
  filed: "calm",
  sent: "calm",
  accepted: "calm",
  rejected: "bad",
  paid: "good",
  returned: "warn",
  refused: "mute",
  withdrawn: "mute",
};

/** Where money stands that is to go out. */
export function PayoutBadge({ state }: { state: PayoutState }) {
  const { t } = useText();
  return <StateBadge tone={TONES[state]}>{t(`payoutState.${state}`)}</StateBadge>;
}
