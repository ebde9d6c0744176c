// The filters of the event log.
export const SUBJECT_KINDS = [
  "person",
  "login",
  "tenancy",
  "unit",
  "facility",
  "organisation",
  "department",
  "import",
  "notice",
  "setting",
  "sign_in",
  "job",
] as const;

/** The day after an ISO date: the end of a period that includes the day itself. */
export function dayAfter(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}
