// The clock that the desk and the portal go by. Not that of the computer: a session is on the screen at the time that is on
// its invoice, wherever its reader sits.

/** Sweden and Norway have one clock, with the same days of change. */
export const HOME_ZONE = "Europe/Stockholm";

const DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: HOME_ZONE });
const CLOCK = new Intl.DateTimeFormat("sv-SE", { timeZone: HOME_ZONE, hour: "2-digit", hourCycle: "h23" });

/** The day of an instant, as an ISO date. */
export function isoToday(now: Date): string {
  return DAY.format(now);
}

/** When a day begins. Clocks change later in the night, so each day has one such instant. */
export function midnight(date: string): Date {
  const summer = new Date(`${date}T00:00:00+02:00`);
  return Number(CLOCK.format(summer)) === 0 ? summer : new Date(`${date}T00:00:00+01:00`);
}
