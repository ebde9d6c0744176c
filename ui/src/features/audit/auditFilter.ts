// The filters of the event log.
/** The day after an ISO date: the end of a period that includes the day itself. */
export function dayAfter(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}

/** The instant at which a local day begins. */
export function dayStart(date: string): string {
  return new Date(`${date}T00:00:00`).toISOString();
}
