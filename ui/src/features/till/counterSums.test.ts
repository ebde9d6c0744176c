import { describe, expect, it } from "vitest";
import { askedFor, splitOf } from "./counterSums";

const whole = (minor: number) => ({ minor, open: minor });

describe("what is asked for at the counter", () => {
  it("is rounded to coins where everything is paid whole in cash", () => {
    expect(askedFor([whole(10_040)], "cash")).toEqual({ asked: 10_000, rounding: -40 });
    expect(askedFor([whole(10_050)], "cash")).toEqual({ asked: 10_100, rounding: 50 });
    expect(askedFor([whole(5_030), whole(5_030)], "cash")).toEqual({ asked: 10_100, rounding: 40 });
  });

  it("is paid to the öre by card", () => {
    expect(askedFor([whole(10_040)], "card")).toEqual({ asked: 10_040, rounding: 0 });
  });

  it("is not rounded of a part, and coins above it are kept", () => {
    expect(askedFor([{ minor: 5_040, open: 10_000 }], "cash")).toEqual({ asked: 5_100, rounding: 0 });
    expect(splitOf(5_100, [{ minor: 5_040, open: 10_000 }], "cash")).toEqual({
      toInvoices: 5_040,
      rounding: 0,
      kept: 60,
    });
  });

  it("keeps what is more than asked for to the öre, and knows what is too little", () => {
    expect(splitOf(20_000, [whole(10_060)], "cash")).toEqual({
      toInvoices: 10_060,
      rounding: 0,
      kept: 9_940,
    });
    expect(splitOf(9_900, [whole(10_040)], "cash")).toBeUndefined();
    expect(splitOf(12_345, [], "card")).toEqual({ toInvoices: 0, rounding: 0, kept: 12_345 });
  });
});
