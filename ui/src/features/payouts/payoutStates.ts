// What the screens of payouts say alike.
import type { PayoutState, PayoutStatus } from "../../api/views";
import type { Tone } from "../../parts/StateBadge";

export const PAYOUT_STATES = [
  "asked",
  "approved",
  "filed",
  "sent",
  "accepted",
  "rejected",
  "paid",
  "returned",
  "refused",
  "withdrawn",
] as const satisfies readonly PayoutState[];

/** How loud what a bank says is: that it has paid, or that it has not. */
export function toneOf({ outcome, statusCode }: PayoutStatus): Tone {
  return outcome === "applied" && statusCode === "RJCT" ? "warn" : OUTCOME_TONES[outcome];
}

const OUTCOME_TONES: Record<PayoutStatus["outcome"], Tone> = {
  applied: "good",
  known: "mute",
  older: "mute",
  unknown: "warn",
  no_word: "mute",
  contradicts: "bad",
};
