// Where each kind of waiting work is done.
import {
  IconAlertTriangle,
  IconAt,
  IconCashRegister,
  IconChargingPile,
  IconCoins,
  IconCreditCardOff,
  IconCreditCardRefund,
  IconDoorEnter,
  IconEyeQuestion,
  IconFileExport,
  IconHandStop,
  IconKey,
  IconMailboxOff,
  IconMailOff,
  IconMailPause,
  IconMailQuestion,
  IconMailX,
  IconMessageOff,
  IconMessageQuestion,
  IconPigMoney,
  IconPlugConnectedX,
  IconPrinter,
  IconScale,
  IconTransferOut,
  type TablerIcon,
} from "@tabler/icons-react";
import type { Tone } from "../../parts/StateBadge";

export interface TodoKind {
  icon: TablerIcon;
  tone: Tone;
  to: string;
  search?: Record<string, string>;
}

const KINDS: Record<string, TodoKind> = {
  "login.not_issued": { icon: IconPrinter, tone: "calm", to: "/people", search: { view: "not_issued" } },
  "letter.not_handed_over": {
    icon: IconHandStop,
    tone: "calm",
    to: "/people",
    search: { view: "initial_password" },
  },
  "login.initial_password": {
    icon: IconKey,
    tone: "warn",
    to: "/people",
    search: { view: "initial_password" },
  },
  "person.missing_email": { icon: IconAt, tone: "mute", to: "/people", search: { view: "missing_email" } },
  "charge_point.fault": {
    icon: IconChargingPile,
    tone: "bad",
    to: "/charge-points",
    search: { shown: "fault" },
  },
  "charge_point.offline": {
    icon: IconPlugConnectedX,
    tone: "bad",
    to: "/charge-points",
    search: { shown: "offline" },
  },
  "charge_point.waiting": { icon: IconDoorEnter, tone: "calm", to: "/charge-points/waiting" },
  "session.to_look_at": {
    icon: IconEyeQuestion,
    tone: "warn",
    to: "/sessions",
    search: { view: "to_look_at" },
  },
  "stray_message.unresolved": { icon: IconMessageQuestion, tone: "warn", to: "/sessions/stray" },
  "reconciliation.old": { icon: IconScale, tone: "warn", to: "/reconciliation" },
  "price.missing": { icon: IconCoins, tone: "warn", to: "/market-prices" },
  "notice.failed": { icon: IconMailOff, tone: "bad", to: "/notices", search: { where: "state:is:failed" } },
  "notice.bounced": { icon: IconMailX, tone: "bad", to: "/notices", search: { where: "state:is:bounced" } },
  "refund.asked": {
    icon: IconCreditCardRefund,
    tone: "warn",
    to: "/refunds",
    search: { where: "state:is:asked" },
  },
  "refund.failed": {
    icon: IconCreditCardOff,
    tone: "bad",
    to: "/refunds",
    search: { where: "state:is:failed" },
  },
  "refund.undecided": {
    icon: IconCreditCardOff,
    tone: "warn",
    to: "/refunds",
    search: { where: "state:is:sent" },
  },
  "payout.asked": {
    icon: IconTransferOut,
    tone: "warn",
    to: "/payouts",
    search: { where: "state:is:asked" },
  },
  "payout.approved": {
    icon: IconFileExport,
    tone: "calm",
    to: "/payouts",
    search: { where: "state:is:approved" },
  },
  "payout.at_counter": { icon: IconCashRegister, tone: "calm", to: "/till" },
  "payout.rejected": {
    icon: IconTransferOut,
    tone: "bad",
    to: "/payouts",
    search: { where: "state:is:rejected" },
  },
  "payout.remainder": { icon: IconPigMoney, tone: "warn", to: "/left-money", search: { show: "moved_out" } },
  "mailbox.fault": { icon: IconMailboxOff, tone: "warn", to: "/settings/mail" },
  "sms.fault": { icon: IconMessageOff, tone: "bad", to: "/settings/sms" },
  "notice.awaiting": { icon: IconMailQuestion, tone: "warn", to: "/month-runs" },
  "notice.held": { icon: IconMailPause, tone: "warn", to: "/notices", search: { where: "state:is:held" } },
};

const OTHER: TodoKind = { icon: IconAlertTriangle, tone: "mute", to: "/" };

export function todoKind(kind: string): TodoKind {
  return KINDS[kind] ?? OTHER;
}
