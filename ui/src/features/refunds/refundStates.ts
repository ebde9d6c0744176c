// What the screens of refunds say alike.
import type { RefundState } from "../../api/views";

export const REFUND_STATES = [
  "asked",
  "approved",
  "sent",
  "unknown",
  "done",
  "failed",
  "rejected",
  "withdrawn",
] as const satisfies readonly RefundState[];
