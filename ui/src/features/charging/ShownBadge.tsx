import type { ChargePoint, Connector } from "../../api/views";
import { useText } from "../../i18n/text";
import { StateBadge } from "../../parts/StateBadge";
import { faultCode, moment, STATES } from "./shownState";

/** How a charge point is: colour, icon and words, with its fault code or since when it is gone. */
export function PointBadge({ point, now }: { point: ChargePoint; now: Date }) {
  const { t, format } = useText();
  const { tone, icon } = STATES[point.shown];
  const gone = point.contact?.disconnectedAt;
  const code = faultCode(point);
  return (
    <StateBadge tone={tone} icon={icon}>
      {point.shown === "fault" && code
        ? t("charging.faultCode", { code })
        : point.shown === "offline" && gone
          ? t("charging.offlineSince", { time: moment(gone, now, format) })
          : t(`charging.state.${point.shown}`)}
    </StateBadge>
  );
}

/** How a connector is. */
export function ConnectorBadge({ connector }: { connector: Connector }) {
  const { t } = useText();
  const { tone, icon } = STATES[connector.shown];
  const code = connector.errorCode && connector.errorCode !== "NoError" ? connector.errorCode : undefined;
  return (
    <StateBadge tone={tone} icon={icon}>
      {connector.shown === "fault" && code
        ? t("charging.faultCode", { code })
        : t(`charging.state.${connector.shown}`)}
    </StateBadge>
  );
}
