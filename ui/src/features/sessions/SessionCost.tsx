import { Table } from "@mantine/core";
import { IconClockPause } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { MonthCost, SessionProof } from "../../api/views";
import { useText } from "../../i18n/text";
import { useRateWords } from "../../parts/rateWords";
import { Scroll } from "../../parts/Scroll";
import { Section } from "../../parts/Section";
import classes from "./proof.module.css";

/** From energy to what is owed: components, VAT, and what keeps it from being charged. */
export function SessionCost({ session }: { session: SessionProof }) {
  const { t, word, format } = useText();
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
          <MonthTable key={month.month} month={month} named={cost.months.length > 1} />
        ))}
      </Section>
      {cost.charges.length > 0 && (
        <Section title={t("session.charged")}>
          {cost.charges.map((charge, place) => (
            // A difference has the month of what it corrects.
            <MonthTable key={`${charge.cost.month}-${place}`} month={charge.cost} named />
          ))}
        </Section>
      )}
    </>
  );
}

function MonthTable({ month, named }: { month: MonthCost; named: boolean }) {
  const { t, word, format } = useText();
  const rateWords = useRateWords();
  const money = (minor: number) => format.money(minor, month.currency);
  const title = t("session.costOf", { month: month.month });
  return (
    <>
      {named && <p className={classes.month}>{title}</p>}
      <Scroll label={title}>
        <Table verticalSpacing={5}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("tariff.component")}</Table.Th>
              <Table.Th className={classes.number}>{t("tariff.rate")}</Table.Th>
              <Table.Th className={classes.number}>{t("session.net")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {month.lines.map((line, place) => (
              <Table.Tr key={`${line.kind}-${place}`}>
                <Table.Th scope="row" style={{ fontWeight: 500 }}>
                  {word("tariff.kind", line.kind)}
                  <span className={classes.source}>
                    {[line.energyWh !== 0 && format.energy(line.energyWh), line.source]
                      .filter(Boolean)
                      .join(" · ")}
                  </span>
                </Table.Th>
                <Table.Td className={classes.number}>{rateWords(line.rate)}</Table.Td>
                <Table.Td className={classes.number}>{money(line.netMinor)}</Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr className={classes.total}>
              <Table.Th scope="row" colSpan={2}>
                {t("session.net")}
              </Table.Th>
              <Table.Td className={classes.number}>{money(month.netMinor)}</Table.Td>
            </Table.Tr>
            {month.vats.map(({ vat, netMinor, vatMinor }) => (
              <Table.Tr key={vat}>
                <Table.Th scope="row" colSpan={2} style={{ fontWeight: 500 }}>
                  {/^\d+$/.test(vat)
                    ? t("session.vatOn", { rate: format.percent(Number(vat)), net: money(netMinor) })
                    : word("tariff.vat", vat)}
                </Table.Th>
                <Table.Td className={classes.number}>{money(vatMinor)}</Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr className={classes.total}>
              <Table.Th scope="row" colSpan={2}>
                {t("session.gross")}
              </Table.Th>
              <Table.Td className={classes.number}>{money(month.grossMinor)}</Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Scroll>
    </>
  );
}
