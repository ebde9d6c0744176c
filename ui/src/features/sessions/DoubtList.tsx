import { IconEye, IconHandStop } from "@tabler/icons-react";
import type { SessionProof } from "../../api/views";
import { useText } from "../../i18n/text";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import classes from "./DoubtList.module.css";

/** Why a session is looked at: each doubt with what it means, those that keep it from billing first. */
export function DoubtList({ session }: { session: SessionProof }) {
  const { t, word } = useText();
  const doubts = [...session.doubts].sort((a, b) => Number(b.blocks) - Number(a.blocks));
  const isJudged = session.state === "accepted" || session.state === "void";
  return (
    <Section title={t("doubt.title")}>
      <ul className={classes.list}>
        {doubts.map(({ doubt, blocks }) => (
          <li key={doubt}>
            <div className={classes.head}>
              <strong>{word("doubt", doubt, "doubt.other")}</strong>
              {blocks && !isJudged ? (
                <StateBadge tone="warn" icon={IconHandStop}>
                  {t("doubt.blocks")}
                </StateBadge>
              ) : (
                <StateBadge tone="mute" icon={IconEye}>
                  {t("doubt.shown")}
                </StateBadge>
              )}
            </div>
            <p className={classes.means}>{word("doubt.means", doubt, "doubt.means.other")}</p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
