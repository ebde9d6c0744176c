// Months as the API names them.
import { isoToday } from "../i18n/zone";

/** The months that can be charged or booked: this one and those before it, the latest first. */
export function months(now: Date, count: number): string[] {
  return Array.from({ length: count }, (_, back) => {
    const first = new Date(`${isoToday(now).slice(0, 7)}-01T00:00:00Z`);
    first.setUTCMonth(first.getUTCMonth() - back);
    return first.toISOString().slice(0, 7);
  });
}
