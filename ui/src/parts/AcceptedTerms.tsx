import type { AcceptedTerms as Accepted } from "../api/views";
import { useText } from "../i18n/text";
import classes from "./AcceptedTerms.module.css";

/** Which terms were accepted by paying, in which version and when. */
export function AcceptedTerms({ items }: { items: readonly Accepted[] }) {
  const { t, format } = useText();
  return (
    <ul className={classes.list}>
      {items.map((it) => (
        <li key={`${it.attemptId} ${it.termsId}`}>
          {t("terms.named", {
            kind: t(`terms.kind.${it.kind}`),
            version: it.version,
            day: format.date(it.appliesFrom),
          })}
          <span className={classes.soft}>
            {t("terms.acceptedAt", { at: format.dateTime(it.acceptedAt) })}
          </span>
        </li>
      ))}
    </ul>
  );
}
