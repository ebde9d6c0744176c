import { Button, Group } from "@mantine/core";
import { IconFileTypeXml } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { OpenDocument } from "../../api/views";
import { useText } from "../../i18n/text";
import { Section } from "../../parts/Section";
import classes from "./DocumentsPage.module.css";
import { useDocumentFile } from "./useDocumentFile";

/** The document for the buyer's own program, or what it lacks to be that. */
export function EInvoice({ document }: { document: OpenDocument }) {
  const { t, word } = useText();
  const file = useDocumentFile();
  if (document.state === "draft" || document.kind === "receipt") return null;
  const lacks = document.eInvoiceLacks;
  return (
    <Section title={t("eInvoice.title")}>
      {lacks.length === 0 ? (
        <Group>
          <Button
            variant="default"
            leftSection={<IconFileTypeXml size={16} />}
            onClick={() => file.saveEInvoice(document)}
          >
            {t("eInvoice.save")}
          </Button>
        </Group>
      ) : (
        <>
          <p className={classes.lacksWords}>{t("eInvoice.lacks")}</p>
          <ul className={classes.lacks}>
            {lacks.map((lack) => (
              <li key={lack}>
                {word("eInvoiceLack", lack)}
                {(lack === "payer" || lack === "reference") && document.personId && (
                  <>
                    {" "}
                    <Link to="/people" search={{ open: document.personId }}>
                      {t("eInvoice.toPerson")}
                    </Link>
                  </>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
