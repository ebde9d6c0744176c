// Which departments an organisation has, and whose people the list shows therefore.
import { api } from "../../api/query";
import { useMe } from "../../shell/session";

export interface DepartmentChoice {
  /** The departments that may be chosen. */
  departments: readonly { id: string; name: string }[];
  /** The chosen one. */
  department: string | undefined;
  /** Whether everybody may be seen at once: who administers departments sees one of them at a time. */
  mayAll: boolean;
  /** Whether it is still being found out. */
  isPending: boolean;
}

export function useDepartments(organisationId: string | undefined) {
  return api.useQuery(
    "get",
    "/departments",
    { params: { query: { organisationId: organisationId ?? "" } } },
    { enabled: organisationId !== undefined && organisationId !== "", staleTime: 60_000 },
  );
}

export function useDepartmentChoice(
  organisationId: string | undefined,
  wished: string | undefined,
): DepartmentChoice {
  const me = useMe();
  const { data, isPending } = useDepartments(organisationId);
  const all = data?.items ?? [];
  const scopes = me.memberships.map(({ scope }) => scope);
  const mayAll = scopes.some(({ kind }) => kind !== "department" && kind !== "self");
  const mine = scopes.filter(({ kind }) => kind === "department").map(({ id }) => id);
  const departments = mayAll ? all : all.filter(({ id }) => mine.includes(id));
  const known = departments.find(({ id }) => id === wished)?.id;
  return { departments, department: known ?? (mayAll ? undefined : departments[0]?.id), mayAll, isPending };
}
