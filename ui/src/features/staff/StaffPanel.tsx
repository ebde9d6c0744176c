import { ActionIcon, Button, Group, Select, Stack } from "@mantine/core";
import { IconBan, IconLockOpen, IconMailForward, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Role, Staff } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { DetailPanel } from "../../parts/DetailPanel";
import { showProblem } from "../../parts/ErrorNotice";
import { Facts } from "../../parts/Facts";
import { FormDrawer } from "../../parts/FormDrawer";
import { Loaded } from "../../parts/Loaded";
import { Section } from "../../parts/Section";
import { SignInList } from "../../parts/SignInList";
import { StateBadge } from "../../parts/StateBadge";
import { said } from "../../parts/undo";
import { useNow } from "../../parts/useNow";
import { useMe } from "../../shell/session";
import { STAFF_ROLES } from "./roles";
import { scopeWord, useScopeOptions, writtenScope } from "./scopes";
import { staffState } from "./staffState";
import { useInvited } from "./useInvited";

type RowValue = { role: Role; scope: string };

/** One colleague: roles, invitation, sign-ins. */
export function StaffPanel({ member, onClose }: { member: Staff; onClose: () => void }) {
  const text = useText();
  const { t, word, format } = text;
  const now = useNow();
  const me = useMe();
  const scopes = useScopeOptions();
  const path = { params: { path: { loginId: member.loginId } } };
  const put = api.useMutation("put", "/staff/{loginId}/memberships");
  const resend = api.useMutation("post", "/staff/{loginId}/invitation");
  const block = api.useMutation("post", "/staff/{loginId}/block");
  const unblock = api.useMutation("post", "/staff/{loginId}/unblock");
  const endAll = api.useMutation("delete", "/staff/{loginId}/sign-ins");
  const signIns = api.useQuery("get", "/staff/{loginId}/sign-ins", path);
  const [layer, setLayer] = useState<"roles" | "block">();
  const invited = useInvited();
  const state = staffState(member);
  const self = member.loginId === me.loginId;
  const run = (act: Promise<unknown>, words: string | (() => void)) =>
    act.then(
      () => (typeof words === "string" ? said(words) : words()),
      (error: unknown) => showProblem(error, text),
    );
  return (
    <DetailPanel
      title={member.name}
      badges={<StateBadge tone={state.tone}>{t(state.text)}</StateBadge>}
      subtitle={member.email}
      onClose={onClose}
      actions={
        <>
          <Button variant="default" onClick={() => setLayer("roles")}>
            {t("staff.changeRoles")}
          </Button>
          {(member.state === "invited" || member.state === "expired") && (
            <Button
              variant="default"
              leftSection={<IconMailForward size={16} />}
              onClick={() => void run(resend.mutateAsync(path), invited)}
            >
              {t("staff.resend")}
            </Button>
          )}
          {member.state === "blocked" ? (
            <Button
              variant="default"
              leftSection={<IconLockOpen size={16} />}
              onClick={() => void run(unblock.mutateAsync(path), t("staff.unblocked"))}
            >
              {t("login.unblock")}
            </Button>
          ) : (
            <Button
              variant="subtle"
              color="red"
              leftSection={<IconBan size={16} />}
              disabled={self}
              title={self ? t("staff.notYourself") : undefined}
              onClick={() => setLayer("block")}
            >
              {t("login.block")}
            </Button>
          )}
        </>
      }
    >
      <Section title={t("staff.roles")}>
        <Facts
          rows={member.memberships.map((membership) => [
            word("role", membership.role),
            membership.scope.name ?? t(`scope.${membership.scope.kind}`),
          ])}
        />
      </Section>
      <Section title={t("staff.security")}>
        <Facts
          rows={[
            [t("staff.totp"), member.totp ? t("state.on") : t("state.off")],
            [
              t("login.lastSignIn"),
              member.lastSignInAt ? format.ago(member.lastSignInAt, now) : t("login.never"),
            ],
          ]}
        />
      </Section>
      <Section
        title={t("signIns.title")}
        aside={
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => void run(endAll.mutateAsync(path), t("signIns.ended"))}
          >
            {t("signIns.endAll")}
          </Button>
        }
      >
        <Loaded query={signIns}>{({ items }) => <SignInList items={items} now={now} />}</Loaded>
      </Section>
      <FormDrawer<{ rows: RowValue[] }, Staff>
        title={t("staff.rolesOf", { name: member.name })}
        opened={layer === "roles"}
        onClose={() => setLayer(undefined)}
        initial={{ rows: member.memberships.map(({ role, scope }) => ({ role, scope: scopeWord(scope) })) }}
        labels={{ rows: t("staff.roles") }}
        save={({ rows }) =>
          put.mutateAsync({
            ...path,
            headers: ifMatch(member),
            body: { memberships: rows.map(({ role, scope }) => ({ role, scope: writtenScope(scope) })) },
          })
        }
      >
        {(form) => (
          <Stack gap="sm">
            {form.values.rows.map((row, index) => (
              <Group key={index} wrap="nowrap" align="flex-end" gap="xs">
                <Select
                  label={t("staff.role")}
                  allowDeselect={false}
                  data={STAFF_ROLES.map((value) => ({ value, label: word("role", value) }))}
                  {...form.getInputProps(`rows.${index}.role`)}
                />
                <Select
                  label={t("staff.scope")}
                  allowDeselect={false}
                  style={{ flex: 1 }}
                  data={scopes}
                  {...form.getInputProps(`rows.${index}.scope`)}
                />
                <ActionIcon
                  size={36}
                  aria-label={t("staff.removeRole", { role: word("role", row.role) })}
                  onClick={() => form.removeListItem("rows", index)}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </Group>
            ))}
            <Button
              variant="light"
              leftSection={<IconPlus size={16} />}
              onClick={() =>
                form.insertListItem("rows", { role: "clerk", scope: scopes[0]?.value ?? "host" })
              }
            >
              {t("staff.addRole")}
            </Button>
          </Stack>
        )}
      </FormDrawer>
      {layer === "block" && (
        <ConsentDialog
          title={t("staff.blockTitle", { name: member.name })}
          confirm={t("login.block")}
          danger
          onClose={() => setLayer(undefined)}
          onConfirm={() => block.mutateAsync(path)}
        >
          <p style={{ margin: 0 }}>{t("staff.blockWords")}</p>
        </ConsentDialog>
      )}
    </DetailPanel>
  );
}
