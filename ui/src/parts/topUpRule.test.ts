import { describe, expect, it } from "vitest";
import type { TopUpRule } from "../api/views";
import { topUpFault, wholeOf } from "./topUpRule";

const rule: TopUpRule = {
  currency: "SEK",
  leastMinor: 5_000,
  stepMinor: 2_500,
  mostMinor: 50_000,
  mostADayMinor: 40_000,
};

describe("PRE-11: what may be put in", () => {
  it.each([
    [4_900, "below_least"],
    [0, "below_least"],
    [5_100, "between_steps"],
    [5_000, undefined],
    [40_000, undefined],
    [42_500, "above_most"],
  ])("%i is %s", (minor, fault) => expect(topUpFault(rule, minor)).toBe(fault));

  it("has no limit where none was said", () =>
    expect(topUpFault({ ...rule, mostMinor: null, mostADayMinor: null }, 1_000_000)).toBeUndefined());

  it.each([
    ["100", 10_000],
    [" 1 000,00 ", 100_000],
    ["10,50", undefined],
    ["tio", undefined],
  ])("reads %s", (typed, minor) => expect(wholeOf(typed)).toBe(minor));
});
