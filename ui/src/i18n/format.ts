// Numbers, dates, weeks and ages as each language writes them. Pure: the zone and "now" are arguments.
import type { Language } from "../api/views";
import { HOME_ZONE, isoToday } from "./zone";

const LOCALES: Record<Language, string> = { sv: "sv-SE", nb: "nb-NO", en: "en-GB" };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The locale data says "dygn" in Swedish, which no one at a desk does. */
const DAYS: Record<Language, readonly [one: string, many: string]> = {
  sv: ["dag", "dagar"],
  nb: ["dag", "dager"],
  en: ["day", "days"],
};

export interface Formats {
  number: (value: number) => string;
  /** Energy, from whole watt-hours and exact to them, so that columns of it add up: "12,400 kWh". */
  energy: (wh: number) => string;
  /** An amount, from hundredths of the currency: "1 234,50 kr". */
  money: (minor: number, currency: string) => string;
  /** What an SMS costs, from ten-thousandths of the currency: "0,35 kr". */
  smsPrice: (tenThousandths: number, currency: string) => string;
  /** A price of energy, from millionths of the currency: "1,2345 kr/kWh". */
  energyPrice: (microPerKwh: number, currency: string) => string;
  /** A rate of VAT, from hundredths of a per cent: "25 %". */
  percent: (hundredths: number) => string;
  /** A calendar day: 2026-11-21, 21.11.2026, 21 Nov 2026. Takes an ISO date or an instant. */
  date: (value: string | Date) => string;
  /** The same for a field that dates are typed in, in the words of dayjs. */
  datePattern: string;
  time: (value: string | Date) => string;
  dateTime: (value: string | Date) => string;
  /** To the second, for logs. */
  exactTime: (value: string | Date) => string;
  /** "lördag 21 november", for headings. */
  longDay: (value: Date) => string;
  week: (value: Date) => string;
  /** How long something has waited: "2 dagar", "5 tim", "3 min". */
  age: (since: string | Date, now: Date) => string;
  /** A distance in time seen from now: "för 5 minuter sedan", "i går". */
  ago: (then: string | Date, now: Date) => string;
  fileSize: (bytes: number) => string;
  compare: (a: string, b: string) => number;
}

