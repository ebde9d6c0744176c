import { describe, expect, it } from "vitest";
import { isoToday, midnight } from "./zone";

describe("the clock of the desk", () => {
  it("has its day from midnight to midnight, wherever the computer stands", () => {
    expect(isoToday(new Date("2026-01-04T23:10:00Z"))).toBe("2026-01-05");
    expect(isoToday(new Date("2026-07-04T21:59:59Z"))).toBe("2026-07-04");
    expect(isoToday(new Date("2026-07-04T22:00:00Z"))).toBe("2026-07-05");
  });

  it.each([
    ["2026-01-05", "2026-01-04T23:00:00.000Z"],
    ["2026-03-29", "2026-03-28T23:00:00.000Z"],
    ["2026-03-30", "2026-03-29T22:00:00.000Z"],
    ["2026-10-25", "2026-10-24T22:00:00.000Z"],
    ["2026-10-26", "2026-10-25T23:00:00.000Z"],
  ])("begins %s at %s", (day, instant) => {
    expect(midnight(day).toISOString()).toBe(instant);
  });
});
