import type { Session } from "../../api/views";
import { useText } from "../../i18n/text";
import { StateBadge } from "../../parts/StateBadge";
import { SESSION_STATES } from "./sessionStates";

/** Where a session stands: colour, icon and word. */
export function SessionBadge({ session }: { session: Pick<Session, "state"> }) {
  const { word } = useText();
  const look = SESSION_STATES[session.state];
  return (
    <StateBadge tone={look?.tone ?? "mute"} icon={look?.icon}>
      {word("session.state", session.state)}
    </StateBadge>
  );
}
