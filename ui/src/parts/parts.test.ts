import { describe, expect, it } from "vitest";
import { changes, filled, only } from "./changes";
import { laidOut } from "./laidOut";
import { isLocalAddress } from "./localAddress";
import { oneKeyOneLayer } from "./oneKeyOneLayer";
import { organisationNumberState, vatNumberFor, writtenOrganisationNumber } from "./organisationNumber";
import { meetsPolicy, passwordRules } from "./passwordRules";
import { phoneToStore } from "./phone";
import { postalCodeFault } from "./postalCode";
import { EVERYTHING, isSelected, NOTHING, selectedCount, toggle, withRange } from "./table/selection";
import { toTsv } from "./table/tsv";

describe("what a form changed", () => {
  const before = { name: "Ek", email: "a@b.se", note: "", contact: { phone: "1" } };
  it("names only the fields that differ", () =>
    expect(changes(before, { ...before, name: "Al" })).toEqual({ name: "Al" }));
  it("clears a field that was emptied", () =>
    expect(changes(before, { ...before, email: "" })).toEqual({ email: null }));
  it("takes nothing and empty for the same", () => {
    expect(changes({ note: null as string | null }, { note: "" })).toEqual({});
  });
  it("looks inside values", () => {
    expect(changes(before, { ...before, contact: { phone: "1" } })).toEqual({});
  });
  it("can be put back", () =>
    expect(only(before, ["email", "note"])).toEqual({ email: "a@b.se", note: null }));
  it("leaves unsaid what was left empty in a new record", () => {
    expect(filled({ name: "Ek", email: "" })).toEqual({ name: "Ek" });
  });
});

describe("a keypress", () => {
  it("closes one layer, however many hear it", () => {
    const closed: string[] = [];
    const press = new KeyboardEvent("keydown", { key: "Escape" });
    oneKeyOneLayer(() => closed.push("form"), press);
    oneKeyOneLayer(() => closed.push("question"), press);
    oneKeyOneLayer(() => closed.push("question"), new KeyboardEvent("keydown", { key: "Escape" }));
    expect(closed).toEqual(["form", "question"]);
  });
  it("is nothing to a click", () => {
    const closed: string[] = [];
    const click = new MouseEvent("click");
    for (const layer of ["form", "question"]) oneKeyOneLayer(() => closed.push(layer), click);
    expect(closed).toEqual(["form", "question"]);
  });
});

describe("a selection", () => {
  const ids = ["a", "b", "c", "d"];
  it("of everything counts rows that are not loaded", () => expect(selectedCount(EVERYTHING, 312)).toBe(312));
  it("of everything but one", () => {
    const selection = toggle(EVERYTHING, "b");
    expect([selectedCount(selection, 312), isSelected(selection, "b")]).toEqual([311, false]);
  });
  it("grows by a range in either direction", () => {
    expect(selectedCount(withRange(NOTHING, ids, 3, 1), 4)).toBe(3);
  });
  it("takes a row back when toggled twice", () => {
    expect(selectedCount(toggle(toggle(NOTHING, "a"), "a"), 4)).toBe(0);
  });
});

describe("post codes", () => {
  it.each([
    ["SE", "392 32", undefined],
    ["SE", "3923", "field.postalCodeSE"],
    ["SE", "N-0150", undefined],
    ["SE", "DK-2100", undefined],
    ["SE", "SW1A 1AA", undefined],
    ["NO", "0150", undefined],
    ["NO", "150", "field.postal_code.leading_zero_lost"],
    ["NO", "39232", "field.postalCodeNO"],
    ["NO", "SE-39232", undefined],
    ["NO", "", undefined],
  ] as const)("in %s, %s has %s", (country, typed, fault) => {
    expect(postalCodeFault(country, typed)).toBe(fault);
  });
});

describe("organisation numbers", () => {
  it.each([
    ["SE", "556016-0680", "right"],
    ["SE", "556016-0681", "wrong"],
    ["SE", "55601", "short"],
    ["NO", "923 609 016", "right"],
    ["NO", "923609017", "wrong"],
    ["NO", "", "empty"],
  ] as const)("%s %s is %s", (country, number, state) => {
    expect(organisationNumberState(country, number)).toBe(state);
  });
  it("suggest the VAT number once they are right", () => {
    expect(vatNumberFor("SE", "556016-0680")).toBe("SE556016068001");
    expect(vatNumberFor("NO", "923609016")).toBe("NO923609016MVA");
    expect(vatNumberFor("SE", "556016-0681")).toBeUndefined();
  });
  it("are written with their separators", () => {
    expect(writtenOrganisationNumber("SE", "5560160680")).toBe("556016-0680");
    expect(writtenOrganisationNumber("NO", "923609016")).toBe("923 609 016");
  });
});

describe("the password checklist", () => {
  const policy = {
    minLength: 10,
    upper: true,
    lower: true,
    digit: true,
    symbol: true,
    symbols: "!?-",
    blockLeaked: true,
  };
  it("ticks each rule by itself", () => {
    expect(
      passwordRules(policy, "Åäö1")
        .filter(({ met }) => met)
        .map(({ rule }) => rule),
    ).toEqual(["upper", "lower", "digit"]);
  });
  it("counts characters as people see them", () => {
    expect(
      passwordRules({ ...policy, minLength: 3 }, "🙂🙂").find(({ rule }) => rule === "minLength")?.met,
    ).toBe(false);
  });
  it("is met by a password that has it all", () => expect(meetsPolicy(policy, "Vinter-2026x")).toBe(true));
  it("asks only for what the policy asks for", () => {
    expect(passwordRules({ ...policy, symbol: false, upper: false }, "").map(({ rule }) => rule)).toEqual([
      "minLength",
      "lower",
      "digit",
    ]);
  });
});

describe("phone numbers as typed", () => {
  it.each([
    ["070-123 45 67", "SE", "+46701234567"],
    ["412 34 567", "NO", "+4741234567"],
    ["+47 412 34 567", "SE", "+4741234567"],
    ["", "SE", ""],
    ["växeln", "SE", "växeln"],
  ] as const)("%s in %s is stored as %s", (typed, country, stored) => {
    expect(phoneToStore(typed, country)).toBe(stored);
  });
});

it("copied cells are quoted as a spreadsheet reads them", () => {
  expect(
    toTsv([
      ["A1101", 'Anna "Ann" Ek'],
      ["a\tb", "c"],
    ]),
  ).toBe('A1101\t"Anna ""Ann"" Ek"\r\n"a\tb"\tc');
});

describe("an address that leads nowhere from other computers", () => {
  it("is that of the computer itself", () => {
    expect(["http://127.0.0.1:8443", "https://localhost", "http://[::1]:80"].every(isLocalAddress)).toBe(
      true,
    );
    expect(["https://stolpe.example.se", "http://192.168.1.7:8443", "nonsense"].some(isLocalAddress)).toBe(
      false,
    );
  });
});

describe("what a device sent", () => {
  it("is laid out with every token as it came", () => {
    expect(laidOut('{"a":1.0,"b":[],"c":[12345678901234567890,{"d":"x: {y}"}],"e":{}}')).toBe(
      '{\n  "a": 1.0,\n  "b": [],\n  "c": [\n    12345678901234567890,\n    {\n      "d": "x: {y}"\n    }\n  ],\n  "e": {}\n}',
    );
    expect(laidOut('"\\"quoted\\""')).toBe('"\\"quoted\\""');
  });
  it("stays as it is when it is no JSON", () => {
    expect(laidOut('{"a":')).toBe('{"a":');
  });
});
