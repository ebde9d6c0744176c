import { Menu } from "@mantine/core";
import { type ReactNode, useId } from "react";

/** Items of a menu that belong together, under a name that is read with them. */
export function MenuGroup({ label, children }: { label: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id}>
      <Menu.Label id={id}>{label}</Menu.Label>
      {children}
    </div>
  );
}
