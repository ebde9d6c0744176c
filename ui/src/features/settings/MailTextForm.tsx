import { Button, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconRestore } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { client, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { MailTemplate } from "../../api/views";
import { LANGUAGE_NAMES, useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { FormDrawer } from "../../parts/FormDrawer";
import { said } from "../../parts/undo";
import classes from "./MailTexts.module.css";

type TextValues = { subject: string; body: string };

const TYPING_PAUSE_MS = 250;

const valuesOf = ({ subject, body }: MailTemplate): TextValues => ({ subject, body });

/** A text of mail with what may be filled in, and beside it the mail as somebody would get it. */
export function MailTextForm({
  organisationId,
  template,
  changes,
  onClose,
}: {
  organisationId: string;
  template: MailTemplate;
  changes: boolean;
  onClose: () => void;
}) {
  const { t } = useText();
  const put = api.useMutation("put", "/mail-templates/{kind}/{language}");
  const restore = api.useMutation("delete", "/mail-templates/{kind}/{language}");
  const [asking, setAsking] = useState(false);
  const body = useRef<HTMLTextAreaElement>(null);
  const { kind, language } = template;
  const params = { path: { kind, language }, query: { organisationId } };
  const title = t("mailText.of", { kind: t(`mailText.kind.${kind}`), language: LANGUAGE_NAMES[language] });
  return (
    <>
      <FormDrawer<TextValues, MailTemplate>
        title={title}
        opened
        onClose={onClose}
        wide
        initial={valuesOf(template)}
        view={template}
        within={`${organisationId}.${kind}.${language}`}
        valuesOf={valuesOf}
        labels={{ subject: t("notice.subject"), body: t("notice.body") }}
        savedWords={t("mailText.saved")}
        save={(values, { view }) =>
          put.mutateAsync({ params, headers: ifMatch(view ?? template), body: values })
        }
      >
        {(form) => (
          <>
            <div className={classes.editor}>
              <div className={classes.fields}>
                {template.channel === "mail" && (
                  <TextInput
                    label={t("notice.subject")}
                    readOnly={!changes}
                    data-autofocus
                    {...form.getInputProps("subject")}
                  />
                )}
                <Textarea
                  ref={body}
                  label={t("notice.body")}
                  autosize
                  minRows={template.channel === "mail" ? 10 : 4}
                  maxRows={22}
                  readOnly={!changes}
                  {...form.getInputProps("body")}
                />
                <div>
                  <p className={classes.heading}>{t("mailText.places")}</p>
                  <ul className={classes.places}>
                    {template.places.map((place) => (
                      <li key={place}>
                        <Button
                          variant="default"
                          size="compact-xs"
                          disabled={!changes}
                          title={`{${place}}`}
                          onClick={() => {
                            const at = body.current?.selectionEnd ?? form.values.body.length;
                            const text = form.values.body;
                            form.setFieldValue("body", `${text.slice(0, at)}{${place}}${text.slice(at)}`);
                            body.current?.focus();
                          }}
                        >
                          {t(`mailText.place.${place}`)} {`{${place}}`}
                        </Button>
                      </li>
                    ))}
                  </ul>
                </div>
                {changes && !template.isStandard && (
                  <div>
                    <Button
                      variant="default"
                      leftSection={<IconRestore size={16} />}
                      onClick={() => setAsking(true)}
                    >
                      {t("mailText.restore")}
                    </Button>
                  </div>
                )}
              </div>
              <Preview organisationId={organisationId} template={template} values={form.values} />
            </div>
          </>
        )}
      </FormDrawer>
      {asking && (
        <ConsentDialog
          title={t("mailText.restore")}
          confirm={t("mailText.restore")}
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await restore.mutateAsync({ params, headers: ifMatch(template) });
            said(t("mailText.restored"));
            onClose();
          }}
        >
          <p style={{ margin: 0 }}>{t("mailText.restoreWords")}</p>
        </ConsentDialog>
      )}
    </>
  );
}

/** The mail as it would go out, and what is wrong with its text, while it is typed. */
function Preview({
  organisationId,
  template: { kind, language },
  values,
}: {
  organisationId: string;
  template: MailTemplate;
  values: TextValues;
}) {
  const { t, word } = useText();
  const [{ subject, body }] = useDebouncedValue(values, TYPING_PAUSE_MS);
  const tried = useQuery({
    queryKey: ["mail-template-preview", organisationId, kind, language, subject, body],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const { data } = await client.POST("/mail-templates/{kind}/{language}/preview", {
        signal,
        params: { path: { kind, language }, query: { organisationId } },
        body: { subject, body },
      });
      return data;
    },
  });
  if (!tried.data) return null;
  const faults = [
    { field: t("notice.subject"), fault: tried.data.subjectFault },
    { field: t("notice.body"), fault: tried.data.bodyFault },
  ].flatMap(({ field, fault }) => (fault ? [{ field, fault }] : []));
  return (
    <section className={classes.preview} aria-label={t("mailText.preview")}>
      <p className={classes.heading}>{t("mailText.preview")}</p>
      <div role="status">
        {faults.length > 0 && (
          <ul className={classes.faults}>
            {faults.map(({ field, fault }) => (
              <li key={field}>
                {field}: {word("mailText.fault", fault.code, "field.unknown", { place: `{${fault.place}}` })}
              </li>
            ))}
          </ul>
        )}
      </div>
      {tried.data.sms ? (
        <p className={classes.subject}>
          {t(`sms.size.${tried.data.sms.alphabet}`, {
            units: tried.data.sms.units,
            parts: tried.data.sms.parts,
          })}
        </p>
      ) : (
        <p className={classes.subject}>{tried.data.subject}</p>
      )}
      <pre className={classes.body} lang={language}>
        {tried.data.body}
      </pre>
    </section>
  );
}
