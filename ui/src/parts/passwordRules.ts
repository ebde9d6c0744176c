// The password policy as a checklist. The host decides; this only shows the way there while typing.
import type { PasswordPolicy } from "../api/views";

export type Rule = "minLength" | "upper" | "lower" | "digit" | "symbol";

export interface RuleState {
  rule: Rule;
  met: boolean;
}

/** Each rule the policy asks for, and whether this password meets it. */
export function passwordRules(policy: PasswordPolicy, password: string): RuleState[] {
  // Length is counted in characters as people see them, not in UTF-16 halves.
  const length = [...password].length;
  const rules: (RuleState & { asked: boolean })[] = [
    { rule: "minLength", asked: true, met: length >= policy.minLength },
    { rule: "upper", asked: policy.upper, met: /\p{Lu}/u.test(password) },
    { rule: "lower", asked: policy.lower, met: /\p{Ll}/u.test(password) },
    { rule: "digit", asked: policy.digit, met: /\p{Nd}/u.test(password) },
    {
      rule: "symbol",
      asked: policy.symbol,
      met: [...password].some((character) => policy.symbols.includes(character)),
    },
  ];
  return rules.filter(({ asked }) => asked).map(({ rule, met }) => ({ rule, met }));
}

export function meetsPolicy(policy: PasswordPolicy, password: string): boolean {
  return passwordRules(policy, password).every(({ met }) => met);
}
