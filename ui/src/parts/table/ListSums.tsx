import type { ReactNode } from "react";
import classes from "./ListSums.module.css";

/** What a whole list comes to, below it: a row for each currency, with a word and an amount for each sum. */
export function ListSums({
  label,
  sums,
}: {
  label: string;
  sums: readonly { currency: string; parts: readonly (readonly [string, ReactNode?])[] }[];
}) {
  if (sums.length === 0) return null;
  return (
    <section aria-label={label}>
      {sums.map(({ currency, parts }) => (
        <dl key={currency} className={classes.sums}>
          {parts.map(([word, amount]) => (
            <div key={word}>
              <dt>{word}</dt>
              {amount !== undefined && <dd>{amount}</dd>}
            </div>
          ))}
        </dl>
      ))}
    </section>
  );
}
