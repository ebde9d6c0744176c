import type { ImportBatch } from "../../api/views";
import { useText } from "../../i18n/text";
import classes from "./Imports.module.css";

const COUNTS = ["create", "update", "unchanged", "skipped", "units", "logins"] as const;

/** What the batch does to the register, counted. */
export function Consequences({ batch }: { batch: ImportBatch }) {
  const { t, format } = useText();
  return (
    <dl className={classes.counts}>
      {COUNTS.map((name) => (
        <div
          key={name}
          data-zero={batch.counts[name] === 0 || undefined}
          data-skipped={name === "skipped" || undefined}
        >
          <dt>{t(`import.count.${name}`)}</dt>
          <dd>{format.number(batch.counts[name])}</dd>
        </div>
      ))}
    </dl>
  );
}
