import { expect, test } from "vitest";
import { minorOf, toneOf, typedOf } from "./paymentWords";

test("an amount is read to the öre however it is typed, and nothing else is an amount", () => {
  expect(minorOf("92,05")).toBe(9_205);
  expect(minorOf("1 234.5")).toBe(123_450);
  expect(minorOf("1\u00a0234")).toBe(123_400);
  for (const wrong of ["", "-1", "1,234", "12kr", "1.2.3"]) expect(minorOf(wrong)).toBeUndefined();
  for (const minor of [0, 5, 50, 9_205, 123_450]) expect(minorOf(typedOf(minor))).toBe(minor);
});

test("what is placed needs nobody any more", () => {
  const sek = (minor: number) => ({ minor, currency: "SEK" as const });
  expect(toneOf({ outcome: "unmatched", left: sek(1) })).toBe("bad");
  expect(toneOf({ outcome: "unmatched", left: sek(0) })).toBe("good");
  expect(toneOf({ outcome: "part", left: sek(0) })).toBe("calm");
});
