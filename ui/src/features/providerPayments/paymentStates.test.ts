import { describe, expect, it } from "vitest";
import { waitsForLook } from "./paymentStates";

describe("payments through providers", () => {
  it("are looked at until somebody has", () => {
    expect(waitsForLook({ concern: "other_amount", lookedAt: null })).toBe(true);
    expect(waitsForLook({ concern: "other_amount", lookedAt: "2026-11-22T12:00:00Z" })).toBe(false);
    expect(waitsForLook({ concern: null, lookedAt: null })).toBe(false);
  });
});
