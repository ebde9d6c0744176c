import { Table } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { MonthPlan } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { useFacilityChoice } from "../../shell/facilityChoice";
import classes from "./MonthRunPage.module.css";

type Waiting = MonthPlan["waiting"][number];

/** What a plan does not charge: by reason, each with what it is about and where it is mended. */
export function PlanWaiting({ plan }: { plan: MonthPlan }) {
  const { t, format, word } = useText();
  const codes = Object.keys(plan.waitingCounts);
  if (codes.length === 0) return null;
  return (
    <Card title={t("monthRun.waitingTitle")}>
      {codes.map((code) => {
        const those = plan.waiting.filter((each) => each.code === code);
        const count = plan.waitingCounts[code] ?? those.length;
        return (
          <section key={code} aria-label={word("planWaiting", code)}>
            <h3 className={classes.reason}>
              {word("planWaiting", code)} ({format.number(count)})
            </h3>
            <p className={classes.words}>{word("planWaitingWords", code)}</p>
            <Table.ScrollContainer minWidth={480}>
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t("monthRun.about")}</Table.Th>
                    <Table.Th>{t("document.recipient")}</Table.Th>
                    <Table.Th className={classes.figure}>{t("document.energy")}</Table.Th>
                    <Table.Th>{t("monthRun.mend")}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {those.map((each) => (
                    <Row key={`${each.sessionId ?? ""}${each.personId ?? ""}`} it={each} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            {those.length < count && (
              <p className={classes.words}>{t("monthRun.andMore", { count: count - those.length })}</p>
            )}
          </section>
        );
      })}
    </Card>
  );
}

function Row({ it }: { it: Waiting }) {
  const { t, format } = useText();
  const { facilities } = useFacilityChoice();
  const facility = facilities.find((each) => each.id === it.facilityId);
  return (
    <Table.Tr>
      <Table.Td>
        {it.at ? t("monthRun.session", { time: format.dateTime(it.at) }) : facility?.name}
        {it.missing.map((span) => (
          <span key={span.from} className={classes.soft}>
            {t("monthRun.missing", {
              from: format.dateTime(span.from),
              until: format.dateTime(span.until),
              area: it.area ?? "",
            })}
          </span>
        ))}
        {it.amount && (
          <span className={classes.soft}>{format.money(it.amount.minor, it.amount.currency)}</span>
        )}
      </Table.Td>
      <Table.Td>{it.name}</Table.Td>
      <Table.Td className={classes.figure}>{format.energy(it.energyWh)}</Table.Td>
      <Table.Td>
        <Mend it={it} />
      </Table.Td>
    </Table.Tr>
  );
}

/** Where what keeps something from being charged is put right. */
function Mend({ it }: { it: Waiting }) {
  const { t } = useText();
  switch (it.code) {
    case "month_run.owed_back":
      return it.personId ? (
        <Link to="/documents" search={{ person: it.personId }}>
          {t("monthRun.toDocuments")}
        </Link>
      ) : null;
    case "month_run.payers_disagree":
      return it.personId ? (
        <Link to="/people" search={{ open: it.personId }}>
          {t("monthRun.toPerson")}
        </Link>
      ) : null;
    case "facility.no_price_area":
      return (
        <Link to="/facilities" search={{ open: it.facilityId }}>
          {t("monthRun.toFacility")}
        </Link>
      );
    case "tariff.none":
    case "tariff.no_price":
      return (
        <Link to="/tariff" search={{}}>
          {t("monthRun.toTariff")}
        </Link>
      );
    case "market_price.missing":
      return (
        <Link to="/market-prices" search={{}}>
          {t("monthRun.toMarketPrices")}
        </Link>
      );
    default:
      return it.sessionId ? (
        <Link to="/sessions" search={{ open: it.sessionId }}>
          {t("monthRun.toSession")}
        </Link>
      ) : null;
  }
}
