import type { ReactNode } from "react";
import classes from "./Section.module.css";

/** A part of a panel, with its heading and its own small actions. */
export function Section({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={classes.section}>
      <header className={classes.head}>
        <h3 className={classes.title}>{title}</h3>
        {aside}
      </header>
      {children}
    </section>
  );
}
