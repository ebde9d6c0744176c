import "dayjs/locale/nb";
import "dayjs/locale/sv";
import { describe, expect, test } from "vitest";
import { typedDay } from "./typedDay";

describe("a day that is typed", () => {
  test.each([
    ["nb", "01.10.2026", "2026-10-01"],
    ["nb", "1.10.2026", "2026-10-01"],
    ["nb", "31.12.2026", "2026-12-31"],
    ["sv", "2026-10-01", "2026-10-01"],
    ["sv", "20261001", "2026-10-01"],
    ["sv", "1/10/2026", "2026-10-01"],
    ["en-gb", "1 Oct 2026", "2026-10-01"],
    ["en-gb", "01/10/2026", "2026-10-01"],
    ["nb", " 29.02.2028 ", "2028-02-29"],
  ])("in %s, %s is %s", (locale, text, day) => {
    expect(typedDay(text, locale)).toBe(day);
  });

  test.each(["0", "01.10", "01.10.20", "31.02.2026", "2026-13-01", "10.13.2026", "Styrevedtak", "45000", ""])(
    "%s is none, or not one yet",
    (text) => {
      for (const locale of ["sv", "nb", "en-gb"]) expect(typedDay(text, locale)).toBeNull();
    },
  );
});
