import { Button, Select, Table } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../api/query";
import type { MailTemplate } from "../../api/views";
import { LANGUAGE_NAMES, LANGUAGES, useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { Loaded } from "../../parts/Loaded";
import { Scroll } from "../../parts/Scroll";
import { StateBadge } from "../../parts/StateBadge";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { MailTextForm } from "./MailTextForm";
import classes from "./MailTexts.module.css";

/** The texts of mail of an organisation: which are its own, and a way into each. */
export function MailTextsPage() {
  const { t } = useText();
  const { organisation, organisations } = useFacilityChoice();
  const [chosen, setChosen] = useState<string>();
  const id = chosen ?? organisation?.id;
  return (
    <Card title={t("mailText.title")}>
      <p className={classes.words}>{t("mailText.words")}</p>
      {organisations.length > 1 && (
        <Select
          label={t("mailText.organisation")}
          allowDeselect={false}
          maw={360}
          mb="sm"
          data={organisations.map((each) => ({ value: each.id as string, label: each.name }))}
          value={id ?? null}
          onChange={(next) => next && setChosen(next)}
        />
      )}
      {id && <Texts key={id} organisationId={id} />}
    </Card>
  );
}

function Texts({ organisationId }: { organisationId: string }) {
  const { t } = useText();
  const me = useMe();
  const [open, setOpen] = useState<MailTemplate>();
  const texts = api.useQuery("get", "/mail-templates", { params: { query: { organisationId } } });
  const changes = can(me, "change_organisation");
  return (
    <Loaded query={texts}>
      {({ items }) => (
        <>
          <Scroll label={t("mailText.title")}>
            <Table verticalSpacing={8}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("notice.kind")}</Table.Th>
                  {LANGUAGES.map((language) => (
                    <Table.Th key={language}>{LANGUAGE_NAMES[language]}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {[...new Set(items.map(({ kind }) => kind))].map((kind) => (
                  <Table.Tr key={kind}>
                    <Table.Th scope="row" className={classes.kind}>
                      {t(`mailText.kind.${kind}`)}
                    </Table.Th>
                    {LANGUAGES.map((language) => {
                      const it = items.find((each) => each.kind === kind && each.language === language);
                      return (
                        <Table.Td key={language}>
                          {it && (
                            <div className={classes.cell}>
                              <StateBadge tone={it.isStandard ? "mute" : "good"}>
                                {t(it.isStandard ? "mailText.standard" : "mailText.own")}
                              </StateBadge>
                              <Button
                                variant="subtle"
                                size="compact-sm"
                                leftSection={<IconPencil size={14} />}
                                aria-label={t(changes ? "mailText.editOf" : "mailText.readOf", {
                                  kind: t(`mailText.kind.${kind}`),
                                  language: LANGUAGE_NAMES[language],
                                })}
                                onClick={() => setOpen(it)}
                              >
                                {t(changes ? "mailText.edit" : "mailText.read")}
                              </Button>
                            </div>
                          )}
                        </Table.Td>
                      );
                    })}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Scroll>
          {open && (
            <MailTextForm
              organisationId={organisationId}
              template={open}
              changes={changes}
              onClose={() => setOpen(undefined)}
            />
          )}
        </>
      )}
    </Loaded>
  );
}
