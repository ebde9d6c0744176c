import { expect, test } from "vitest";
import { minorOf, typedOf } from "../../parts/typedMoney";
import { standOf, toneOf } from "./paymentWords";

test("an amount is read to the öre however it is typed, and nothing else is an amount", () => {
  expect(minorOf("92,05")).toBe(9_205);
  expect(minorOf("1 234.5")).toBe(123_450);
  expect(minorOf("1\u00a0234")).toBe(123_400);
  for (const wrong of ["", "-1", "1,234", "12kr", "1.2.3"]) expect(minorOf(wrong)).toBeUndefined();
  for (const minor of [0, 5, 50, 9_205, 123_450]) expect(minorOf(typedOf(minor))).toBe(minor);
});

test("what is placed needs nobody any more", () => {
  const sek = (minor: number) => ({ minor, currency: "SEK" as const });
  expect(toneOf({ outcome: "unmatched", left: sek(1), isSameDeposit: false })).toBe("bad");
  const placed = { outcome: "unmatched" as const, left: sek(0), isSameDeposit: false };
  expect([standOf(placed), toneOf(placed)]).toEqual(["incoming.placed", "good"]);
  expect(toneOf({ outcome: "part", left: sek(0), isSameDeposit: false })).toBe("calm");
});

test("what was matched and taken back waits for somebody again", () => {
  const left = { minor: 100, currency: "SEK" as const };
  const back = { outcome: "matched" as const, left, isSameDeposit: false };
  expect([standOf(back), toneOf(back)]).toEqual(["incoming.outcome.taken_back", "warn"]);
  const over = { ...back, outcome: "over" as const };
  expect([standOf(over), toneOf(over)]).toEqual(["incoming.outcome.over", "warn"]);
  const same = { ...back, left: { minor: 0, currency: "SEK" as const }, isSameDeposit: true };
  expect([standOf(same), toneOf(same)]).toEqual(["incoming.outcome.same", "mute"]);
});
