// How each state of a charge point looks, and when it was so.
import {
  IconAlertTriangle,
  IconArchive,
  IconBattery4,
  IconBolt,
  IconCalendarCheck,
  IconCircleCheck,
  IconClockPause,
  IconHourglass,
  IconPlayerPause,
  IconPlug,
  IconPlugConnectedX,
  IconPower,
  IconQuestionMark,
  type TablerIcon,
} from "@tabler/icons-react";
import type { ChargePoint, Shown } from "../../api/views";
import type { Formats } from "../../i18n/format";
import type { Tone } from "../../parts/StateBadge";

/** Every state, what needs somebody first. */
export const STATES: Record<Shown, { tone: Tone; icon: TablerIcon }> = {
  fault: { tone: "bad", icon: IconAlertTriangle },
  offline: { tone: "bad", icon: IconPlugConnectedX },
  unknown: { tone: "warn", icon: IconQuestionMark },
  deactivated: { tone: "mute", icon: IconPower },
  charging: { tone: "calm", icon: IconBolt },
  waiting: { tone: "warn", icon: IconClockPause },
  paused_by_car: { tone: "mute", icon: IconPlayerPause },
  preparing: { tone: "calm", icon: IconPlug },
  finished: { tone: "good", icon: IconBattery4 },
  reserved: { tone: "calm", icon: IconCalendarCheck },
  expected: { tone: "mute", icon: IconHourglass },
  ready: { tone: "good", icon: IconCircleCheck },
  decommissioned: { tone: "mute", icon: IconArchive },
};

/** The states in that order. */
export const STATE_ORDER = Object.keys(STATES) as Shown[];

/** An instant as short as it can be said: today's by the clock. */
export function moment(at: string, now: Date, format: Formats): string {
  return format.date(at) === format.date(now) ? format.time(at) : format.dateTime(at);
}

/** What is wrong, in the word of the standard: of a connector first, else of the whole. */
export function faultCode(point: Pick<ChargePoint, "connectors" | "errorCode">): string | undefined {
  const codes = [...point.connectors.map(({ errorCode }) => errorCode), point.errorCode];
  return codes.find((code): code is string => Boolean(code) && code !== "NoError");
}
