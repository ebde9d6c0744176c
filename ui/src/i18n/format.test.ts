import { describe, expect, it } from "vitest";
import { formats, isoWeek, wholeUnits } from "./format";
import { writtenPhone } from "./phone";

const sv = formats("sv", "Europe/Stockholm");
const nb = formats("nb", "Europe/Oslo");
const en = formats("en", "Europe/Stockholm");
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("dates", () => {
  it("are written as each country writes them", () => {
    expect(sv.date("2026-11-21")).toBe("2026-11-21");
    expect(nb.date("2026-11-21")).toBe("21.11.2026");
    expect(en.date("2026-11-21")).toBe("21 Nov 2026");
  });

  it("of an instant fall on the day of the zone", () => {
    expect(sv.date("2026-11-20T23:30:00Z")).toBe("2026-11-21");
  });

  it("have a 24-hour time", () => {
    expect(sv.time("2026-11-21T13:29:00Z")).toBe("14:29");
    expect(nb.time("2026-11-21T13:29:00Z")).toBe("14:29");
    expect(en.time("2026-11-21T13:29:00Z")).toBe("14:29");
  });

  it("are headed by weekday and month in lower case in Swedish", () => {
    expect(sv.longDay(new Date("2026-11-21T12:00:00Z"))).toBe("lördag 21 november");
  });
});

describe("ISO weeks", () => {
  it.each([
    ["2026-11-21", 47],
    ["2026-01-01", 1],
    ["2027-01-03", 53],
    ["2024-12-30", 1],
    ["2021-01-03", 53],
  ])("%s is in week %i", (day, week) => {
    expect(isoWeek(new Date(`${day}T12:00:00Z`))).toBe(week);
  });

  it("are named in each language", () => {
    const day = new Date("2026-11-21T12:00:00");
    expect([sv.week(day), nb.week(day), en.week(day)]).toEqual(["v. 47", "uke 47", "week 47"]);
  });
});

describe("phone numbers", () => {
  it("are written at home as at home, and elsewhere with their country", () => {
    expect(writtenPhone("+46701234567", "sv")).toBe("070-123 45 67");
    expect(writtenPhone("+4741234567", "nb")).toBe("412 34 567");
    expect(writtenPhone("+46701234567", "en")).toBe("+46 70 123 45 67");
    expect(writtenPhone("+4741234567", "sv")).toBe("+47 412 34 567");
  });

  it("that cannot be read are shown as they are", () => {
    expect(writtenPhone("växeln", "sv")).toBe("växeln");
  });
});

describe("ages", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  it.each([
    ["2026-11-21T11:57:00Z", "3 min"],
    ["2026-11-21T07:00:00Z", "5 tim"],
    ["2026-11-20T11:00:00Z", "1 dag"],
    ["2026-11-19T11:00:00Z", "2 dagar"],
  ])("since %s is %s", (since, words) => {
    expect(plain(sv.age(since, now))).toBe(words);
  });

  it("are never negative when clocks differ", () => {
    expect(plain(sv.age("2026-11-21T12:00:20Z", now))).toBe("0 min");
  });
});

describe("sorting", () => {
  it("puts å ä ö last in Swedish and æ ø å last in Norwegian", () => {
    expect(["Öberg", "Zetterlund", "Åberg", "Ärla", "Ahl"].sort(sv.compare)).toEqual([
      "Ahl",
      "Zetterlund",
      "Åberg",
      "Ärla",
      "Öberg",
    ]);
    expect(["Østby", "Åsen", "Ærlig", "Zahl"].sort(nb.compare)).toEqual(["Zahl", "Ærlig", "Østby", "Åsen"]);
  });

  it("counts numbers inside codes", () => {
    expect(["A10", "A9", "A1101"].sort(sv.compare)).toEqual(["A9", "A10", "A1101"]);
  });
});

describe("amounts", () => {
  it("of energy are kilowatt-hours, from whole watt-hours", () => {
    expect([sv, nb, en].map((each) => plain(each.energy(12_400)))).toEqual([
      "12,400 kWh",
      "12,400 kWh",
      "12.400 kWh",
    ]);
    expect(plain(sv.energy(1_234_567))).toBe("1 234,567 kWh");
    expect(plain(sv.energy(0))).toBe("0,000 kWh");
  });

  it("of money keep every öre, however large", () => {
    expect(plain(sv.money(123_450, "SEK"))).toBe("1 234,50 kr");
    expect(plain(nb.money(123_450, "NOK"))).toBe("1 234,50 kr");
    expect(plain(en.money(123_450, "SEK"))).toBe("SEK 1,234.50");
    expect(plain(sv.money(9_007_199_254_740_991, "SEK"))).toBe("90 071 992 547 409,91 kr");
    expect(plain(sv.money(-5, "SEK")).replace("\u2212", "-")).toBe("-0,05 kr");
  });

  it("of energy prices show the digits there are", () => {
    expect(plain(sv.energyPrice(1_234_500, "SEK"))).toBe("1,2345 kr/kWh");
    expect(plain(nb.energyPrice(300_000, "NOK"))).toBe("0,30 kr/kWh");
  });

  it("of VAT are per cent", () => {
    expect(plain(sv.percent(2_500))).toBe("25 %");
    expect(plain(en.percent(1_250))).toBe("12.5%");
  });

  it.each([
    ["1 234,5", 2, 123_450],
    ["1234.50", 2, 123_450],
    ["-0,05", 2, -5],
    ["\u22120,05", 2, -5],
    [",5", 2, 50],
    ["0,317", 6, 317_000],
    ["1,50", 1, 15],
    ["1,505", 2, undefined],
    ["1.234,50", 2, undefined],
    ["", 2, undefined],
    ["kr", 2, undefined],
  ])("typed as %s with %i places are %s", (typed, places, units) => {
    expect(wholeUnits(typed, places)).toBe(units);
  });
});
