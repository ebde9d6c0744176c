// The rooms of the desk, in the order of the rail. The palette offers the same list.
import {
  IconArrowsExchange,
  IconBellRinging,
  IconBolt,
  IconBook2,
  IconBuildingCommunity,
  IconBuildingSkyscraper,
  IconCalendarDollar,
  IconCashRegister,
  IconChargingPile,
  IconChecklist,
  IconCoins,
  IconCreditCard,
  IconCreditCardRefund,
  IconFileImport,
  IconFileInvoice,
  IconHistory,
  IconMailForward,
  IconNfc,
  IconPigMoney,
  IconReceipt2,
  IconScale,
  IconSettings,
  IconShieldHalf,
  IconTransferIn,
  IconTransferOut,
  IconUsers,
  type TablerIcon,
} from "@tabler/icons-react";
import type { Permission } from "../api/views";
import type { Key } from "../i18n/text";

export interface Room {
  to: string;
  text: Key;
  icon: TablerIcon;
  /** Any one of these permissions opens the room; none asked means everyone. */
  permissions?: readonly Permission[];
}

export interface RoomGroup {
  title?: Key;
  rooms: readonly Room[];
}

export const ROOMS: readonly RoomGroup[] = [
  { rooms: [{ to: "/", text: "room.todo", icon: IconChecklist }] },
  {
    title: "room.group.register",
    rooms: [
      { to: "/people", text: "room.people", icon: IconUsers, permissions: ["read_person"] },
      {
        to: "/facilities",
        text: "room.facilities",
        icon: IconBuildingCommunity,
        permissions: ["read_facility"],
      },
      {
        to: "/organisations",
        text: "room.organisations",
        icon: IconBuildingSkyscraper,
        permissions: ["read_organisation"],
      },
      { to: "/imports", text: "room.imports", icon: IconFileImport, permissions: ["import"] },
    ],
  },
  {
    title: "room.group.energy",
    rooms: [
      {
        to: "/charge-points",
        text: "room.chargePoints",
        icon: IconChargingPile,
        permissions: ["read_charging"],
      },
      { to: "/sessions", text: "room.sessions", icon: IconBolt, permissions: ["read_charging"] },
      { to: "/tariff", text: "room.tariff", icon: IconReceipt2, permissions: ["read_charging"] },
      { to: "/market-prices", text: "room.prices", icon: IconCoins, permissions: ["read_charging"] },
      { to: "/tags", text: "room.tags", icon: IconNfc, permissions: ["read_charging"] },
    ],
  },
  {
    title: "room.group.billing",
    rooms: [
      { to: "/documents", text: "room.documents", icon: IconFileInvoice, permissions: ["read_billing"] },
      { to: "/month-runs", text: "room.monthRuns", icon: IconCalendarDollar, permissions: ["read_billing"] },
      { to: "/reminder-runs", text: "room.reminders", icon: IconBellRinging, permissions: ["read_billing"] },
    ],
  },
  {
    title: "room.group.money",
    rooms: [
      {
        to: "/incoming-payments",
        text: "room.incomingPayments",
        icon: IconTransferIn,
        permissions: ["read_billing"],
      },
      { to: "/payments", text: "room.payments", icon: IconCreditCard, permissions: ["read_billing"] },
      {
        to: "/till",
        text: "room.till",
        icon: IconCashRegister,
        permissions: ["keep_till", "take_payment"],
      },
      {
        to: "/refunds",
        text: "room.refunds",
        icon: IconCreditCardRefund,
        permissions: ["read_billing"],
      },
      { to: "/payouts", text: "room.payouts", icon: IconTransferOut, permissions: ["read_billing"] },
      { to: "/left-money", text: "room.leftMoney", icon: IconPigMoney, permissions: ["read_billing"] },
    ],
  },
  {
    title: "room.group.books",
    rooms: [
      { to: "/accounts", text: "room.accounts", icon: IconScale, permissions: ["read_billing"] },
      {
        to: "/reconciliation",
        text: "room.reconciliation",
        icon: IconArrowsExchange,
        permissions: ["take_payment"],
      },
      { to: "/bookkeeping", text: "room.bookkeeping", icon: IconBook2, permissions: ["keep_books"] },
    ],
  },
  {
    title: "room.group.contact",
    rooms: [{ to: "/notices", text: "room.notices", icon: IconMailForward, permissions: ["read_notice"] }],
  },
  {
    title: "room.group.control",
    rooms: [
      { to: "/staff", text: "room.staff", icon: IconShieldHalf, permissions: ["manage_staff"] },
      { to: "/audit", text: "room.audit", icon: IconHistory, permissions: ["read_audit"] },
    ],
  },
];

export const SETTINGS: Room = { to: "/settings", text: "room.settings", icon: IconSettings };

/** A page of the settings, and what else it is looked for by. */
export interface SettingsPage {
  to: string;
  text: Key;
  permission?: Permission;
  also?: readonly Key[];
}

/** The pages of the settings, in their order. */
export const SETTINGS_PAGES: readonly SettingsPage[] = [
  { to: "/settings/account", text: "account.title" },
  { to: "/settings/mail", text: "mail.title", permission: "change_setting" },
  { to: "/settings/sms", text: "sms.title", permission: "change_setting" },
  { to: "/settings/mail-texts", text: "mailText.title", permission: "change_organisation" },
  { to: "/settings/prices", text: "priceFeed.title", permission: "change_setting" },
  { to: "/settings/password-policy", text: "policy.title", permission: "change_setting" },
  {
    to: "/settings/installation",
    text: "installation.title",
    permission: "change_setting",
    also: ["network.title", "installation.training"],
  },
];
