import type { Role } from "../../api/views";

/** The roles that work at the desk, from most to least. */
export const STAFF_ROLES = [
  "owner",
  "manager",
  "accountant",
  "clerk",
  "warden",
] as const satisfies readonly Role[];
