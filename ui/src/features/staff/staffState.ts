import type { Staff } from "../../api/views";
import type { Key } from "../../i18n/text";
import type { Tone } from "../../parts/StateBadge";

const LOOK: Record<Staff["state"], { tone: Tone; text: Key }> = {
  active: { tone: "good", text: "staff.state.active" },
  invited: { tone: "calm", text: "staff.state.invited" },
  expired: { tone: "warn", text: "staff.state.expired" },
  blocked: { tone: "bad", text: "staff.state.blocked" },
};

/** How a colleague's account stands. */
export function staffState(member: Staff): { tone: Tone; text: Key } {
  return LOOK[member.state];
}
