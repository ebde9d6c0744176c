import { ActionIcon, Anchor, Button, Menu } from "@mantine/core";
import {
  IconDots,
  IconEdit,
  IconEraser,
  IconLink,
  IconMailForward,
  IconScale,
  IconShieldLock,
  IconUsersGroup,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Login, Person } from "../../api/views";
import { writtenPhone } from "../../i18n/phone";
import { LANGUAGE_NAMES, useText } from "../../i18n/text";
import type { Values } from "../../parts/changes";
import { DetailPanel } from "../../parts/DetailPanel";
import { Facts } from "../../parts/Facts";
import { EventList } from "../../parts/history/EventList";
import { Loaded } from "../../parts/Loaded";
import { LoadingPanel } from "../../parts/LoadingPanel";
import { LoginBadge } from "../../parts/LoginBadge";
import { PayOut } from "../../parts/payout/PayOut";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import { said } from "../../parts/undo";
import { useNow } from "../../parts/useNow";
import { Allowed } from "../../shell/Allowed";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { ErasureDialog } from "./ErasureDialog";
import { MergeDialog } from "./MergeDialog";
import { PersonalNumber } from "./PersonalNumber";
import { PersonCards } from "./PersonCards";
import { PersonForm } from "./PersonForm";
import { PersonLogins } from "./PersonLogins";
import { PersonPayer } from "./PersonPayer";
import { PersonTags } from "./PersonTags";
import { PersonUnits } from "./PersonUnits";
import { loginsOf, unitCodes } from "./peopleColumns";
import { ReissueDialog } from "./ReissueDialog";

/** What of a person can be put back from its history: never the personal number, which is not told in the clear. */
const RESTORED = [
  "givenName",
  "familyName",
  "email",
  "phone",
  "language",
  "street",
  "postalCode",
  "city",
  "protectedIdentity",
  "note",
  "departmentId",
  "staffNumber",
] as const satisfies readonly (keyof Person)[];

type Layer = "edit" | "erase" | "merge" | undefined;

/** Everything about one person, and the acts the office does most. */
export function PersonPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const person = api.useQuery("get", "/persons/{id}", { params: { path: { id } } });
  if (!person.data) return <LoadingPanel query={person} onClose={onClose} />;
  return <Known person={person.data} onClose={onClose} />;
}

function Known({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t, language } = useText();
  const now = useNow();
  const me = useMe();
  const { facility } = useFacilityChoice();
  const [layer, setLayer] = useState<Layer>();
  const [reissue, setReissue] = useState<Login>();
  const timeline = api.useQuery("get", "/persons/{id}/timeline", { params: { path: { id: person.id } } });
  const login = loginsOf(person, facility?.id)[0] ?? person.logins[0];
  const done = () => setLayer(undefined);
  const change = api.useMutation("patch", "/persons/{id}");
  const restoring = {
    view: person,
    fields: RESTORED,
    save: (view: Person, patch: Values) =>
      change.mutateAsync({ params: { path: { id: view.id } }, headers: ifMatch(view), body: patch }),
  };

  return (
    <DetailPanel
      title={person.name}
      onClose={onClose}
      badges={
        <>
          {login && <LoginBadge login={login} now={now} />}
          {person.protectedIdentity && (
            <StateBadge tone="bad" icon={IconShieldLock}>
              {t("person.protected")}
            </StateBadge>
          )}
        </>
      }
      subtitle={unitCodes(person, undefined)}
      actions={
        <>
          <Allowed to="issue_letter">
            <Button
              leftSection={<IconMailForward size={16} />}
              disabled={!login}
              title={login ? undefined : t("login.none")}
              onClick={() => setReissue(login)}
            >
              {t("letters.new")}
            </Button>
          </Allowed>
          <Allowed to="change_person">
            <Button variant="default" leftSection={<IconEdit size={16} />} onClick={() => setLayer("edit")}>
              {t("action.edit")}
            </Button>
          </Allowed>
          <Menu>
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label={t("action.more")}>
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconLink size={16} />}
                onClick={() => {
                  void navigator.clipboard.writeText(window.location.href);
                  said(t("action.linkCopied"));
                }}
              >
                {t("action.copyLink")}
              </Menu.Item>
              {can(me, "read_billing") && (
                <Menu.Item
                  component={Link}
                  to="/accounts"
                  search={{ person: person.id } as never}
                  leftSection={<IconScale size={16} />}
                >
                  {t("statement.open")}
                </Menu.Item>
              )}
              <Allowed to="merge_person">
                <Menu.Item leftSection={<IconUsersGroup size={16} />} onClick={() => setLayer("merge")}>
                  {t("merge.open")}
                </Menu.Item>
              </Allowed>
              <Allowed to="erase_person">
                <Menu.Divider />
                <Menu.Item
                  color="red"
                  leftSection={<IconEraser size={16} />}
                  onClick={() => setLayer("erase")}
                >
                  {t("erasure.open")}
                </Menu.Item>
              </Allowed>
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      <Section title={t("person.contact")}>
        <Facts
          rows={[
            [
              t("contact.phone"),
              person.phone && (
                <Anchor href={`tel:${person.phone}`} inherit>
                  {writtenPhone(person.phone, language)}
                </Anchor>
              ),
            ],
            [
              t("contact.email"),
              person.email && (
                <Anchor href={`mailto:${person.email}`} inherit>
                  {person.email}
                </Anchor>
              ),
            ],
            [
              t("person.address"),
              [person.street, [person.postalCode, person.city].filter(Boolean).join(" ")]
                .filter(Boolean)
                .join(", "),
            ],
            [t("person.language"), LANGUAGE_NAMES[person.language]],
            [t("person.personalNumber"), <PersonalNumber key="number" person={person} />],
            person.departmentName ? [t("person.department"), person.departmentName] : undefined,
            person.staffNumber ? [t("person.staffNumber"), person.staffNumber] : undefined,
            person.note ? [t("person.note"), person.note] : undefined,
          ]}
        />
      </Section>
      <PersonUnits person={person} />
      {can(me, "read_billing") && <PersonPayer person={person} />}
      {can(me, "read_billing") && <PersonCards person={person} />}
      {can(me, "read_billing") && (
        <PayOut of={{ personId: person.id }} organisationId={person.organisationId} />
      )}
      <PersonLogins person={person} now={now} onReissue={setReissue} />
      {can(me, "read_charging") && <PersonTags person={person} now={now} />}
      <Section title={t("timeline.title")}>
        <Loaded query={timeline}>
          {({ items }) => (
            <EventList rows={items} now={now} restoring={can(me, "change_person") ? restoring : undefined} />
          )}
        </Loaded>
      </Section>

      <PersonForm opened={layer === "edit"} onClose={done} person={person} />
      {reissue && <ReissueDialog login={reissue} name={person.name} onClose={() => setReissue(undefined)} />}
      {layer === "erase" && <ErasureDialog person={person} onClose={done} />}
      {layer === "merge" && <MergeDialog person={person} onClose={done} />}
    </DetailPanel>
  );
}
