import { Anchor, Button, Stack, Textarea, TextInput } from "@mantine/core";
import { IconEdit } from "@tabler/icons-react";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type {
  Language,
  ListedTerms,
  Organisation,
  OrganisationTerms,
  Standing,
  TermsKind,
} from "../../api/views";
import { LANGUAGE_NAMES, LANGUAGES, useText } from "../../i18n/text";
import { DayInput } from "../../parts/DayInput";
import { FormDrawer } from "../../parts/FormDrawer";
import { Loaded } from "../../parts/Loaded";
import { Section } from "../../parts/Section";
import { StateBadge, type Tone } from "../../parts/StateBadge";
import { termsFor } from "../../parts/termsFor";
import { can, useMe } from "../../shell/session";
import classes from "./TermsSection.module.css";

const KINDS = ["shop", "privacy"] as const satisfies readonly TermsKind[];

const TONES = {
  planned: "calm",
  in_force: "good",
  past: "mute",
  replaced: "mute",
} as const satisfies Record<Standing, Tone>;

type Values = Record<`text_${Language}` | `address_${Language}`, string> & {
  appliesFrom: string | null;
};

/** A new version begins with what the one that holds says. */
const valuesOf = (today: string, holds: ListedTerms | undefined): Values => ({
  appliesFrom: today,
  text_sv: holds?.texts.sv?.text ?? "",
  text_nb: holds?.texts.nb?.text ?? "",
  text_en: holds?.texts.en?.text ?? "",
  address_sv: holds?.texts.sv?.address ?? "",
  address_nb: holds?.texts.nb?.address ?? "",
  address_en: holds?.texts.en?.address ?? "",
});

/** What payers accept by paying, in every version that was written. */
export function TermsSection({ organisation }: { organisation: Organisation }) {
  const { t, format, language } = useText();
  const me = useMe();
  const query = api.useQuery("get", "/terms", { params: { query: { organisationId: organisation.id } } });
  const [writing, setWriting] = useState<TermsKind>();
  return (
    <Section title={t("terms.title")}>
      <Loaded query={query}>
        {(terms) => (
          <>
            {KINDS.map((kind) => {
              const versions = terms.items.filter((it) => it.kind === kind);
              return (
                <div key={kind} className={classes.kind}>
                  <header className={classes.head}>
                    <h4 className={classes.title}>{t(`terms.kind.${kind}`)}</h4>
                    {can(me, "change_organisation") && (
                      <Button
                        size="compact-sm"
                        variant="subtle"
                        leftSection={<IconEdit size={14} />}
                        aria-label={t("terms.writeNamed", { kind: t(`terms.kind.${kind}`) })}
                        onClick={() => setWriting(kind)}
                      >
                        {t("terms.write")}
                      </Button>
                    )}
                  </header>
                  {versions.length === 0 ? (
                    <p className={classes.soft}>{t("terms.none")}</p>
                  ) : (
                    <ol className={classes.list}>
                      {versions.map((it) => {
                        const found = termsFor(it.texts, language, organisation.country);
                        return (
                          <li key={it.id}>
                            <details>
                              <summary>
                                {t("terms.version", {
                                  version: it.version,
                                  day: format.date(it.appliesFrom),
                                })}{" "}
                                <StateBadge tone={TONES[it.standing]}>
                                  {t(`methods.standing.${it.standing}`)}
                                </StateBadge>
                              </summary>
                              {found?.address ? (
                                <Anchor href={found.address} target="_blank" rel="noreferrer">
                                  {found.address}
                                </Anchor>
                              ) : (
                                <div className={classes.text} lang={found?.language}>
                                  {found?.text}
                                </div>
                              )}
                            </details>
                          </li>
                        );
                      })}
                    </ol>
                  )}
                </div>
              );
            })}
            <p className={classes.soft}>{t("terms.public", { address: terms.address })}</p>
            {writing && (
              <WriteTerms
                key={writing}
                organisation={organisation}
                kind={writing}
                kept={terms}
                onClose={() => setWriting(undefined)}
              />
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function WriteTerms({
  organisation,
  kind,
  kept,
  onClose,
}: {
  organisation: Organisation;
  kind: TermsKind;
  kept: OrganisationTerms;
  onClose: () => void;
}) {
  const { t } = useText();
  const write = api.useMutation("post", "/terms");
  const versions = kept.items.filter((it) => it.kind === kind);
  const holds = versions.find(({ standing }) => standing === "in_force");
  const textIn = (values: Values, language: Language) => {
    const [text, address] = [values[`text_${language}`].trim(), values[`address_${language}`].trim()];
    return text || address
      ? { [language]: { ...(text ? { text } : {}), ...(address ? { address } : {}) } }
      : {};
  };
  return (
    <FormDrawer<Values, OrganisationTerms>
      title={t("terms.writeNamed", { kind: t(`terms.kind.${kind}`) })}
      opened
      wide
      onClose={onClose}
      initial={valuesOf(kept.today, holds)}
      within={`${organisation.id} ${kind}`}
      labels={{
        appliesFrom: t("methods.appliesFrom"),
        text_sv: t("terms.text"),
        text_nb: t("terms.text"),
        text_en: t("terms.text"),
        address_sv: t("terms.address"),
        address_nb: t("terms.address"),
        address_en: t("terms.address"),
      }}
      validate={({ appliesFrom }) => ({ appliesFrom: appliesFrom ? null : t("field.required") })}
      save={(values) =>
        write.mutateAsync({
          params: { query: { organisationId: organisation.id } },
          headers: ifMatch({ rowVersion: versions.length }),
          body: {
            kind,
            appliesFrom: values.appliesFrom ?? kept.today,
            texts: { ...textIn(values, "sv"), ...textIn(values, "nb"), ...textIn(values, "en") },
          },
        })
      }
    >
      {(form) => (
        <Stack gap="md">
          <p className={classes.soft}>{t("terms.writeWords")}</p>
          <DayInput
            label={t("methods.appliesFrom")}
            required
            minDate={kept.today}
            {...form.getInputProps("appliesFrom")}
          />
          {LANGUAGES.map((language) => (
            <fieldset key={language} className={classes.language}>
              <legend>{LANGUAGE_NAMES[language]}</legend>
              <Stack gap="sm">
                <Textarea
                  label={t("terms.text")}
                  autosize
                  minRows={3}
                  maxRows={14}
                  {...form.getInputProps(`text_${language}`)}
                  error={form.errors[`text_${language}`] ?? form.errors[language]}
                />
                <TextInput
                  label={t("terms.address")}
                  description={t("terms.addressWords")}
                  type="url"
                  {...form.getInputProps(`address_${language}`)}
                />
              </Stack>
            </fieldset>
          ))}
        </Stack>
      )}
    </FormDrawer>
  );
}
