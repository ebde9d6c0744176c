import { expect, it } from "vitest";
import { subjectName, subjectPlace } from "./auditSubject";

it.each([
  [{ after: { givenName: "Åsa", familyName: "Öberg", email: null } }, "Åsa Öberg"],
  [{ before: { name: "Brf Ek" }, after: { name: "Brf Ekbacken" } }, "Brf Ekbacken"],
  [{ before: { code: "A1101" }, after: null }, "A1101"],
  [{ before: { street: "Ekvägen 1" }, after: { street: "Ekvägen 2" } }, undefined],
])("an event names its subject when its data does", (row, name) => {
  expect(subjectName(row as never)).toBe(name);
});

it("only records with a page of their own are linked to", () => {
  expect(subjectPlace({ subjectKind: "person", subjectId: "p1" })).toEqual({
    to: "/people",
    search: { open: "p1" },
  });
  expect(subjectPlace({ subjectKind: "sign_in", subjectId: "s1" })).toBeUndefined();
});
