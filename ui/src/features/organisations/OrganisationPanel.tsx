import { ActionIcon, Button, Stack, TextInput } from "@mantine/core";
import { IconEdit, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Department, Organisation } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { DetailPanel } from "../../parts/DetailPanel";
import { Facts } from "../../parts/Facts";
import { FormDrawer } from "../../parts/FormDrawer";
import { RecordHistory } from "../../parts/history/RecordHistory";
import { Loaded } from "../../parts/Loaded";
import { LoadingPanel } from "../../parts/LoadingPanel";
import {
  OrganisationFields,
  type OrganisationValues,
  organisationLabels,
  organisationValues,
  validateOrganisation,
} from "../../parts/OrganisationFields";
import { writtenOrganisationNumber } from "../../parts/organisationNumber";
import { writtenPostalCode } from "../../parts/postalCode";
import { Section } from "../../parts/Section";
import { Allowed } from "../../shell/Allowed";
import { can, useMe } from "../../shell/session";
import { AgreementsSection } from "./AgreementsSection";
import { BillingSection } from "./BillingSection";
import { LogoSection } from "./LogoSection";
import classes from "./OrganisationPanel.module.css";
import { TermsSection } from "./TermsSection";

/** What the form of an organisation changes, and its history puts back. */
const RESTORED = [
  "name",
  "country",
  "organisationNumber",
  "vatNumber",
  "street",
  "postalCode",
  "city",
] as const satisfies readonly (keyof Organisation)[];

export function OrganisationPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const query = api.useQuery("get", "/organisations/{id}", { params: { path: { id } } });
  const change = api.useMutation("patch", "/organisations/{id}");
  const [editing, setEditing] = useState(false);
  const me = useMe();
  const organisation = query.data;
  if (!organisation) return <LoadingPanel query={query} onClose={onClose} />;
  return (
    <DetailPanel
      title={organisation.name}
      onClose={onClose}
      actions={
        <Allowed to="change_organisation">
          <Button variant="default" leftSection={<IconEdit size={16} />} onClick={() => setEditing(true)}>
            {t("action.edit")}
          </Button>
        </Allowed>
      }
    >
      <Facts
        rows={[
          [
            t("organisation.number"),
            writtenOrganisationNumber(organisation.country, organisation.organisationNumber),
          ],
          [t("organisation.vatNumber"), organisation.vatNumber],
          [
            t("person.address"),
            `${organisation.street}, ${writtenPostalCode(organisation.postalCode)} ${organisation.city}`,
          ],
          [t("organisation.country"), t(`country.${organisation.country}`)],
        ]}
      />
      <LogoSection organisation={organisation} />
      {can(me, "read_billing") && <BillingSection organisation={organisation} />}
      {can(me, "change_organisation") && <AgreementsSection organisation={organisation} />}
      <TermsSection organisation={organisation} />
      <Departments organisation={organisation} />
      <RecordHistory
        id={organisation.id}
        restoring={
          can(me, "change_organisation")
            ? {
                view: organisation,
                fields: RESTORED,
                save: (view, patch) =>
                  change.mutateAsync({ params: { path: { id } }, headers: ifMatch(view), body: patch }),
              }
            : undefined
        }
      />
      <FormDrawer<OrganisationValues, Organisation>
        title={t("organisation.edit", { name: organisation.name })}
        opened={editing}
        onClose={() => setEditing(false)}
        initial={organisationValues(organisation)}
        view={organisation}
        valuesOf={organisationValues}
        labels={organisationLabels(text)}
        validate={(values) => validateOrganisation(values, text)}
        save={(_values, { view, changed }) =>
          change.mutateAsync({
            params: { path: { id } },
            headers: ifMatch(view ?? organisation),
            body: changed,
          })
        }
      >
        {(form) => <OrganisationFields form={form} />}
      </FormDrawer>
    </DetailPanel>
  );
}

