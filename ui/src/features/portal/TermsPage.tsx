import { Anchor, Button } from "@mantine/core";
import { IconArrowLeft, IconExternalLink } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { toProblem } from "../../api/problem";
import { api } from "../../api/query";
import type { Country, Terms } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { Loaded } from "../../parts/Loaded";
import { NameMark } from "../../parts/Mark";
import { termsFor } from "../../parts/termsFor";
import { useDocumentTitle } from "../../shell/documentTitle";
import classes from "./PortalHome.module.css";

/** What payers of an organisation accept by paying. Anybody may read it. */
export function TermsPage({ id }: { id: string }) {
  const { t } = useText();
  const navigate = useNavigate();
  const terms = api.useQuery("get", "/terms/{id}", { params: { path: { id } } });
  const failure: unknown = terms.error;
  const missing = Boolean(failure) && toProblem(failure).status === 404;
  const title = t("portalTerms.title", { name: terms.data?.organisation ?? "" }).trim();
  useDocumentTitle(title);
  return (
    <div className={classes.page}>
      <header className={classes.bar}>
        <NameMark size={26} />
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          leftSection={<IconArrowLeft size={16} />}
          onClick={() => void navigate({ to: "/" })}
        >
          {t("portalPay.home")}
        </Button>
      </header>
      <main className={classes.main}>
        <h1 className={classes.title}>{title}</h1>
        {missing ? (
          <p className={classes.soft}>{t("portalTerms.none")}</p>
        ) : (
          <Loaded query={terms}>
            {({ items, country }) => items.map((it) => <InForce key={it.id} terms={it} country={country} />)}
          </Loaded>
        )}
      </main>
    </div>
  );
}

function InForce({ terms, country }: { terms: Terms; country: Country }) {
  const { t, format, language } = useText();
  const found = termsFor(terms.texts, language, country);
  return (
    <Card title={t(`terms.kind.${terms.kind}`)}>
      <p className={classes.soft}>
        {t("portalTerms.since", { day: format.date(terms.appliesFrom), version: terms.version })}
      </p>
      {found?.address && (
        <Anchor href={found.address} target="_blank" rel="noreferrer">
          {t("portalTerms.elsewhere")} <IconExternalLink size={14} aria-hidden="true" />
        </Anchor>
      )}
      {found?.text && (
        <div className={classes.terms} lang={found.language}>
          {found.text}
        </div>
      )}
    </Card>
  );
}
