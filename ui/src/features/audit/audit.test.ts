import { expect, it } from "vitest";
import { toldName } from "../../parts/history/recordName";
import { subjectPlace } from "./auditSubject";

it.each([
  [{ after: { givenName: "Åsa", familyName: "Öberg", email: null } }, "Åsa Öberg"],
  [{ before: { name: "Brf Ek" }, after: { name: "Brf Ekbacken" } }, "Brf Ekbacken"],
  [{ before: { code: "A1101" }, after: null }, "A1101"],
  [{ action: "import.read", reason: "boende.csv", after: { rows: 3 } }, "boende.csv"],
  [{ action: "person.erased", reason: "boende.csv" }, undefined],
  [{ before: { street: "Ekvägen 1" }, after: { street: "Ekvägen 2" } }, undefined],
])("an event names its subject when its data does", (row, name) => {
  expect(toldName(row as never)).toBe(name);
});

it("only records with a page of their own are linked to", () => {
  expect(subjectPlace({ subjectKind: "person", subjectId: "p1" })).toEqual({
    to: "/people",
    search: { open: "p1" },
  });
  expect(subjectPlace({ subjectKind: "sign_in", subjectId: "s1" })).toBeUndefined();
});

it("a move leads to the tenant and an import to its own page", () => {
  const after = { person: "p1", unit: "u1" };
  expect(subjectPlace({ subjectKind: "tenancy", subjectId: "t1", after: after as never })).toEqual({
    to: "/people",
    search: { open: "p1" },
  });
  expect(subjectPlace({ subjectKind: "import", subjectId: "i1" })).toEqual({ to: "/imports/i1" });
});