export function formats(language: Language, timeZone = HOME_ZONE): Formats {
  const locale = LOCALES[language];
  const zone = { timeZone };
  const number = new Intl.NumberFormat(locale);
  const clock = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    ...zone,
  });
  const exact = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
    ...zone,
  });
  const kilowattHours = new Intl.NumberFormat(locale, { minimumFractionDigits: 3 });
  const money = (text: string, currency: string, digits: readonly [least: number, most: number]) => {
    const fraction = { minimumFractionDigits: digits[0], maximumFractionDigits: digits[1] };
    const amount = text as `${number}`;
    const written = new Intl.NumberFormat(locale, { style: "currency", currency, ...fraction });
    if (language !== "nb") return written.format(amount);
    // Engines differ in where the krone stands: after the figure, as on the papers.
    const krone = written.formatToParts(amount).find((part) => part.type === "currency");
    return `${new Intl.NumberFormat(locale, fraction).format(amount)}\u00a0${krone?.value ?? currency}`;
  };
  const long = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", ...zone });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const collator = new Intl.Collator(locale, { numeric: true });
  const instant = (value: string | Date) => (value instanceof Date ? value : new Date(value));
  const unit = (name: string, value: number, display: "short" | "long") =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: display }).format(value);

  const date = (value: string | Date) => {
    const civil = typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);
    const at = civil ? new Date(`${value}T00:00:00Z`) : instant(value);
    const where = civil ? { timeZone: "UTC" } : zone;
    if (language === "sv") return new Intl.DateTimeFormat("sv-SE", where).format(at);
    if (language === "nb")
      return new Intl.DateTimeFormat("nb-NO", {
        day: "2-digit",
        month: "2-digit",
        year: "numeric",
        ...where,
      }).format(at);
    return new Intl.DateTimeFormat("en-GB", {
      day: "numeric",
      month: "short",
      year: "numeric",
      ...where,
    }).format(at);
  };
  const time = (value: string | Date) => clock.format(instant(value));

  return {
    number: (value) => number.format(value),
    energy: (wh) => `${kilowattHours.format(decimal(wh, 3) as `${number}`)}\u00a0kWh`,
    money: (minor, currency) => money(decimal(minor, 2), currency, [2, 2]),
    smsPrice: (tenThousandths, currency) => money(decimal(tenThousandths, 4), currency, [2, 4]),
    energyPrice: (micro, currency) => `${money(decimal(micro, 6), currency, [2, 6])}/kWh`,
    percent: (hundredths) =>
      new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 }).format(
        decimal(hundredths, 4) as `${number}`,
      ),
    date,
    datePattern: { sv: "YYYY-MM-DD", nb: "DD.MM.YYYY", en: "D MMM YYYY" }[language],
    time,
    dateTime: (value) => `${date(value)} ${time(value)}`,
    exactTime: (value) => `${date(value)} ${exact.format(instant(value))}`,
    longDay: (value) => long.format(value).replace(",", ""),
    week: (value) => `${{ sv: "v.", nb: "uke", en: "week" }[language]} ${isoWeek(value)}`,
    age: (since, now) => {
      const waited = Math.max(0, now.getTime() - instant(since).getTime());
      if (waited < HOUR) return unit("minute", Math.floor(waited / MINUTE), "short");
      if (waited < DAY) return unit("hour", Math.floor(waited / HOUR), "short");
      const days = Math.floor(waited / DAY);
      return `${number.format(days)} ${DAYS[language][days === 1 ? 0 : 1]}`;
    },
    ago: (then, now) => {
      const past = instant(then).getTime() - now.getTime();
      const size = Math.abs(past);
      if (size < MINUTE) return relative.format(0, "second");
      if (size < HOUR) return relative.format(Math.round(past / MINUTE), "minute");
      if (size < DAY) return relative.format(Math.round(past / HOUR), "hour");
      if (size < 30 * DAY) return relative.format(Math.round(past / DAY), "day");
      return date(then);
    },
    fileSize: (bytes) =>
      bytes < 1_000_000
        ? unit("kilobyte", Math.max(1, Math.round(bytes / 1000)), "short")
        : unit("megabyte", Math.round(bytes / 100_000) / 10, "short"),
    compare: (a, b) => collator.compare(a, b),
  };
}

/** Whole units as a decimal number with so many places: 12 345 of 3 is "12.345". Exact, for no float comes between. */
export function decimal(units: number, places: number): string {
  const digits = String(Math.abs(units)).padStart(places + 1, "0");
  return `${units < 0 ? "-" : ""}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/**
 * What was typed as whole units of so many places: "1 234,5" of 2 is 123 450. Comma and point both stand before the
 * decimals; spaces of any kind are passed over. Nothing for what is no number, or has more places than there are.
 */
export function wholeUnits(typed: string, places: number): number | undefined {
  const text = typed.replace(/[\s\u00a0\u202f]/g, "").replace(/\u2212/g, "-");
  const [, sign, whole = "", part = ""] = /^(-?)(\d{0,12})(?:[.,](\d*))?$/.exec(text) ?? [];
  if (sign === undefined || (whole === "" && part === "") || part.replace(/0+$/, "").length > places)
    return undefined;
  const units = Number(`${whole}${part.slice(0, places).padEnd(places, "0")}`);
  return Number.isSafeInteger(units) ? (sign ? -units : units) : undefined;
}

/** The ISO 8601 week of the day of an instant: Monday first, week 1 holds the first Thursday. */
export function isoWeek(now: Date): number {
  const thursday = new Date(`${isoToday(now)}T00:00:00Z`);
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const yearStart = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.ceil(((thursday.getTime() - yearStart) / DAY + 1) / 7);
}

/** Words with a large first letter, as they stand at the beginning of a line: names of months and days begin small. */
export function begun(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
