import { Link } from "@tanstack/react-router";
import type { SessionProof } from "../../api/views";
import { useText } from "../../i18n/text";
import { DocumentBadge } from "../../parts/DocumentBadge";
import { Section } from "../../parts/Section";
import { useMonthName } from "../../parts/useMonthName";
import { MonthTable } from "./MonthTable";
import classes from "./proof.module.css";

type Charge = SessionProof["cost"]["charges"][number];
type Paper = Omit<Charge["documents"][number], "creditNotes">;

/** What was charged for a session, and on which papers that stands: from the amount to its document. */
export function SessionCharges({ charges }: { charges: readonly Charge[] }) {
  const { t } = useText();
  const monthName = useMonthName();
  if (charges.length === 0) return null;
  // What is charged for a month once more corrects what was charged before.
  const titleAt = (place: number) => {
    const of = charges[place]?.cost.month ?? "";
    const before = charges.slice(0, place).filter(({ cost }) => cost.month === of).length;
    const month = monthName(of);
    return before === 0
      ? t("session.chargedOf", { month })
      : t("session.correctionOf", { month, count: before });
  };
  return (
    <Section title={t("session.charged")}>
      {charges.map((charge, place) => (
        <div key={`${charge.cost.month}-${place}`}>
          <MonthTable month={charge.cost} title={titleAt(place)} named />
          <Papers charge={charge} />
        </div>
      ))}
    </Section>
  );
}

function Papers({ charge }: { charge: Charge }) {
  const { t } = useText();
  return (
    <>
      {charge.documents.length > 0 && (
        <ul className={classes.papers} aria-label={t("session.papers")}>
          {charge.documents.map(({ creditNotes, ...paper }) => (
            <li key={paper.id}>
              <Line paper={paper} />
              {creditNotes.length > 0 && (
                <ul className={classes.papers} aria-label={t("session.takenBackBy")}>
                  {creditNotes.map((note) => (
                    <li key={note.id}>
                      <Line paper={note} />
                    </li>
                  ))}
                </ul>
              )}
            </li>
          ))}
        </ul>
      )}
      {!charge.isAskedFor && <p className={classes.none}>{t("session.askedForNext")}</p>}
    </>
  );
}

function Line({ paper }: { paper: Paper }) {
  const { t, format } = useText();
  const kind = t(`document.kind.${paper.kind}`);
  return (
    <span className={classes.paper}>
      <Link to="/documents" search={{ open: paper.id }}>
        {paper.number
          ? t("document.titled", { kind, number: paper.number })
          : t("document.titledDraft", { kind })}
      </Link>
      <DocumentBadge state={paper.state} />
      {paper.issuedOn && <span className={classes.none}>{format.date(paper.issuedOn)}</span>}
    </span>
  );
}
