import { expect, it } from "vitest";
import type { Login, Person } from "../../api/views";
import { planLetters } from "./letterPlan";

const login = (id: string, state: Login["state"], facilityId = "f1"): Login => ({
  id,
  state,
  facilityId,
  personId: "p",
  username: id,
  rowVersion: 1,
});
const person = (name: string, ...logins: Login[]) => ({ name, logins }) as Person;
const people = [
  person("Anna", login("1", "not_issued"), login("9", "not_issued", "f2")),
  person("Bo", login("2", "initial")),
  person("Cia", login("3", "own")),
  person("Dag", login("4", "blocked")),
];

it("a run tells apart first letters, repeats, replaced passwords and what is skipped", () => {
  const plan = planLetters(people, "f1", undefined);
  const names = Object.fromEntries(
    Object.entries(plan).map(([pile, letters]) => [pile, letters.map((each: { name: string }) => each.name)]),
  );
  expect(names).toEqual({ first: ["Anna"], again: ["Bo"], own: ["Cia"], skipped: ["Dag"] });
});

it("chosen logins are taken wherever they are", () => {
  expect(planLetters(people, "f1", ["9"]).first.map((each) => each.login.id)).toEqual(["9"]);
});
