// What the screens of incoming payments say alike: how payments come out.
import type { IncomingPayment, PaymentOutcome } from "../../api/views";
import type { Tone } from "../../parts/StateBadge";

export const OUTCOMES = [
  "matched",
  "part",
  "over",
  "double",
  "unmatched",
] as const satisfies readonly PaymentOutcome[];

const TONES: Record<PaymentOutcome, Tone> = {
  matched: "good",
  part: "calm",
  over: "warn",
  double: "warn",
  unmatched: "bad",
};

/** What tells where a payment stands; one that is only planned is nobody's deposit yet. */
type Standing = Pick<IncomingPayment, "outcome" | "left"> & Partial<Pick<IncomingPayment, "isSameDeposit">>;

/** Where a payment stands by now: how it came out, unless somebody has said otherwise since. */
export function standOf({ outcome, left, isSameDeposit }: Standing) {
  if (isSameDeposit) return "incoming.outcome.same" as const;
  // What was matched has nothing left unless it was taken back.
  if (left.minor !== 0 && (outcome === "matched" || outcome === "part"))
    return "incoming.outcome.taken_back" as const;
  if (left.minor === 0 && outcome === "unmatched") return "incoming.placed" as const;
  return `incoming.outcome.${outcome}` as const;
}

/** What is placed needs nobody any more, however it came out. */
export function toneOf({ outcome, left, isSameDeposit }: Standing): Tone {
  if (isSameDeposit) return "mute";
  if (left.minor !== 0 && (outcome === "matched" || outcome === "part")) return "warn";
  return left.minor === 0 && outcome !== "part" ? "good" : TONES[outcome];
}
