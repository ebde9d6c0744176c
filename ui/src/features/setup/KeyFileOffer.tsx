import { Button } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useText } from "../../i18n/text";
import classes from "./CertificateCheck.module.css";

/** The keychain does not help: what a key file means, and the way to one. Never chosen for the user. */
export function KeyFileOffer({ onChoose }: { onChoose: () => void }) {
  const { t } = useText();
  return (
    <section className={classes.check}>
      <h2 className={classes.title}>
        <IconKey size={22} aria-hidden="true" />
        {t("keyFile.title")}
      </h2>
      <p>{t("keyFile.words")}</p>
      <Button variant="light" onClick={onChoose}>
        {t("keyFile.choose")}
      </Button>
    </section>
  );
}
