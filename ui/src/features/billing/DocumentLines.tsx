import { Link } from "@tanstack/react-router";
import type { OpenDocument } from "../../api/views";
import { useText } from "../../i18n/text";
import { Section } from "../../parts/Section";
import { useVatWords } from "../../parts/useVatWords";
import classes from "./DocumentsPage.module.css";

type Line = OpenDocument["lines"][number];

/** The lines of a document by whose they are, in their order. */
function people(lines: Line[]) {
  const groups: { whose: Line["whose"]; lines: { line: Line; place: number }[] }[] = [];
  for (const [place, line] of lines.entries()) {
    const last = groups.at(-1);
    if (last && last.whose?.personId === line.whose?.personId) last.lines.push({ line, place });
    else groups.push({ whose: line.whose, lines: [{ line, place }] });
  }
  return groups;
}

/** What a document asks for, line by line, and what it adds up to. */
export function DocumentLines({ document }: { document: OpenDocument }) {
  const { t, format } = useText();
  const vatWords = useVatWords();
  const money = ({ minor, currency }: { minor: number; currency: string }) => format.money(minor, currency);
  return (
    <Section title={t("document.lines", { count: document.lines.length })}>
      <table className={classes.lines}>
        <thead>
          <tr>
            <th scope="col">{t("document.what")}</th>
            <th scope="col" className={classes.figure}>
              {t("document.energy")}
            </th>
            <th scope="col" className={classes.figure}>
              {t("document.vat")}
            </th>
            <th scope="col" className={classes.figure}>
              {t("document.amount")}
            </th>
          </tr>
        </thead>
        {people(document.lines).map(({ whose, lines }) => (
          <tbody key={lines[0]?.place}>
            {whose && (
              <tr className={classes.whose}>
                <th scope="rowgroup" colSpan={4}>
                  <Link to="/people" search={{ open: whose.personId }}>
                    {whose.name ?? t("person.protected")}
                  </Link>
                  <span className={classes.detail}>
                    {[whose.staffNumber, whose.department, whose.unitCode].filter(Boolean).join(", ")}
                  </span>
                </th>
              </tr>
            )}
            {lines.map(({ line, place }) => (
              <tr key={place}>
                <td>
                  {line.sessionId ? (
                    <Link to="/sessions" search={{ open: line.sessionId }}>
                      {line.text}
                    </Link>
                  ) : (
                    line.text
                  )}
                  {line.detail && <span className={classes.detail}>{line.detail}</span>}
                </td>
                <td className={classes.figure}>
                  {line.energyWh === null || line.energyWh === undefined ? "" : format.energy(line.energyWh)}
                </td>
                <td className={classes.figure}>{vatWords(line.vat)}</td>
                <td className={classes.figure}>{money(line.amount)}</td>
              </tr>
            ))}
            {whose && (
              <tr className={classes.subtotal}>
                <td colSpan={3}>{t("document.subtotal")}</td>
                <td className={classes.figure}>
                  {money({
                    minor: lines.reduce((sum, { line }) => sum + line.amount.minor, 0),
                    currency: document.net.currency,
                  })}
                </td>
              </tr>
            )}
          </tbody>
        ))}
        <tbody>
          <tr>
            <td colSpan={3}>{t("document.net")}</td>
            <td className={classes.figure}>{money(document.net)}</td>
          </tr>
          {document.rates.map(({ rate, vat, net }) => (
            <tr key={rate}>
              <td colSpan={3}>{t("document.vatOn", { rate: vatWords(rate), net: money(net) })}</td>
              <td className={classes.figure}>{money(vat)}</td>
            </tr>
          ))}
          {document.rounding.minor !== 0 && (
            <tr>
              <td colSpan={3}>{t("document.rounding")}</td>
              <td className={classes.figure}>{money(document.rounding)}</td>
            </tr>
          )}
          <tr className={classes.total}>
            <td colSpan={3}>{t("document.payable")}</td>
            <td className={classes.figure}>{money(document.payable)}</td>
          </tr>
        </tbody>
      </table>
    </Section>
  );
}
