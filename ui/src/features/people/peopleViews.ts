// The built-in views of the people list.
import type { PersonView } from "../../api/views";

export const PEOPLE_VIEWS: readonly PersonView[] = [
  "all",
  "initial_password",
  "not_issued",
  "missing_email",
  "no_login",
  "moved_out",
];

/** What the address of the people list holds: the filter, and which person is open. */
export interface PeopleSearch {
  view?: PersonView;
  q?: string;
  department?: string;
  where?: string;
  sort?: string;
  open?: string;
  create?: string;
}

export function readPeopleSearch(search: Record<string, unknown>): PeopleSearch {
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const view = PEOPLE_VIEWS.find((known) => known === search.view && known !== "all");
  return {
    ...(view ? { view } : {}),
    ...(text(search.q) ? { q: text(search.q) } : {}),
    ...(text(search.department) ? { department: text(search.department) } : {}),
    ...(text(search.where) ? { where: text(search.where) } : {}),
    ...(text(search.sort) ? { sort: text(search.sort) } : {}),
    ...(text(search.open) ? { open: text(search.open) } : {}),
    ...(search.create !== undefined ? { create: "1" } : {}),
  };
}
