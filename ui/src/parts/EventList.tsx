import type { AuditRow } from "../api/views";
import { useText } from "../i18n/text";
import { actorName } from "./actorName";
import classes from "./EventList.module.css";

/** What happened to a record, newest first, in words. */
export function EventList({ rows, now }: { rows: readonly AuditRow[]; now: Date }) {
  const text = useText();
  const { t, word, format } = text;
  if (rows.length === 0) return <p className={classes.none}>{t("timeline.none")}</p>;
  return (
    <ol className={classes.list}>
      {rows.map((row) => (
        <li key={row.seq}>
          <span className={classes.what}>{word("event", row.action, "event.other")}</span>
          <span className={classes.who}>
            {actorName(row, text)} ·{" "}
            <time dateTime={row.at} title={format.dateTime(row.at)}>
              {format.ago(row.at, now)}
            </time>
          </span>
          {row.reason && <q className={classes.reason}>{row.reason}</q>}
        </li>
      ))}
    </ol>
  );
}
