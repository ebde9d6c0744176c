import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconInfoCircle,
  IconPointFilled,
  type TablerIcon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./StateBadge.module.css";

export type Tone = "good" | "warn" | "bad" | "calm" | "mute";

const ICONS: Record<Tone, TablerIcon> = {
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  calm: IconInfoCircle,
  mute: IconPointFilled,
};

/** A state said three ways: colour, icon and word. */
export function StateBadge({ tone, icon, children }: { tone: Tone; icon?: TablerIcon; children: ReactNode }) {
  const Icon = icon ?? ICONS[tone];
  return (
    <span className={classes.badge} data-tone={tone} data-state-badge>
      <Icon size={14} stroke={2} aria-hidden="true" />
      <span className={classes.word}>{children}</span>
    </span>
  );
}
