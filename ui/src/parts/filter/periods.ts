// Times that conditions are about: days, and periods seen from today. Pure: today is an argument.
import { midnight } from "../../i18n/zone";

export const PERIODS = [
  "today",
  "yesterday",
  "last7",
  "last30",
  "thisWeek",
  "lastWeek",
  "thisMonth",
  "lastMonth",
] as const;
export type Period = (typeof PERIODS)[number];

/** The operators of a field that is a time. */
export const TIME_OPERATORS = ["during", "on", "since", "until"] as const;
export type TimeOperator = (typeof TIME_OPERATORS)[number];

/** From the first day until before the last, as ISO dates. */
export interface Days {
  from?: string;
  until?: string;
}

/** The days a condition on a time covers. */
export function daysOf(operator: TimeOperator, value: string, today: string): Days {
  switch (operator) {
    case "on":
      return { from: value, until: later(value, 1) };
    case "since":
      return { from: value };
    case "until":
      return { until: later(value, 1) };
    case "during":
      return periodDays(value as Period, today);
  }
}

function periodDays(period: Period, today: string): Days {
  const monday = later(today, -((weekday(today) + 6) % 7));
  const month = `${today.slice(0, 8)}01`;
  switch (period) {
    case "today":
      return { from: today, until: later(today, 1) };
    case "yesterday":
      return { from: later(today, -1), until: today };
    case "last7":
      return { from: later(today, -6), until: later(today, 1) };
    case "last30":
      return { from: later(today, -29), until: later(today, 1) };
    case "thisWeek":
      return { from: monday, until: later(monday, 7) };
    case "lastWeek":
      return { from: later(monday, -7), until: monday };
    case "thisMonth":
      return { from: month, until: `${later(month, 31).slice(0, 8)}01` };
    case "lastMonth":
      return { from: `${later(month, -1).slice(0, 8)}01`, until: month };
  }
}

/** The same days as instants, as the API asks for them. */
export function instants({ from, until }: Days): { from?: string; to?: string } {
  const start = (date: string) => midnight(date).toISOString();
  return { ...(from && { from: start(from) }), ...(until && { to: start(until) }) };
}

/** Whether a text is a day that exists. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && later(text, 0) === text;
}

function later(date: string, days: number): string {
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return "";
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

function weekday(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}
