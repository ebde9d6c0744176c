import { describe, expect, it } from "vitest";
import type { TariffComponent } from "../../api/views";
import {
  changedRows,
  faultsByRow,
  rowOf,
  stateOn,
  sumOn,
  unitsOf,
  valuesOfRow,
  withoutRow,
  withRow,
} from "./tariffRows";

const row = (validFrom: string, validUntil: string | null = null, micro = 1_000_000): TariffComponent => ({
  kind: "energy",
  rate: { per_kwh: { microPerKwh: micro, currency: "SEK" } },
  validFrom,
  validUntil,
  vat: "2500",
  source: "Avtal",
});
const spans = (rows: readonly TariffComponent[]) =>
  rows.map(({ validFrom, validUntil }) => `${validFrom} ${validUntil ?? ""}`.trim()).sort();

describe("a row of a tariff", () => {
  it("is the same after it was shown in a form", () => {
    for (const mark of [",", "."]) {
      const values = valuesOfRow(row("2026-01-01", null, 317_000), mark);
      expect(values.amount).toBe(`0${mark}317`);
      expect(rowOf(values, "SEK")).toEqual(row("2026-01-01", null, 317_000));
    }
  });
  it("of a fee is an amount, and of the market has none", () => {
    const values = valuesOfRow(row("2026-01-01"), ",");
    expect(unitsOf({ kind: "start_fee", amount: "5" })).toBe(500);
    expect(rowOf({ ...values, kind: "monthly_fee", amount: "49,50" }, "SEK")?.rate).toEqual({
      each: { minor: 4_950, currency: "SEK" },
    });
    expect(rowOf({ ...values, basis: "hour_mean", amount: "" }, "SEK")?.rate).toEqual({ spot: "hour_mean" });
    // Only energy follows the market.
    expect(rowOf({ ...values, kind: "grid", basis: "quarter", amount: "1" }, "SEK")?.rate).toHaveProperty(
      "per_kwh",
    );
  });
  it("is none while something is missing", () => {
    const values = valuesOfRow(row("2026-01-01"), ",");
    expect(rowOf({ ...values, amount: "en krona" }, "SEK")).toBeUndefined();
    expect(rowOf({ ...values, validFrom: null }, "SEK")).toBeUndefined();
    expect(rowOf({ ...values, source: " " }, "SEK")).toBeUndefined();
  });
});

describe("the rows of a kind", () => {
  const first = row("2026-01-01", "2026-07-01");
  const second = row("2026-07-01");
  it("make room for a new one: the row before ends where it begins", () => {
    expect(spans(withRow([row("2026-01-01")], row("2026-07-01")))).toEqual(["2026-01-01", "2026-07-01"]);
    expect(spans(withRow([first, second], row("2026-03-01")))).toEqual([
      "2026-01-01",
      "2026-03-01",
      "2026-07-01",
    ]);
  });
  it("move with the day of one", () => {
    const later = row("2026-08-01");
    expect(spans(withRow([first, second], later, second))).toEqual(["2026-01-01", "2026-08-01"]);
  });
  it("keep an end that was meant", () => {
    const ended = row("2026-01-01", "2026-03-01");
    expect(spans(withRow([ended], row("2026-07-01")))).toEqual(["2026-01-01 2026-03-01", "2026-07-01"]);
    expect(spans(withRow([first, second], { ...first, validUntil: "2026-05-01" }, first))).toEqual([
      "2026-01-01 2026-05-01",
      "2026-07-01",
    ]);
  });
  it("close up when one goes", () => {
    expect(spans(withoutRow([first, second], second))).toEqual(["2026-01-01"]);
    expect(spans(withoutRow([first, second], first))).toEqual(["2026-07-01"]);
  });
  it("are known by their day, also when they come anew from the host", () => {
    const anew = structuredClone([first, second]);
    expect(spans(withoutRow(anew, second))).toEqual(["2026-01-01"]);
    expect(spans(withRow(anew, { ...second, vat: "0" }, second))).toEqual(["2026-01-01", "2026-07-01"]);
  });
  it("hold on their days, the last one no longer", () => {
    expect(stateOn(first, "2025-12-31")).toBe("coming");
    expect(stateOn(first, "2026-06-30")).toBe("now");
    expect(stateOn(first, "2026-07-01")).toBe("over");
    expect(sumOn([first, second], "2026-07-01")).toEqual({ net: 1_000_000, gross: 1_250_000, market: false });
  });
});

it("two versions are told apart row by row, with what came and what went", () => {
  const [kept, was, is] = [row("2026-01-01"), row("2026-03-01", null, 1), row("2026-03-01", null, 2)];
  const [gone, fresh] = [row("2026-05-01"), row("2026-07-01")];
  const changed = changedRows([kept, was, gone], structuredClone([kept, is, fresh]));
  expect(changed).toEqual([
    { key: "energy 2026-03-01", kind: "energy", was, is },
    { key: "energy 2026-07-01", kind: "energy", was: undefined, is: fresh },
    { key: "energy 2026-05-01", kind: "energy", was: gone, is: undefined },
  ]);
  expect(changedRows([kept], structuredClone([kept]))).toEqual([]);
});

it("faults are told of the row they are about", () => {
  const faults = faultsByRow({ components: "tariff.no_energy", "components.2.validFrom": "tariff.hole" });
  expect(faults.get(undefined)).toEqual([["", "tariff.no_energy"]]);
  expect(faults.get(2)).toEqual([["validFrom", "tariff.hole"]]);
});
