import { expect, test } from "vitest";
import { areaInName, dayBeside, quartersOf, rangeOf } from "./priceDay";

test("a day is every quarter of it in order, known or not", () => {
  const prices = [
    { startsAt: "2026-11-21T00:45:00Z", microPerKwh: 3 },
    { startsAt: "2026-11-21T00:00:00Z", microPerKwh: -1 },
  ];
  const quarters = quartersOf(prices, [{ from: "2026-11-21T00:15:00Z", until: "2026-11-21T00:45:00Z" }]);
  expect(quarters.map(({ microPerKwh }) => microPerKwh)).toEqual([-1, undefined, undefined, 3]);
});

test("a day is summed up by its lowest, its mean and its highest price", () => {
  const price = (microPerKwh: number) => ({ startsAt: String(microPerKwh), microPerKwh });
  const range = rangeOf([price(450_123), price(-2), price(400_001)]);
  // 283 374 millionths, shown with four decimals.
  expect([range?.least.microPerKwh, range?.mean, range?.most.microPerKwh]).toEqual([-2, 283_400, 450_123]);
  expect(rangeOf([])).toBeUndefined();
});

test.each([
  ["11-21_SE3.json", "SE3"],
  ["hvakosterstrommen_2025-12-13_NO1.json", "NO1"],
  ["prices no5.json", "NO5"],
  ["SE9.json", undefined],
  ["NOTES1.json", undefined],
  ["elpriser.json", undefined],
])("the area in the name %s is %s", (name, area) => {
  expect(areaInName(name)).toBe(area);
});

test("days follow each other over the ends of months", () => {
  expect([dayBeside("2026-11-30", 1), dayBeside("2026-03-01", -1)]).toEqual(["2026-12-01", "2026-02-28"]);
});
