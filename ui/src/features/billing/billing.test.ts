import { expect, test } from "vitest";
import { months } from "../../parts/months";
import { asDays } from "./documentWords";

test("a filter by time is asked for by the days it stands for", () => {
  const from = "2026-10-31T23:00:00Z";
  const to = "2026-11-30T23:00:00Z";
  expect(asDays({ from, to, state: "sent" })).toEqual({
    from: "2026-11-01",
    to: "2026-11-30",
    state: "sent",
  });
  expect(asDays({ state: "sent" })).toEqual({ state: "sent" });
});

test("the months that can be charged go back over the turn of the year", () => {
  expect(months(new Date(2026, 1, 28), 3)).toEqual(["2026-02", "2026-01", "2025-12"]);
});
