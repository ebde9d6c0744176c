import type { ReactNode } from "react";
import classes from "./Facts.module.css";

/** Terms and values of one record; an absent value is said, not left blank. */
export function Facts({ rows }: { rows: readonly (readonly [string, ReactNode] | false | undefined)[] }) {
  return (
    <dl className={classes.facts}>
      {rows.map((row) =>
        row ? (
          <div key={row[0]} className={classes.row}>
            <dt>{row[0]}</dt>
            <dd>{row[1] || <span className={classes.none}>–</span>}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
