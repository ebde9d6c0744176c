import { Button, Select, Stack, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconPlus, IconTable, IconUserShield } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { Language, Role, Scope, Staff } from "../../api/views";
import { LANGUAGE_NAMES, LANGUAGES, useText } from "../../i18n/text";
import { Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { ExportMenu, queryOf } from "../../parts/ExportMenu";
import { FormDrawer } from "../../parts/FormDrawer";
import { PageHeader } from "../../parts/PageHeader";
import { StateBadge } from "../../parts/StateBadge";
import type { Column } from "../../parts/table/column";
import { DataTable } from "../../parts/table/DataTable";
import { listedWhole } from "../../parts/table/listed";
import { useNow } from "../../parts/useNow";
import { STAFF_ROLES } from "./roles";
import { StaffPanel } from "./StaffPanel";
import { useScopeOptions, writtenScope } from "./scopes";
import { staffState } from "./staffState";
import { useInvited } from "./useInvited";

export interface StaffSearch {
  open?: string;
}

type InviteValues = {
  givenName: string;
  familyName: string;
  email: string;
  language: Language;
  role: Role;
  scope: string;
};

/** The people who work in Stolpe, what they may do and where. */
export function StaffPage({
  search,
  onSearch,
}: {
  search: StaffSearch;
  onSearch: (search: StaffSearch) => void;
}) {
  const { t, word, format, language } = useText();
  const now = useNow();
  const staff = api.useQuery("get", "/staff", {});
  const invite = api.useMutation("post", "/staff");
  const scopes = useScopeOptions();
  const invited = useInvited();
  const [inviting, setInviting] = useState(false);
  useHotkeys([["mod+N", () => setInviting(true)]]);
  const memberships = (member: Staff) =>
    member.memberships
      .map((membership) =>
        [word("role", membership.role), membership.scope.name ?? t(`scope.${membership.scope.kind}`)].join(
          " · ",
        ),
      )
      .join(", ");
  const columns: Column<Staff>[] = [
    {
      id: "name",
      title: t("person.name"),
      width: 180,
      exported: ["name"],
      text: (member) => member.name,
      show: (member) => <strong style={{ fontWeight: 600 }}>{member.name}</strong>,
    },
    {
      id: "email",
      title: t("contact.email"),
      width: 210,
      exported: ["email"],
      text: (member) => member.email ?? "",
    },
    {
      id: "state",
      title: t("staff.state"),
      width: 120,
      exported: ["state"],
      text: (member) => t(staffState(member).text),
      show: (member) => <StateBadge tone={staffState(member).tone}>{t(staffState(member).text)}</StateBadge>,
    },
    { id: "roles", title: t("staff.roles"), width: 260, exported: ["roles"], text: memberships },
    {
      id: "totp",
      title: t("staff.totp"),
      width: 90,
      exported: ["totp"],
      text: (member) => (member.totp ? t("state.on") : t("state.off")),
    },
    {
      id: "seen",
      title: t("login.lastSignIn"),
      width: 140,
      exported: ["lastSignInAt"],
      sortBy: (member) => member.lastSignInAt ?? "",
      text: (member) => (member.lastSignInAt ? format.ago(member.lastSignInAt, now) : t("login.never")),
    },
  ];
  const open = staff.data?.items.find((member) => member.loginId === search.open);
  return (
    <>
      <PageHeader
        title={t("room.staff")}
        subtitle={t("staff.words")}
        actions={
          <>
            <Button component={Link} to="/staff/roles" variant="subtle" leftSection={<IconTable size={16} />}>
              {t("roles.title")}
            </Button>
            <ExportMenu
              table="staff"
              columns={columns}
              address={(query) => `/exports/staff?${queryOf(query)}`}
            />
            <Button leftSection={<IconPlus size={16} />} onClick={() => setInviting(true)} title="Ctrl+N">
              {t("staff.invite")}
            </Button>
          </>
        }
      />
      <Split
        list={
          <DataTable
            name="staff"
            label={t("room.staff")}
            columns={columns}
            list={listedWhole(staff)}
            rowId={(member) => member.loginId}
            openId={search.open}
            onOpen={(member) => onSearch({ open: member.loginId })}
            count={(count) => t("staff.count", { count })}
            empty={<EmptyState icon={IconUserShield} title={t("staff.words")} />}
          />
        }
        detail={open && <StaffPanel key={open.loginId} member={open} onClose={() => onSearch({})} />}
      />
      <FormDrawer<InviteValues, Staff>
        title={t("staff.invite")}
        opened={inviting}
        onClose={() => setInviting(false)}
        initial={{
          givenName: "",
          familyName: "",
          email: "",
          language,
          role: "clerk",
          scope: scopes[0]?.value ?? "",
        }}
        labels={{}}
        submitLabel={t("staff.sendInvitation")}
        validate={(values) => ({
          givenName: values.givenName.trim() ? null : t("field.required"),
          familyName: values.familyName.trim() ? null : t("field.required"),
          email: /^\S+@\S+\.\S+$/.test(values.email.trim()) ? null : t("field.email"),
          scope: values.scope ? null : t("field.required"),
        })}
        onSaved={invited}
        save={({ scope, ...values }, { key }) =>
          invite.mutateAsync({
            headers: idempotent(key),
            body: { ...values, email: values.email.trim(), scope: writtenScope(scope) as Scope },
          })
        }
      >
        {(form) => (
          <Stack gap="sm">
            <TextInput
              label={t("person.givenName")}
              required
              data-autofocus
              {...form.getInputProps("givenName")}
            />
            <TextInput label={t("person.familyName")} required {...form.getInputProps("familyName")} />
            <TextInput label={t("contact.email")} type="email" required {...form.getInputProps("email")} />
            <Select
              label={t("person.language")}
              allowDeselect={false}
              data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
              {...form.getInputProps("language")}
            />
            <Select
              label={t("staff.role")}
              allowDeselect={false}
              data={STAFF_ROLES.map((value) => ({ value, label: word("role", value) }))}
              description={t(`roleWords.${form.values.role as (typeof STAFF_ROLES)[number]}`)}
              inputWrapperOrder={["label", "input", "description", "error"]}
              {...form.getInputProps("role")}
            />
            <Select
              label={t("staff.scope")}
              allowDeselect={false}
              data={scopes}
              {...form.getInputProps("scope")}
            />
          </Stack>
        )}
      </FormDrawer>
    </>
  );
}
