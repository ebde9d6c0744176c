import { useMemo } from "react";
import type { Session } from "../../api/views";
import { useText } from "../../i18n/text";
import { minutesOf } from "./sessionStates";

/** What is said of a session in more than one place. */
export function useSessionWords() {
  const { t } = useText();
  return useMemo(
    () => ({
      /** Whose it is, as far as that is known. */
      who: (session: Pick<Session, "personName" | "hasPerson" | "tag">) => {
        if (session.personName) return session.personName;
        if (session.hasPerson) return t("session.erasedPerson");
        return session.tag ? t("session.unknownTag", { tag: session.tag }) : t("session.unknownPerson");
      },
      where: (session: Pick<Session, "chargePointName" | "connector">) =>
        session.connector > 0
          ? t("session.at", { name: session.chargePointName, number: session.connector })
          : session.chargePointName,
      duration: (session: Pick<Session, "startedAt" | "stoppedAt">, now: Date) => {
        const minutes = minutesOf(session, now);
        return t("session.duration", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
      },
    }),
    [t],
  );
}
