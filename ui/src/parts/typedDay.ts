import dayjs from "dayjs";
import customParseFormat from "dayjs/plugin/customParseFormat";
import "dayjs/locale/en-gb";

dayjs.extend(customParseFormat);

// As people here write days: the year first, or last and whole. A day never stands after its month, so 01.10. is in October.
const PATTERNS = ["D.M.YYYY", "DD.MM.YYYY", "D.MM.YYYY", "DD.M.YYYY"];
const SHAPES = [
  "YYYY-MM-DD",
  "YYYYMMDD",
  ...PATTERNS,
  ...PATTERNS.map((pattern) => pattern.replaceAll(".", "/")),
  "D MMM YYYY",
  "D MMMM YYYY",
];

/** The day that somebody has typed, as `YYYY-MM-DD`; null for what is no day, or not one yet. */
export function typedDay(text: string, locale: string): string | null {
  const day = dayjs(text.trim(), SHAPES, locale, true);
  return day.isValid() ? day.format("YYYY-MM-DD") : null;
}
