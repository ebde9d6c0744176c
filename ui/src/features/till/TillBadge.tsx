import { useText } from "../../i18n/text";
import { StateBadge } from "../../parts/StateBadge";

/** Whether a till is open. */
export function TillBadge({ closed }: { closed: boolean }) {
  const { t } = useText();
  return (
    <StateBadge tone={closed ? "mute" : "good"}>
      {t(closed ? "till.state.closed" : "till.state.open")}
    </StateBadge>
  );
}
