import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { client } from "../../api/client";
import { type Problem, toProblem } from "../../api/problem";
import type { TariffComponent } from "../../api/views";
import { useText } from "../../i18n/text";
import { errorWords } from "../../parts/ErrorNotice";
import classes from "./TariffChange.module.css";
import { faultsByRow } from "./tariffRows";

const TYPING_PAUSE_MS = 300;

/** What a tariff would change, said while it is written: the days, the sessions in them, or why it cannot be. */
export function TariffChange({
  facilityId,
  rows,
}: {
  facilityId: string;
  /** Nothing while the form is not complete. */
  rows: readonly TariffComponent[] | undefined;
}) {
  const text = useText();
  const { t, format } = text;
  const [asked] = useDebouncedValue(rows, TYPING_PAUSE_MS);
  const preview = useQuery({
    queryKey: ["tariff-preview", facilityId, asked],
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const { data } = await client.POST("/tariff/preview", {
        signal,
        params: { query: { facilityId } },
        body: { components: [...(asked ?? [])] },
      });
      return data;
    },
  });
  const faults = useFaultWords();
  const problem = rows && preview.error ? toProblem(preview.error) : undefined;
  return (
    <div className={classes.change} role="status" data-fault={problem ? true : undefined}>
      <p className={classes.title}>{t(problem ? "tariff.changeNot" : "tariff.changeTitle")}</p>
      {!rows ? (
        <p className={classes.soft}>{t("tariff.changeIncomplete")}</p>
      ) : problem ? (
        <ul className={classes.list}>
          {(problem.status === 422 ? faults(problem, rows) : [errorWords(problem, text).happened]).map(
            (words) => (
              <li key={words}>{words}</li>
            ),
          )}
        </ul>
      ) : preview.data ? (
        preview.data.changed.length === 0 ? (
          <p className={classes.soft}>{t("tariff.changesNothing")}</p>
        ) : (
          <ul className={classes.list}>
            {preview.data.changed.map(({ from, until }) => (
              <li key={from}>
                {until
                  ? t("tariff.changesBetween", {
                      from: format.date(from),
                      until: format.date(dayBefore(until)),
                    })
                  : t("tariff.changesFrom", { from: format.date(from) })}
              </li>
            ))}
            <li>{t("tariff.touchesOpen", { count: preview.data.touched.open })}</li>
            <li>{t("tariff.touchesSettled", { count: preview.data.touched.settled })}</li>
          </ul>
        )
      ) : (
        <p className={classes.soft}>{t("state.loading")}</p>
      )}
    </div>
  );
}

/** The faults of a tariff as sentences, each with the row that it is about. */
export function useFaultWords(): (problem: Problem, rows: readonly TariffComponent[]) => string[] {
  const { t, word, format } = useText();
  return (problem, rows) =>
    [...faultsByRow(problem.fields)].flatMap(([place, faults]) =>
      faults.map(([, code]) => {
        const what = word("field", code, "field.unknown");
        const row = place === undefined ? undefined : rows[place];
        return row
          ? t("tariff.faultOf", {
              kind: word("tariff.kind", row.kind),
              from: format.date(row.validFrom),
              what,
            })
          : what;
      }),
    );
}

/** The last day of days that end before one. */
export function dayBefore(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - 1);
  return day.toISOString().slice(0, 10);
}
