import { Alert } from "@mantine/core";
import { IconMailOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { MoneyWord, Unreached } from "../api/views";
import { useText } from "../i18n/text";
import classes from "./MoneyWords.module.css";
import { Section } from "./Section";

/** What whoever gets some money was told of it and how that went; or that nobody can be told, and where to mend that. */
export function MoneyWords({
  told,
  unreached,
}: {
  told: readonly MoneyWord[];
  unreached: Unreached | null | undefined;
}) {
  const { t } = useText();
  if (told.length === 0 && !unreached) return null;
  return (
    <Section title={t("moneyWord.title")}>
      {unreached && unreached.why !== "nobody" && (
        <Alert color="yellow" icon={<IconMailOff />} mb={told.length > 0 ? "sm" : undefined}>
          {t(`moneyWord.unreached.${unreached.why}`)}{" "}
          {unreached.personId && (
            <Link to="/people" search={{ open: unreached.personId }}>
              {t("moneyWord.giveAddress")}
            </Link>
          )}
        </Alert>
      )}
      <ul className={classes.list}>
        {told.map((word) => (
          <Word key={`${word.news} ${word.at}`} word={word} />
        ))}
      </ul>
    </Section>
  );
}

function Word({ word }: { word: MoneyWord }) {
  const text = useText();
  const { t, format } = text;
  const { notice, untold } = word;
  return (
    <li>
      <span>
        {t(`moneyWord.news.${word.news}`)}
        <span className={classes.detail}>{format.dateTime(word.at)}</span>
      </span>
      {notice ? (
        <span className={classes.message}>
          <Link to="/notices" search={{ open: notice.id }}>
            {notice.address}
          </Link>
          <span className={classes.detail}>
            {[t(`channel.${notice.channel}`), text.word("notice.state", notice.state)].join(" · ")}
          </span>
          {notice.fault && (
            <span className={classes.detail}>
              {text.word("problem", notice.fault)} {notice.faultWords}
            </span>
          )}
        </span>
      ) : (
        <span className={classes.message}>
          {untold ? t(`moneyWord.untold.${untold}`) : t("moneyWord.forgotten")}
        </span>
      )}
    </li>
  );
}
