// What the screens of payments through providers say alike.
import type { Payment, PaymentState } from "../../api/views";

export const STATES = [
  "initiated",
  "awaiting",
  "reserved",
  "succeeded",
  "settled",
  "unknown",
  "aborted",
  "denied",
  "expired",
  "failed",
] as const satisfies readonly PaymentState[];

/** Whether somebody has to look at a payment. */
export function waitsForLook({ concern, lookedAt }: Pick<Payment, "concern" | "lookedAt">): boolean {
  return Boolean(concern) && !lookedAt;
}
