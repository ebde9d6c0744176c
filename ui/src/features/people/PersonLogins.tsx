import { ActionIcon, Menu, TextInput } from "@mantine/core";
import {
  IconBan,
  IconDots,
  IconHandStop,
  IconLockOpen,
  IconMailForward,
  IconPencil,
} from "@tabler/icons-react";
import { useState } from "react";
import { idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Login, Person } from "../../api/views";
import { useText } from "../../i18n/text";
import { showProblem } from "../../parts/ErrorNotice";
import { FacilitySelect } from "../../parts/FacilitySelect";
import { Facts } from "../../parts/Facts";
import { FormDrawer } from "../../parts/FormDrawer";
import { LoginBadge } from "../../parts/LoginBadge";
import { useUndo } from "../../parts/undo";
import { useHandOver } from "../../parts/useHandOver";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { GrowingSection } from "./GrowingSection";
import classes from "./PersonLogins.module.css";

/** Where on the page the logins of the open person are, for what leads there. */
export const LOGINS_ID = "person-logins";

/** The ways a person signs in, how far each has come, and what can be done about it. */
export function PersonLogins({
  person,
  now,
  onReissue,
}: {
  person: Person;
  now: Date;
  onReissue: (login: Login) => void;
}) {
  const { t } = useText();
  const me = useMe();
  const { facility, facilities } = useFacilityChoice();
  const create = api.useMutation("post", "/logins");
  const [adding, setAdding] = useState(false);
  return (
    <GrowingSection
      id={LOGINS_ID}
      title={t("person.logins")}
      add={t("login.add")}
      onAdd={can(me, "change_person") ? () => setAdding(true) : undefined}
      none={person.logins.length === 0 && t("login.noneWords")}
    >
      {person.logins.map((login) => (
        <LoginCard key={login.id} login={login} now={now} onReissue={() => onReissue(login)} />
      ))}
      <FormDrawer
        title={t("login.add")}
        opened={adding}
        onClose={() => setAdding(false)}
        initial={{ facilityId: facility?.id ?? facilities[0]?.id ?? "", username: "" }}
        labels={{}}
        save={async ({ facilityId, username }, { key }) => {
          await create.mutateAsync({
            headers: idempotent(key),
            body: {
              personId: person.id,
              facilityId,
              ...(username.trim() ? { username: username.trim() } : {}),
            },
          });
        }}
      >
        {(form) => (
          <>
            <FacilitySelect
              value={form.values.facilityId}
              onChange={(id) => form.setFieldValue("facilityId", id)}
            />
            <TextInput
              label={t("signIn.username")}
              description={t("login.usernameHint")}
              data-autofocus
              {...form.getInputProps("username")}
            />
          </>
        )}
      </FormDrawer>
    </GrowingSection>
  );
}

function LoginCard({ login, now, onReissue }: { login: Login; now: Date; onReissue: () => void }) {
  const text = useText();
  const { t, format } = text;
  const { facilities } = useFacilityChoice();
  const offerUndo = useUndo();
  const block = api.useMutation("post", "/logins/{id}/block");
  const unblock = api.useMutation("post", "/logins/{id}/unblock");
  const handOver = useHandOver();
  const rename = api.useMutation("patch", "/logins/{id}");
  const [renaming, setRenaming] = useState(false);
  const me = useMe();
  const [issues, changes] = [can(me, "issue_letter"), can(me, "change_person")];
  const path = { params: { path: { id: login.id } } };
  const run = (act: Promise<unknown>) => act.catch((error: unknown) => showProblem(error, text));
  const toBlock = async () => {
    await block.mutateAsync(path);
    offerUndo(t("login.blockedDone"), () => unblock.mutateAsync(path).then(() => undefined));
  };
  return (
    <div className={classes.card}>
      <div className={classes.head}>
        <span>
          <strong>{login.username}</strong>{" "}
          <span className={classes.soft}>{facilities.find(({ id }) => id === login.facilityId)?.code}</span>
        </span>
        {(issues || changes) && (
          <Menu>
            <Menu.Target>
              <ActionIcon aria-label={t("login.acts", { username: login.username })}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {issues && (
                <Menu.Item leftSection={<IconMailForward size={16} />} onClick={onReissue}>
                  {t("letters.new")}
                </Menu.Item>
              )}
              {issues && login.state === "initial" && !login.handedOverAt && (
                <Menu.Item
                  leftSection={<IconHandStop size={16} />}
                  onClick={() => void run(handOver([login.id]))}
                >
                  {t("letters.markHandedOver")}
                </Menu.Item>
              )}
              {changes && (
                <>
                  <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setRenaming(true)}>
                    {t("login.rename")}
                  </Menu.Item>
                  {issues && <Menu.Divider />}
                  {login.state === "blocked" ? (
                    <Menu.Item
                      leftSection={<IconLockOpen size={16} />}
                      onClick={() => void run(unblock.mutateAsync(path))}
                    >
                      {t("login.unblock")}
                    </Menu.Item>
                  ) : (
                    <Menu.Item
                      color="red"
                      leftSection={<IconBan size={16} />}
                      onClick={() => void run(toBlock())}
                    >
                      {t("login.block")}
                    </Menu.Item>
                  )}
                </>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      <LoginBadge login={login} now={now} />
      <Facts
        rows={[
          login.issuedAt ? [t("login.issuedAt"), format.dateTime(login.issuedAt)] : undefined,
          login.issuedAt
            ? [
                t("login.handedOver"),
                login.handedOverAt
                  ? [format.dateTime(login.handedOverAt), login.handedOverBy].filter(Boolean).join(" · ")
                  : t("login.notHandedOver"),
              ]
            : undefined,
          [
            t("login.lastSignIn"),
            login.lastSignInAt ? format.ago(login.lastSignInAt, now) : t("login.never"),
          ],
        ]}
      />
      <FormDrawer
        title={t("login.rename")}
        opened={renaming}
        onClose={() => setRenaming(false)}
        initial={{ username: login.username }}
        view={login}
        valuesOf={(view) => ({ username: view.username })}
        labels={{ username: t("signIn.username") }}
        validate={({ username }) => ({ username: username.trim() ? null : t("field.required") })}
        save={(_values, { view, changed }) =>
          rename.mutateAsync({
            ...path,
            headers: ifMatch(view ?? login),
            body: { username: changed.username ?? login.username },
          })
        }
      >
        {(form) => (
          <TextInput
            label={t("signIn.username")}
            description={t("login.renameHint")}
            required
            data-autofocus
            {...form.getInputProps("username")}
          />
        )}
      </FormDrawer>
    </div>
  );
}
