import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Section } from "../../parts/Section";
import classes from "./GrowingSection.module.css";

/** A part of a person that can be added to: units, logins. Says so when there is nothing in it yet. */
export function GrowingSection({
  id,
  title,
  add,
  onAdd,
  none,
  children,
}: {
  id?: string;
  title: string;
  /** What the button that adds is called. */
  add: string;
  /** Absent for those who may not. */
  onAdd?: () => void;
  /** The words for an empty section; absent when something is in it. */
  none: string | false;
  children: ReactNode;
}) {
  return (
    <Section
      {...(id && { id })}
      title={title}
      aside={
        onAdd && (
          <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} onClick={onAdd}>
            {add}
          </Button>
        )
      }
    >
      {none && <p className={classes.none}>{none}</p>}
      {children}
    </Section>
  );
}
