import { Button, Collapse } from "@mantine/core";
import { IconArrowBackUp, IconChevronRight } from "@tabler/icons-react";
import { useId, useRef, useState } from "react";
import type { AuditRow } from "../../api/views";
import { useText } from "../../i18n/text";
import { actorName } from "./actorName";
import { differences } from "./differences";
import classes from "./EventList.module.css";
import { fieldWords, reasonWords, Value } from "./historyWords";
import { type Restore, type Restoring, restoreWords, useRestore } from "./useRestore";

/**
 * What happened to a record, newest first, in words. An event that changed something opens in place; with `restoring`,
 * an earlier value can be put back from there.
 */
export function EventList<View extends { id: string; rowVersion: number }>({
  rows,
  now,
  restoring,
}: {
  rows: readonly AuditRow[];
  now: Date;
  restoring?: Restoring<View> | undefined;
}) {
  const { t } = useText();
  const restore = useRestore(restoring);
  if (rows.length === 0) return <p className={classes.none}>{t("timeline.none")}</p>;
  return (
    <>
      <ol className={classes.list}>
        {rows.map((row) => (
          <Happened key={row.seq} row={row} now={now} restore={restore} />
        ))}
      </ol>
      {restore.conflict}
    </>
  );
}

function Happened({ row, now, restore }: { row: AuditRow; now: Date; restore: Restore }) {
  const text = useText();
  const { t, word, format } = text;
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  const changed = differences(row.before, row.after);
  const what = word("event", row.action, "event.other");
  const reason = reasonWords(row, text);
  return (
    <li>
      {changed.length === 0 ? (
        <span className={classes.what}>{what}</span>
      ) : (
        <button
          ref={opener}
          type="button"
          className={classes.opener}
          aria-expanded={opened}
          aria-controls={id}
          onClick={() => setOpened((is) => !is)}
        >
          {what}
          <IconChevronRight size={14} aria-hidden="true" className={classes.chevron} />
        </button>
      )}
      <span className={classes.who}>
        {actorName(row, text)} ·{" "}
        <time dateTime={row.at} title={format.dateTime(row.at)}>
          {format.ago(row.at, now)}
        </time>
      </span>
      {reason && <q className={classes.reason}>{reason}</q>}
      <Collapse expanded={opened} id={id}>
        {opened && (
          <dl className={classes.changes} aria-label={t("history.changed", { what })}>
            {changed.map((difference) => (
              <div key={difference.path}>
                <dt>{fieldWords(difference.path, text)}</dt>
                {row.before && (
                  <dd>
                    <span className={classes.side}>{t("audit.before")}</span>{" "}
                    <span className={classes.before}>
                      <Value path={difference.path} value={difference.before} />
                    </span>
                  </dd>
                )}
                {row.after && (
                  <dd>
                    <span className={classes.side}>{t("audit.after")}</span>{" "}
                    <span className={classes.after}>
                      <Value path={difference.path} value={difference.after} />
                    </span>
                  </dd>
                )}
                {restore.may(row, difference) && (
                  <dd>
                    <Button
                      size="compact-sm"
                      variant="default"
                      leftSection={<IconArrowBackUp size={14} aria-hidden="true" />}
                      disabled={restore.busy}
                      aria-label={restoreWords(difference, text)}
                      title={restoreWords(difference, text)}
                      onClick={() => {
                        // The button goes once its value stands; the focus must not go with it.
                        opener.current?.focus();
                        restore.run(difference);
                      }}
                    >
                      {t("history.restore")}
                    </Button>
                  </dd>
                )}
              </div>
            ))}
          </dl>
        )}
      </Collapse>
    </li>
  );
}