type DepartmentValues = { name: string; referenceNumber: string; costCentre: string };
const departmentValues = (department: Department): DepartmentValues => ({
  name: department.name,
  referenceNumber: department.referenceNumber ?? "",
  costCentre: department.costCentre ?? "",
});

function Departments({ organisation }: { organisation: Organisation }) {
  const { t } = useText();
  const departments = api.useQuery("get", "/departments", {
    params: { query: { organisationId: organisation.id } },
  });
  const create = api.useMutation("post", "/departments");
  const change = api.useMutation("patch", "/departments/{id}");
  const remove = api.useMutation("delete", "/departments/{id}");
  const [form, setForm] = useState<Department | "new">();
  const [removing, setRemoving] = useState<Department>();
  const editing = form === "new" ? undefined : form;
  return (
    <Section
      title={t("department.title")}
      aside={
        <Allowed to="change_department">
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => setForm("new")}
          >
            {t("department.new")}
          </Button>
        </Allowed>
      }
    >
      <Loaded query={departments}>
        {({ items }) =>
          items.length === 0 ? (
            <p className={classes.soft}>{t("department.none")}</p>
          ) : (
            <ul className={classes.list}>
              {items.map((department) => (
                <li key={department.id}>
                  <span>
                    <strong>{department.name}</strong>
                    <span className={classes.soft}>
                      {[department.referenceNumber, department.costCentre].filter(Boolean).join(" · ")}
                    </span>
                  </span>
                  <Allowed to="change_department">
                    <ActionIcon
                      aria-label={t("department.editNamed", { name: department.name })}
                      onClick={() => setForm(department)}
                    >
                      <IconEdit size={16} />
                    </ActionIcon>
                    <ActionIcon
                      aria-label={t("department.removeNamed", { name: department.name })}
                      onClick={() => setRemoving(department)}
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  </Allowed>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <FormDrawer<DepartmentValues, Department>
        key={editing?.id ?? "new"}
        title={editing ? t("department.editNamed", { name: editing.name }) : t("department.new")}
        opened={form !== undefined}
        onClose={() => setForm(undefined)}
        initial={editing ? departmentValues(editing) : { name: "", referenceNumber: "", costCentre: "" }}
        view={editing}
        valuesOf={departmentValues}
        within={organisation.id}
        again
        labels={{
          name: t("department.name"),
          referenceNumber: t("department.reference"),
          costCentre: t("department.costCentre"),
        }}
        validate={(values) => ({ name: values.name.trim() ? null : t("field.required") })}
        save={(values, { key, view, changed }) =>
          view
            ? change.mutateAsync({ params: { path: { id: view.id } }, headers: ifMatch(view), body: changed })
            : create.mutateAsync({
                headers: idempotent(key),
                params: { query: { organisationId: organisation.id } },
                body: {
                  name: values.name.trim(),
                  referenceNumber: values.referenceNumber.trim() || null,
                  costCentre: values.costCentre.trim() || null,
                },
              })
        }
      >
        {(fields) => (
          <Stack gap="sm">
            <TextInput
              label={t("department.name")}
              required
              data-autofocus
              {...fields.getInputProps("name")}
            />
            <TextInput label={t("department.reference")} {...fields.getInputProps("referenceNumber")} />
            <TextInput label={t("department.costCentre")} {...fields.getInputProps("costCentre")} />
          </Stack>
        )}
      </FormDrawer>
      {removing && (
        <ConsentDialog
          title={t("department.removeNamed", { name: removing.name })}
          confirm={t("action.remove")}
          danger
          onClose={() => setRemoving(undefined)}
          onConfirm={() =>
            remove.mutateAsync({ params: { path: { id: removing.id } }, headers: ifMatch(removing) })
          }
        >
          <p style={{ margin: 0 }}>{t("department.removeWords")}</p>
        </ConsentDialog>
      )}
    </Section>
  );
}
