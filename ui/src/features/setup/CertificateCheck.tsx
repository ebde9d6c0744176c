import { Button, Checkbox } from "@mantine/core";
import { IconAlertTriangle, IconCertificate } from "@tabler/icons-react";
import { useState } from "react";
import type { Problem } from "../../api/problem";
import { useText } from "../../i18n/text";
import classes from "./CertificateCheck.module.css";

/**
 * A server whose certificate this computer does not trust. Nothing goes there until the user has compared the
 * fingerprint; that they did cannot be known, so at least it is never one careless press away.
 */
export function CertificateCheck({
  problem,
  busy,
  onAccept,
}: {
  problem: Problem;
  busy: boolean;
  onAccept: (fingerprint: string) => void;
}) {
  const { t } = useText();
  const [compared, setCompared] = useState(false);
  const seen = String(problem.params.fingerprint);
  const known = problem.params.known === undefined ? undefined : String(problem.params.known);
  const Icon = known ? IconAlertTriangle : IconCertificate;
  return (
    <section role="alert" className={classes.check} data-changed={known ? true : undefined}>
      <h2 className={classes.title}>
        <Icon size={22} aria-hidden="true" />
        {known ? t("certificate.changedTitle") : t("certificate.title")}
      </h2>
      <p>
        {known
          ? t("certificate.changedWords")
          : t("certificate.words", { reason: String(problem.params.reason) })}
      </p>
      <dl className={classes.prints}>
        <dt>{t("certificate.fingerprint")}</dt>
        <dd data-testid="fingerprint">{seen}</dd>
        {known && (
          <>
            <dt>{t("certificate.known")}</dt>
            <dd>{known}</dd>
          </>
        )}
      </dl>
      <p>{t("certificate.how")}</p>
      <Checkbox
        label={t("certificate.compared")}
        checked={compared}
        onChange={(event) => setCompared(event.currentTarget.checked)}
      />
      <Button
        mt="sm"
        variant={known ? "outline" : "light"}
        color={known ? "red" : undefined}
        disabled={!compared}
        loading={busy}
        onClick={() => onAccept(seen)}
      >
        {t("certificate.accept")}
      </Button>
    </section>
  );
}
