import type { Staff } from "../../api/views";
import type { Key } from "../../i18n/text";
import type { Tone } from "../../parts/StateBadge";

/** How a colleague's account stands. */
export function staffState(member: Staff): { tone: Tone; text: Key } {
  if (member.state === "blocked") return { tone: "bad", text: "staff.state.blocked" };
  if (member.state === "own") return { tone: "good", text: "staff.state.active" };
  return { tone: "warn", text: "staff.state.invited" };
}
