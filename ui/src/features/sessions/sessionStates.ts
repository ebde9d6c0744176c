// How each state of a session looks, and which of them are looked at together.
import {
  IconBolt,
  IconCircleCheck,
  IconCircleX,
  IconClockStop,
  IconEyeQuestion,
  IconHistory,
  IconPlugConnectedX,
  IconUserCheck,
  type TablerIcon,
} from "@tabler/icons-react";
import type { ChargeState, Session } from "../../api/views";
import type { Tone } from "../../parts/StateBadge";

export const SESSION_STATES: Record<string, { tone: Tone; icon: TablerIcon }> = {
  open: { tone: "calm", icon: IconBolt },
  closed: { tone: "good", icon: IconCircleCheck },
  closed_by_system: { tone: "warn", icon: IconClockStop },
  suspect: { tone: "warn", icon: IconEyeQuestion },
  accepted: { tone: "good", icon: IconUserCheck },
  orphan_stop: { tone: "warn", icon: IconPlugConnectedX },
  billed_elsewhere: { tone: "mute", icon: IconHistory },
  void: { tone: "mute", icon: IconCircleX },
};

export const CHARGE_STATES = [
  "charged",
  "not_charged",
  "waiting",
  "nothing",
] as const satisfies readonly ChargeState[];

export const CHARGE_TONES: Record<ChargeState, Tone> = {
  charged: "good",
  not_charged: "calm",
  waiting: "warn",
  nothing: "mute",
};

/** The cuts of the list, as the API knows them. */
export const SESSION_VIEWS = [
  "all",
  "to_look_at",
  "open",
  "closed",
  "accepted",
  "billed_elsewhere",
  "void",
] as const;
export type SessionView = (typeof SESSION_VIEWS)[number];

/** Whether somebody has to judge it. */
export function wantsALook({ state }: Pick<Session, "state">): boolean {
  return state === "suspect" || state === "closed_by_system" || state === "orphan_stop";
}

/** How long it took, in whole minutes; until now while it is open. */
export function minutesOf(
  { startedAt, stoppedAt }: Pick<Session, "startedAt" | "stoppedAt">,
  now: Date,
): number {
  const end = stoppedAt ? new Date(stoppedAt) : now;
  return Math.max(0, Math.round((end.getTime() - new Date(startedAt).getTime()) / 60_000));
}
