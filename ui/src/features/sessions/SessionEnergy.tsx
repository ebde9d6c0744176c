import { Table } from "@mantine/core";
import type { SessionProof } from "../../api/views";
import { useText } from "../../i18n/text";
import { Bars } from "../../parts/chart/Bars";
import { Scroll } from "../../parts/Scroll";
import { Section } from "../../parts/Section";
import classes from "./proof.module.css";

const QUARTER_MS = 15 * 60_000;

/** From what was read to energy in quarters of an hour. */
export function SessionEnergy({ session }: { session: SessionProof }) {
  const { t, word, format } = useText();
  const { intervals, readings, cost } = session;
  const currency = cost.months[0]?.currency;
  const end = (from: string) => new Date(new Date(from).getTime() + QUARTER_MS);
  const span = (from: string) => `${format.time(from)}–${format.time(end(from))}`;
  const days = new Set(intervals.map(({ from }) => format.date(from)));
  const named = (from: string) => (days.size > 1 ? `${format.date(from)} ${span(from)}` : span(from));
  const first = intervals[0];
  const last = intervals.at(-1);
  const priced = currency !== undefined && intervals.some(({ microPerKwh }) => microPerKwh !== null);
  return (
    <>
      <Section title={t("session.quarters")}>
        {first && last ? (
          <Bars
            label={t("session.quartersSeen", {
              count: intervals.length,
              from: format.dateTime(first.from),
              until: format.dateTime(end(last.from)),
              energy: format.energy(session.energyWh),
            })}
            bars={intervals.map(({ from, wh, certainty }) => ({
              key: from,
              value: certainty === "unknown" ? undefined : wh,
              sure: certainty === "measured",
              title: `${named(from)}: ${format.energy(wh)}, ${word("session.certainty", certainty)}`,
            }))}
            most={format.energy}
            begins={format.dateTime(first.from)}
            ends={format.dateTime(end(last.from))}
            unsure={t("session.certainty.estimated")}
            missing={t("session.certainty.unknown")}
          >
            <Scroll label={t("session.quarters")}>
              <Table verticalSpacing={4}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t("session.quarter")}</Table.Th>
                    <Table.Th className={classes.number}>{t("session.energy")}</Table.Th>
                    <Table.Th>{t("session.certaintyTitle")}</Table.Th>
                    {priced && <Table.Th className={classes.number}>{t("session.priceNet")}</Table.Th>}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {intervals.map(({ from, wh, certainty, microPerKwh }) => (
                    <Table.Tr key={from}>
                      <Table.Th scope="row" className={classes.row}>
                        {named(from)}
                      </Table.Th>
                      <Table.Td className={classes.number}>{format.energy(wh)}</Table.Td>
                      <Table.Td>{word("session.certainty", certainty)}</Table.Td>
                      {priced && (
                        <Table.Td className={classes.number}>
                          {microPerKwh === null || microPerKwh === undefined
                            ? "–"
                            : format.energyPrice(microPerKwh, currency)}
                        </Table.Td>
                      )}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Scroll>
          </Bars>
        ) : (
          <p className={classes.none}>{t("session.noQuarters")}</p>
        )}
      </Section>
      <Section title={t("session.readings")}>
        {readings.length === 0 ? (
          <p className={classes.none}>{t("session.noReadings")}</p>
        ) : (
          <details className={classes.behind}>
            <summary>{t("session.readingsCount", { count: readings.length })}</summary>
            <Scroll label={t("session.readings")}>
              <Table verticalSpacing={4}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t("session.firstReading")}</Table.Th>
                    <Table.Th className={classes.number}>{t("session.register")}</Table.Th>
                    <Table.Th>{t("session.lastReading")}</Table.Th>
                    <Table.Th className={classes.number}>{t("session.register")}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {readings.map((reading) => (
                    <Table.Tr key={reading.from}>
                      <Table.Td>{format.exactTime(reading.firstAt)}</Table.Td>
                      <Table.Td className={classes.number}>{format.energy(reading.firstWh)}</Table.Td>
                      <Table.Td>{format.exactTime(reading.lastAt)}</Table.Td>
                      <Table.Td className={classes.number}>{format.energy(reading.lastWh)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Scroll>
          </details>
        )}
      </Section>
    </>
  );
}
