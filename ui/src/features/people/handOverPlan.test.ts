import { expect, it } from "vitest";
import type { Login, Person } from "../../api/views";
import { planHandOver } from "./handOverPlan";

const login = (id: string, state: Login["state"], handedOverAt: string | null = null): Login =>
  ({ id, state, facilityId: "f1", handedOverAt }) as Login;
const person = (name: string, ...logins: Login[]): Person => ({ name, logins }) as unknown as Person;

it("only letters that are out and unmarked are marked; everybody else is named with the reason", () => {
  const plan = planHandOver(
    [
      person("Anna", login("a", "initial")),
      person("Bo", login("b", "initial", "2026-11-20T10:00:00Z")),
      person("Cia", login("c", "own")),
      person("Dan", login("d", "not_issued")),
      person("Eva", login("e", "blocked")),
      person("Filip"),
      person("Gun", { ...login("g", "initial"), facilityId: "elsewhere" }),
    ],
    "f1",
  );
  expect(plan).toEqual({
    marked: [{ name: "Anna", loginId: "a" }],
    passedBy: {
      already: ["Bo"],
      own: ["Cia"],
      notIssued: ["Dan"],
      blocked: ["Eva"],
      noLogin: ["Filip", "Gun"],
    },
  });
});
