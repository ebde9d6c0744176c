import { Button } from "@mantine/core";
import { IconDeviceDesktop } from "@tabler/icons-react";
import type { SignIn } from "../api/views";
import { useText } from "../i18n/text";
import { originWords } from "./history/historyWords";
import classes from "./SignInList.module.css";
import { StateBadge } from "./StateBadge";

/** The devices someone is signed in on. */
export function SignInList({
  items,
  now,
  onEnd,
}: {
  items: readonly SignIn[];
  now: Date;
  onEnd?: (signIn: SignIn) => void;
}) {
  const text = useText();
  const { t, format } = text;
  if (items.length === 0) return <p className={classes.soft}>{t("signIns.none")}</p>;
  return (
    <ul className={classes.list}>
      {items.map((signIn) => (
        <li key={signIn.id}>
          <IconDeviceDesktop size={20} stroke={1.6} aria-hidden="true" />
          <span>
            <strong>{signIn.device}</strong>
            <span className={classes.soft}>
              {[
                originWords(signIn.origin, text),
                t("signIns.seen", { ago: format.ago(signIn.lastSeenAt, now) }),
                t("signIns.endsBy", { date: format.date(signIn.endsBy) }),
              ]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </span>
          {signIn.current ? (
            <StateBadge tone="good">{t("signIns.thisOne")}</StateBadge>
          ) : (
            onEnd && (
              <Button size="compact-sm" variant="default" onClick={() => onEnd(signIn)}>
                {t("signIns.end")}
              </Button>
            )
          )}
        </li>
      ))}
    </ul>
  );
}
