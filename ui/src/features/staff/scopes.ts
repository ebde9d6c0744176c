// Where a role holds: everywhere, in an organisation, in a facility.
import { api } from "../../api/query";
import type { Scope } from "../../api/views";
import { useText } from "../../i18n/text";

/** The scopes that can be chosen, each written as one word "kind:id". */
export function useScopeOptions(): { value: string; label: string }[] {
  const { t } = useText();
  const organisations = api.useQuery("get", "/organisations", {}).data?.items ?? [];
  const facilities = api.useQuery("get", "/facilities", {}).data?.items ?? [];
  return [
    ...organisations.map(({ id, name }) => ({ value: `organisation:${id}`, label: name })),
    ...facilities.map(({ id, name, code }) => ({ value: `facility:${id}`, label: `${name} (${code})` })),
    { value: "host", label: t("scope.host") },
  ];
}

export function scopeWord(scope: Scope): string {
  return scope.id ? `${scope.kind}:${scope.id}` : scope.kind;
}

export function writtenScope(word: string): Scope {
  const [kind, id] = word.split(":", 2);
  return { kind: kind as Scope["kind"], ...(id ? { id } : {}) };
}
