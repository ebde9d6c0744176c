import { describe, expect, it } from "vitest";
import sv from "../../i18n/sv.json";
import { textIn } from "../../i18n/text";
import { differences } from "./differences";
import { fieldWords, originWords, reasonWords, valueWords } from "./historyWords";
import { isRestorable, withValue } from "./restorable";

const text = textIn("sv", sv, "Europe/Stockholm");

describe("what an event changed", () => {
  it("is told field by field, also within a block, and never by what the record keeps of itself", () => {
    const before = { name: "Ek", contact: { phone: null, email: "a@b.se" }, rowVersion: 1 };
    const after = { name: "Ek", contact: { phone: "+4670", email: "a@b.se" }, rowVersion: 2 };
    expect(differences(before, after)).toEqual([{ path: "contact.phone", before: null, after: "+4670" }]);
  });
  it("is not that nothing became empty", () => expect(differences({ note: null }, { note: "" })).toEqual([]));
  it("is said in the words of the screen", () => {
    expect(fieldWords("contact.phone", text)).toBe("Kontakt · Telefon");
    expect(valueWords("kind", "berth", text)).toBe("Båtplats");
    expect(valueWords("protectedIdentity", false, text)).toBe("nej");
    expect(valueWords("kept", 0, text)).toBe("0");
  });
});

describe("an earlier value can be put back", () => {
  const row = { before: {}, after: {} } as never;
  const change = { path: "email", before: "a@b.se", after: "c@d.se" };
  const fields = ["email", "contact"];
  it("when the form changes such values and another one stands now", () => {
    expect(isRestorable(row, change, { email: "c@d.se" }, fields)).toBe(true);
    expect(isRestorable(row, change, { email: "a@b.se" }, fields)).toBe(false);
    expect(isRestorable(row, change, { email: "c@d.se" }, ["name"])).toBe(false);
  });
  it("never when it is masked", () => {
    expect(isRestorable(row, { ...change, before: "•••" }, { email: "c@d.se" }, fields)).toBe(false);
  });
  it("never from an event that made or removed the record", () => {
    expect(isRestorable({ after: {} } as never, change, { email: "c@d.se" }, fields)).toBe(false);
  });
  it("with the rest of its block as it is now", () => {
    const current = { contact: { phone: "2", email: "x" } };
    expect(withValue(current, "contact.phone", "1")).toEqual({ contact: { phone: "1", email: "x" } });
    expect(withValue(current, "contact.phone", undefined)).toEqual({ contact: { phone: null, email: "x" } });
  });
});

describe("codes of ours", () => {
  it("are said in words where the reason is one, and nobody's own words are touched", () => {
    expect(reasonWords({ action: "job.started", reason: "letters" }, text)).toBe("Inloggningsbrev");
    expect(reasonWords({ action: "job.started", reason: "month_run" }, text)).toBe("Debitering av en månad");
    expect(reasonWords({ action: "setting.changed", reason: "network" }, text)).toBe("Nätverk");
    expect(reasonWords({ action: "person.erased", reason: "letters" }, text)).toBe("letters");
  });
  it("for where it came from are said in words", () => {
    expect(originWords("web 127.0.0.1", text)).toBe("Webbläsare på den här datorn");
    expect(originWords("web 10.0.0.7", text)).toBe("Webbläsare, 10.0.0.7");
    expect(originWords("host", text)).toBe("Stolpe självt");
    expect(originWords("command line", text)).toBe("Kommandoraden");
  });
});
