import { describe, expect, it } from "vitest";
import { type Condition, readConditions, withCondition, writeConditions } from "./conditions";
import { type Field, isKnown, queryOfConditions } from "./field";
import { daysOf, isDay } from "./periods";

const FIELDS: readonly Field[] = [
  {
    id: "state",
    label: "Läge",
    kind: "choice",
    options: [{ value: "failed", label: "Gick inte fram" }],
    query: (state) => ({ state }),
  },
  {
    id: "recipient",
    label: "Mottagare",
    kind: "text",
    operator: "begins",
    query: (recipient) => ({ recipient }),
  },
  { id: "created", label: "Skapat", kind: "time" },
];
const read = (text: string) => readConditions(text, isKnown(FIELDS));
const failed: Condition = { field: "state", operator: "is", value: "failed" };

describe("the conditions of a filter", () => {
  it("come back from the address as they were, whatever is in them", () => {
    const odd: Condition = { field: "recipient", operator: "begins", value: "a:b,c%20 å" };
    expect(read(writeConditions([failed, odd]) ?? "")).toEqual([failed, odd]);
    expect(writeConditions([])).toBeUndefined();
  });
  it.each([
    "state:is:melted",
    "state:begins:failed",
    "gone:is:x",
    "created:on:2026-02-30",
    "created:during:ever",
    "state:is",
    "%",
  ])("pass by what this list does not know: %s", (text) => expect(read(text)).toEqual([]));
  it("hold one of each field and operator", () => {
    const from = { field: "created", operator: "since", value: "2026-01-01" };
    const to = { field: "created", operator: "until", value: "2026-02-01" };
    const later = { ...from, value: "2026-01-15" };
    expect(withCondition(withCondition([failed], from), to)).toEqual([failed, from, to]);
    expect(withCondition([from, to], later)).toEqual([later, to]);
    expect(withCondition([from, failed], { ...from, operator: "on" }, from)).toEqual([
      { ...from, operator: "on" },
      failed,
    ]);
  });
  it("ask the API in its own words, and of two bounds for the narrower", () => {
    const query = queryOfConditions(
      read("state:is:failed,created:during:last7,created:since:2026-11-18"),
      FIELDS,
      "2026-11-21",
    );
    expect(query).toEqual({
      state: "failed",
      from: "2026-11-17T23:00:00.000Z",
      to: "2026-11-21T23:00:00.000Z",
    });
  });
});

describe("a period", () => {
  // A Saturday; the week began on Monday the 16th.
  const today = "2026-11-21";
  it.each([
    ["today", "2026-11-21", "2026-11-22"],
    ["yesterday", "2026-11-20", "2026-11-21"],
    ["last7", "2026-11-15", "2026-11-22"],
    ["last30", "2026-10-23", "2026-11-22"],
    ["thisWeek", "2026-11-16", "2026-11-23"],
    ["lastWeek", "2026-11-09", "2026-11-16"],
    ["thisMonth", "2026-11-01", "2026-12-01"],
    ["lastMonth", "2026-10-01", "2026-11-01"],
  ])("%s is from %s until %s", (period, from, until) => {
    expect(daysOf("during", period, today)).toEqual({ from, until });
  });
  it("goes over the turn of the year", () => {
    expect(daysOf("during", "lastMonth", "2026-01-31")).toEqual({ from: "2025-12-01", until: "2026-01-01" });
    expect(daysOf("during", "thisMonth", "2026-12-31")).toEqual({ from: "2026-12-01", until: "2027-01-01" });
    expect(daysOf("during", "thisWeek", "2026-01-01")).toEqual({ from: "2025-12-29", until: "2026-01-05" });
  });
  it("holds the last day of what is said to go on until it", () => {
    expect(daysOf("until", "2026-02-28", today)).toEqual({ until: "2026-03-01" });
  });
  it("begins and ends on days that exist", () => {
    expect([isDay("2028-02-29"), isDay("2026-02-29"), isDay("i går")]).toEqual([true, false, false]);
  });
});
