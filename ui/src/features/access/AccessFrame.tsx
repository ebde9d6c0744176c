import type { ReactNode } from "react";
import { NameMark } from "../../parts/Mark";
import { useDocumentTitle } from "../../shell/documentTitle";
import { LanguageSwitch } from "../../shell/LanguageSwitch";
import classes from "./AccessFrame.module.css";

/** The page around everything that happens before one is signed in. */
export function AccessFrame({
  title,
  words,
  wide,
  children,
}: {
  title: string;
  words?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  useDocumentTitle(title);
  return (
    <div className={classes.page}>
      <Posts />
      <main className={classes.card} data-wide={wide || undefined}>
        <div className={classes.mark}>
          <NameMark size={34} />
        </div>
        <h1 className={classes.title}>{title}</h1>
        {words && <p className={classes.words}>{words}</p>}
        {children}
      </main>
      <footer className={classes.foot}>
        <LanguageSwitch />
      </footer>
    </div>
  );
}

/** A row of posts at dusk: decoration only. */
function Posts() {
  return (
    <svg
      className={classes.posts}
      viewBox="0 0 1200 220"
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
    >
      <path className={classes.ground} d="M0 186c180-22 380-26 600-18s430 14 600-4v56H0z" />
      {[70, 210, 350, 850, 990, 1130].map((x, index) => (
        <g key={x} transform={`translate(${x} ${178 - (index % 3) * 4})`} className={classes.post}>
          <path d="M-11 0v-64a11 11 0 0 1 22 0V0" />
          <path d="M-19 1h38" />
          <circle cx="0" cy="-56" r="3.5" className={index % 2 ? classes.lit : classes.unlit} />
        </g>
      ))}
    </svg>
  );
}
