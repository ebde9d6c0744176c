import type { ReactNode } from "react";
import { useText } from "../../i18n/text";
import { NameMark } from "../../parts/Mark";
import { useDocumentTitle } from "../../shell/documentTitle";
import { LanguageSwitch } from "../../shell/LanguageSwitch";
import classes from "./SetupFrame.module.css";

/** One page of the first run, with how far one has come. */
export function SetupFrame({
  step,
  title,
  words,
  children,
}: {
  /** None before the first; null outside the first run. */
  step: 1 | 2 | 3 | 4 | undefined | null;
  title: string;
  words: string;
  children: ReactNode;
}) {
  const { t } = useText();
  useDocumentTitle(title);
  const steps = [
    t("setup.stepOwner"),
    t("setup.stepOrganisation"),
    t("setup.stepFacility"),
    t("setup.stepRecovery"),
  ];
  return (
    <div className={classes.page}>
      <aside className={classes.aside}>
        <NameMark size={32} />
        <ol className={classes.steps}>
          {(step === null ? [] : steps).map((name, index) => (
            <li
              key={name}
              aria-current={index + 1 === step ? "step" : undefined}
              data-done={(!!step && index + 1 < step) || undefined}
            >
              {name}
            </li>
          ))}
        </ol>
        <LanguageSwitch />
      </aside>
      <main className={classes.main}>
        <div className={classes.column}>
          <h1 className={classes.title}>{title}</h1>
          <p className={classes.words}>{words}</p>
          {children}
        </div>
      </main>
    </div>
  );
}
