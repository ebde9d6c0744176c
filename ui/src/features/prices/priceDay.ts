// The prices of one day as bars and as words. Pure.
import type { Bar } from "../../parts/chart/bars";

export interface Price {
  startsAt: string;
  microPerKwh: number;
}

interface Span {
  from: string;
  until: string;
}

const QUARTER_MS = 15 * 60_000;

/** Every quarter of the day in order, with its price where there is one. */
export function quartersOf(
  prices: readonly Price[],
  missing: readonly Span[],
): { startsAt: string; microPerKwh: number | undefined }[] {
  const known = prices.map(({ startsAt, microPerKwh }) => ({
    startsAt,
    microPerKwh: microPerKwh as number | undefined,
  }));
  const unknown = missing.flatMap(({ from, until }) => {
    const begin = new Date(from).getTime();
    const count = Math.round((new Date(until).getTime() - begin) / QUARTER_MS);
    return Array.from({ length: count }, (_, place) => ({
      startsAt: new Date(begin + place * QUARTER_MS).toISOString(),
      microPerKwh: undefined,
    }));
  });
  return [...known, ...unknown].sort(
    (a, b) => new Date(a.startsAt).getTime() - new Date(b.startsAt).getTime(),
  );
}

/** The quarters as bars. */
export function barsOf(
  quarters: readonly { startsAt: string; microPerKwh: number | undefined }[],
  title: (startsAt: string, microPerKwh: number | undefined) => string,
): Bar[] {
  return quarters.map(({ startsAt, microPerKwh }) => ({
    key: startsAt,
    value: microPerKwh,
    sure: true,
    title: title(startsAt, microPerKwh),
  }));
}

/** Four decimals: the mean is counted and not published, and a hundredth of an öre is exact enough to look at. */
const MEAN_STEP = 100;

/** Lowest, mean and highest of a day; the mean rounded to four decimals. Nothing without a price. */
export function rangeOf(prices: readonly Price[]): { least: Price; mean: number; most: Price } | undefined {
  const [first] = prices;
  if (!first) return undefined;
  const least = prices.reduce((low, price) => (price.microPerKwh < low.microPerKwh ? price : low), first);
  const most = prices.reduce((high, price) => (price.microPerKwh > high.microPerKwh ? price : high), first);
  const sum = prices.reduce((all, { microPerKwh }) => all + microPerKwh, 0);
  return { least, mean: Math.round(sum / prices.length / MEAN_STEP) * MEAN_STEP, most };
}

/** The day after or before a day. */
export function dayBeside(date: string, days: number): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** The area that stands in the name of a file, as in 11-21_SE3.json. */
export function areaInName(name: string): string | undefined {
  return /(?:^|[^A-Z0-9])((?:SE[1-4])|(?:NO[1-5]))(?![A-Z0-9])/i.exec(name)?.[1]?.toUpperCase();
}
