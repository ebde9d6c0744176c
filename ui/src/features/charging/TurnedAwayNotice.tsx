import { Alert } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import type { ChargePoint } from "../../api/views";
import { useText } from "../../i18n/text";
import { moment } from "./shownState";

/** Says that somebody calls in the name of a charge point without its key: mostly the charge point, with an old one. */
export function TurnedAwayNotice({ point, now }: { point: ChargePoint; now: Date }) {
  const { t, format } = useText();
  const { turnedAway } = point;
  if (!turnedAway) return null;
  const { count, at, remoteAddress } = turnedAway;
  return (
    <Alert color="orange" mb="sm" icon={<IconKey size={18} />} title={t("turnedAway.title")}>
      {t("turnedAway.words", { count, time: moment(at, now, format), address: remoteAddress ?? "–" })}{" "}
      {t(point.credentialSetAt ? "turnedAway.otherKey" : "turnedAway.noKey")}
    </Alert>
  );
}
