import { IconClockPause } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { SessionProof } from "../../api/views";
import { useText } from "../../i18n/text";
import { Section } from "../../parts/Section";
import { useMonthName } from "../../parts/useMonthName";
import { MonthTable } from "./MonthTable";
import classes from "./proof.module.css";
import { SessionCharges } from "./SessionCharges";

/** From energy to what is owed: components, VAT, and what keeps it from being charged. */
export function SessionCost({ session }: { session: SessionProof }) {
  const { t, word, format } = useText();
  const monthName = useMonthName();
  const { cost } = session;
  const spans = (wait: SessionProof["cost"]["waits"][number]) =>
    wait.spans.map(({ from, until }) => `${format.dateTime(from)}–${format.time(until)}`).join(", ");
  return (
    <>
      <Section title={t(cost.charges.length > 0 ? "session.costNow" : "session.cost")}>
        {(cost.waits.length > 0 || !cost.hasTariff) &&
          session.state !== "void" &&
          session.state !== "billed_elsewhere" && (
            <ul className={classes.waits}>
              {cost.waits.map((wait) => (
                <li key={wait.code}>
                  <IconClockPause size={16} aria-hidden="true" />
                  <span>
                    {word("session.waits", wait.code, "session.waits.other", {
                      area: wait.area ?? "",
                      spans: spans(wait),
                    })}
                  </span>
                </li>
              ))}
              {!cost.hasTariff && (
                <li>
                  <IconClockPause size={16} aria-hidden="true" />
                  <span>
                    {t("session.noTariff")} <Link to="/tariff">{t("session.toTariff")}</Link>
                  </span>
                </li>
              )}
            </ul>
          )}
        {session.state === "void" && <p className={classes.none}>{t("session.voidCostsNothing")}</p>}
        {session.state === "billed_elsewhere" && (
          <p className={classes.none}>{t("session.billedElsewhereCostsNothing")}</p>
        )}
        {cost.months.map((month) => (
          <MonthTable
            key={month.month}
            month={month}
            title={t("session.costOf", { month: monthName(month.month) })}
            named={cost.months.length > 1}
          />
        ))}
      </Section>
      <SessionCharges charges={cost.charges} />
    </>
  );
}
