// What marking letters as handed over would do to each person, before anything is done.
import type { Login, Person } from "../../api/views";
import { loginsOf } from "./peopleColumns";

/** Why somebody is passed by. */
export const PASSED_BY = ["already", "own", "notIssued", "blocked", "noLogin"] as const;
export type PassedBy = (typeof PASSED_BY)[number];

export interface HandOverPlan {
  /** Those whose letter is out and not yet marked, once for each letter. */
  marked: { name: string; loginId: string }[];
  passedBy: Record<PassedBy, string[]>;
}

export function planHandOver(people: readonly Person[], facilityId: string | undefined): HandOverPlan {
  const plan: HandOverPlan = {
    marked: [],
    passedBy: { already: [], own: [], notIssued: [], blocked: [], noLogin: [] },
  };
  for (const person of people) {
    const logins = loginsOf(person, facilityId);
    if (logins.length === 0) plan.passedBy.noLogin.push(person.name);
    for (const login of logins) {
      const why = reason(login);
      if (why) plan.passedBy[why].push(person.name);
      else plan.marked.push({ name: person.name, loginId: login.id });
    }
  }
  return plan;
}

function reason(login: Login): PassedBy | undefined {
  switch (login.state) {
    case "blocked":
      return "blocked";
    case "own":
      return "own";
    case "not_issued":
      return "notIssued";
    case "initial":
      return login.handedOverAt ? "already" : undefined;
  }
}
