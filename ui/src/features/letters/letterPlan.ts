// What a print run would do to each login, before anything is done.
import type { Login, Person } from "../../api/views";

export interface PlannedLetter {
  name: string;
  login: Login;
}

export interface LetterPlan {
  /** Their first letter. */
  first: PlannedLetter[];
  /** Still on an initial password: the earlier letter stops working. */
  again: PlannedLetter[];
  /** Have a password of their own, which would be replaced. */
  own: PlannedLetter[];
  /** Blocked logins get no letter. */
  skipped: PlannedLetter[];
}

/** Sorts the logins of these people by what a new letter means for each. */
export function planLetters(
  people: readonly Person[],
  facilityId: string | undefined,
  loginIds: readonly string[] | undefined,
): LetterPlan {
  const wanted = loginIds && new Set(loginIds);
  const plan: LetterPlan = { first: [], again: [], own: [], skipped: [] };
  for (const person of people) {
    for (const login of person.logins) {
      if (wanted ? !wanted.has(login.id) : login.facilityId !== facilityId) continue;
      const pile = {
        not_issued: plan.first,
        initial: plan.again,
        own: plan.own,
        blocked: plan.skipped,
      }[login.state];
      pile.push({ name: person.name, login });
    }
  }
  return plan;
}
