import { Table } from "@mantine/core";
import { IconScale } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Reconciliation } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { EmptyState } from "../../parts/EmptyState";
import { writeConditions } from "../../parts/filter/conditions";
import { Scroll } from "../../parts/Scroll";
import { StateBadge } from "../../parts/StateBadge";
import classes from "./Reconciliation.module.css";

type Day = Reconciliation["days"][number];
const FIGURES = ["paid", "settled", "fee", "received", "corrected", "difference"] as const;

/** Day by day and source by source: paid is settled and fee and what was put right, in a till too, and difference. */
export function ReconciledDays({ days }: { days: readonly Day[] }) {
  const { t, format } = useText();
  const figures = FIGURES.filter((it) => it !== "corrected" || days.some((day) => day.corrected.minor !== 0));
  const currencies = [...new Set(days.map(({ paid }) => paid.currency))];
  return (
    <Card title={t("reconciliation.days")}>
      {days.length === 0 ? (
        <EmptyState icon={IconScale} title={t("reconciliation.emptyTitle")}>
          {t("reconciliation.emptyWords")}
        </EmptyState>
      ) : (
        <Scroll label={t("reconciliation.days")}>
          <Table verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("reconciliation.day")}</Table.Th>
                <Table.Th>{t("reconciliation.source")}</Table.Th>
                {figures.map((figure) => (
                  <Table.Th key={figure} className={classes.figure}>
                    {t(`reconciliation.figure.${figure}`)}
                  </Table.Th>
                ))}
                <Table.Th>{t("reconciliation.stand")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {days.map((day) => (
                <Table.Tr key={`${day.source}${day.on}`}>
                  <Table.Th scope="row" className={classes.number}>
                    {format.date(day.on)}
                  </Table.Th>
                  <Table.Td>
                    <Source day={day} />
                  </Table.Td>
                  {figures.map((figure) => (
                    <Table.Td key={figure} className={classes.figure}>
                      {format.money(day[figure].minor, day[figure].currency)}
                    </Table.Td>
                  ))}
                  <Table.Td>
                    <Stand day={day} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
            <Table.Tfoot>
              {currencies.map((currency) => (
                <Table.Tr key={currency}>
                  <Table.Th scope="row" colSpan={2}>
                    {t("reconciliation.sum", { currency })}
                  </Table.Th>
                  {figures.map((figure) => (
                    <Table.Td key={figure} className={classes.figure}>
                      <strong>
                        {format.money(
                          days
                            .filter(({ paid }) => paid.currency === currency)
                            .reduce((sum, day) => sum + day[figure].minor, 0),
                          currency,
                        )}
                      </strong>
                    </Table.Td>
                  ))}
                  <Table.Td />
                </Table.Tr>
              ))}
            </Table.Tfoot>
          </Table>
        </Scroll>
      )}
    </Card>
  );
}

/** The payments that a source was paid by that day, or the tills of the counter. */
function Source({ day: { source, on } }: { day: Day }) {
  const { t } = useText();
  const name = t(`reconciliation.source.${source}`);
  if (source === "cash" || source === "card") return <Link to="/till">{name}</Link>;
  const where = writeConditions([
    { field: "provider", operator: "is", value: source },
    { field: "moved", operator: "on", value: on },
  ]);
  return (
    <Link to="/payments" search={{ where }}>
      {name}
    </Link>
  );
}

/** Zero is a result worth showing. */
function Stand({ day }: { day: Day }) {
  const { t } = useText();
  if (day.difference.minor !== 0)
    return <StateBadge tone="warn">{t("reconciliation.stand.difference")}</StateBadge>;
  if (day.received.minor !== day.settled.minor)
    return <StateBadge tone="calm">{t("reconciliation.stand.underway")}</StateBadge>;
  return <StateBadge tone="good">{t("reconciliation.stand.agrees")}</StateBadge>;
}
