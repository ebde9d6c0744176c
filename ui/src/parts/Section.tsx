import type { ReactNode } from "react";
import classes from "./Section.module.css";

/** A part of a panel, with its heading and its own small actions. */
export function Section({
  id,
  title,
  aside,
  children,
}: {
  /** For what leads here; the section then takes the focus. */
  id?: string;
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section id={id} tabIndex={id ? -1 : undefined} aria-label={id && title} className={classes.section}>
      <header className={classes.head}>
        <h3 className={classes.title}>{title}</h3>
        {aside}
      </header>
      {children}
    </section>
  );
}
