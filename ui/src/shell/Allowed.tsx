import type { ReactNode } from "react";
import type { Permission } from "../api/views";
import { can, useMe } from "./session";

/** What is only offered to those who may do it somewhere; whether they may do it here the host decides. */
export function Allowed({ to, children }: { to: Permission; children: ReactNode }) {
  return can(useMe(), to) ? children : null;
}
