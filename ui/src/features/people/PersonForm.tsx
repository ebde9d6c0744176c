import { Checkbox, Group, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { client, idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Channel, Country, Language, Person } from "../../api/views";
import { writtenPhone } from "../../i18n/phone";
import { type Key, LANGUAGE_NAMES, LANGUAGES, useText } from "../../i18n/text";
import { isoToday } from "../../i18n/zone";
import { filled } from "../../parts/changes";
import { showProblem } from "../../parts/ErrorNotice";
import { FormDrawer } from "../../parts/FormDrawer";
import { phoneToStore } from "../../parts/phone";
import { postalCodeFault } from "../../parts/postalCode";
import { UnitSelect } from "../../parts/UnitSelect";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { DepartmentSelect } from "./DepartmentSelect";

type PersonValues = {
  organisationId: string;
  givenName: string;
  familyName: string;
  email: string;
  phone: string;
  language: Language;
  channel: Channel | "";
  street: string;
  postalCode: string;
  city: string;
  personalNumber: string;
  protectedIdentity: boolean;
  note: string;
  departmentId: string;
  staffNumber: string;
  unitId: string;
  withLogin: boolean;
};

const CHANNELS = ["", "mail", "sms"] as const;

/** Creates a person, with a unit and a login if wanted, or edits one. */
export function PersonForm({
  opened,
  onClose,
  person,
  onSaved,
}: {
  opened: boolean;
  onClose: () => void;
  person?: Person;
  onSaved?: (person: Person | undefined) => void;
}) {
  const text = useText();
  const { t, language } = text;
  const { facility, organisation, organisations } = useFacilityChoice();
  const create = api.useMutation("post", "/persons");
  const change = api.useMutation("patch", "/persons/{id}");
  const moveIn = api.useMutation("post", "/tenancies");
  const addLogin = api.useMutation("post", "/logins");
  const organisationId = organisation?.id ?? "";
  const countryOf = (id: string): Country => organisations.find((each) => each.id === id)?.country ?? "SE";

  const said = (fault: Key | undefined) => (fault ? t(fault) : null);

  const valuesOf = (from: Person): PersonValues => ({
    organisationId: from.organisationId,
    givenName: from.givenName,
    familyName: from.familyName,
    email: from.email ?? "",
    phone: from.phone ? writtenPhone(from.phone, language) : "",
    language: from.language,
    channel: from.channel ?? "",
    street: from.street ?? "",
    postalCode: from.postalCode ?? "",
    city: from.city ?? "",
    // The stored number is never shown in a form; what is typed here replaces it.
    personalNumber: "",
    protectedIdentity: from.protectedIdentity,
    note: from.note ?? "",
    departmentId: from.departmentId ?? "",
    staffNumber: from.staffNumber ?? "",
    unitId: "",
    withLogin: false,
  });
  const fresh: PersonValues = {
    organisationId,
    givenName: "",
    familyName: "",
    email: "",
    phone: "",
    language,
    channel: "",
    street: "",
    postalCode: "",
    city: "",
    personalNumber: "",
    protectedIdentity: false,
    note: "",
    departmentId: "",
    staffNumber: "",
    unitId: "",
    withLogin: true,
  };

  return (
    <FormDrawer<PersonValues, Person>
      title={person ? t("person.edit", { name: person.name }) : t("palette.newPerson")}
      opened={opened}
      onClose={onClose}
      initial={person ? valuesOf(person) : fresh}
      view={person}
      valuesOf={valuesOf}
      labels={{
        givenName: t("person.givenName"),
        familyName: t("person.familyName"),
        email: t("contact.email"),
        phone: t("contact.phone"),
        language: t("account.language"),
        channel: t("person.channel"),
        street: t("address.street"),
        postalCode: t("address.postalCode"),
        city: t("address.city"),
        protectedIdentity: t("person.protected"),
        note: t("person.note"),
        departmentId: t("person.department"),
        staffNumber: t("person.staffNumber"),
      }}
      validate={(values) => ({
        givenName: values.givenName.trim() ? null : t("field.required"),
        familyName: values.familyName.trim() ? null : t("field.required"),
        email: !values.email || /^\S+@\S+\.\S+$/.test(values.email.trim()) ? null : t("field.email"),
        postalCode: said(postalCodeFault(countryOf(values.organisationId), values.postalCode)),
      })}
      within={facility?.id}
      again
      savedWords={t("person.saved")}
      onSaved={onSaved}
      save={async (values, { key, view, changed }) => {
        const country = countryOf(values.organisationId);
        if (view) {
          const {
            unitId: _unit,
            withLogin: _login,
            organisationId: _fixed,
            phone,
            personalNumber,
            channel,
            ...patch
          } = changed;
          return change.mutateAsync({
            params: { path: { id: view.id } },
            headers: ifMatch(view),
            body: {
              ...patch,
              ...("channel" in changed ? { channel: channel || null } : {}),
              ...("phone" in changed ? { phone: phone ? phoneToStore(phone, country) : null } : {}),
              ...(personalNumber ? { personalNumber: { country, number: personalNumber } } : {}),
            },
          });
        }
        const { unitId, withLogin, phone, personalNumber, channel, organisationId: owner, ...draft } = values;
        const made = await create.mutateAsync({
          headers: idempotent(key),
          params: { query: { organisationId: owner, ...(facility ? { facilityId: facility.id } : {}) } },
          body: filled({
            ...draft,
            phone: phoneToStore(phone, country),
            ...(channel ? { channel } : {}),
            ...(personalNumber ? { personalNumber: { country, number: personalNumber } } : {}),
          }),
        });
        // The person exists now; what fails after this is said, but it is no reason to ask for the form again.
        try {
          if (unitId) {
            await moveIn.mutateAsync({
              headers: idempotent(key, 1),
              body: { personId: made.id, unitId, movedInOn: isoToday(new Date()) },
            });
          }
          if (withLogin && facility && (unitId || draft.email)) {
            await addLogin.mutateAsync({
              headers: idempotent(key, 2),
              body: { personId: made.id, facilityId: facility.id },
            });
          }
        } catch (error) {
          showProblem(error, text, t("person.partlySaved"));
        }
        const { data } = await client.GET("/persons/{id}", { params: { path: { id: made.id } } });
        return data ?? made;
      }}
    >
      {(form) => (
        <Stack gap="sm">
          <Group grow align="flex-start">
            <TextInput
              label={t("person.givenName")}
              required
              data-autofocus
              {...form.getInputProps("givenName")}
            />
            <TextInput label={t("person.familyName")} required {...form.getInputProps("familyName")} />
          </Group>
          <TextInput label={t("contact.email")} type="email" {...form.getInputProps("email")} />
          <Group grow align="flex-start">
            <TextInput label={t("contact.phone")} type="tel" {...form.getInputProps("phone")} />
            <Select
              label={t("person.language")}
              allowDeselect={false}
              data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
              {...form.getInputProps("language")}
            />
          </Group>
          <Select
            label={t("person.channel")}
            allowDeselect={false}
            data={CHANNELS.map((value) => ({
              value,
              label: value ? t(`channel.${value}`) : t("channel.any"),
            }))}
            {...form.getInputProps("channel")}
          />
          <TextInput label={t("address.street")} {...form.getInputProps("street")} />
          <Group grow align="flex-start">
            <TextInput label={t("address.postalCode")} {...form.getInputProps("postalCode")} />
            <TextInput label={t("address.city")} {...form.getInputProps("city")} />
          </Group>
          <DepartmentSelect
            organisationId={form.values.organisationId}
            {...form.getInputProps("departmentId")}
          />
          {(form.values.departmentId || form.values.staffNumber) && (
            <TextInput label={t("person.staffNumber")} {...form.getInputProps("staffNumber")} />
          )}
          <TextInput
            label={t("person.personalNumber")}
            description={
              person?.personalNumber ? t("person.personalNumberReplace") : t("person.personalNumberHint")
            }
            autoComplete="off"
            {...form.getInputProps("personalNumber")}
          />
          <Checkbox
            label={t("person.protected")}
            description={t("person.protectedHint")}
            {...form.getInputProps("protectedIdentity", { type: "checkbox" })}
          />
          <Textarea label={t("person.note")} autosize minRows={2} {...form.getInputProps("note")} />
          {!person && facility && (
            <>
              <UnitSelect
                facilityId={facility.id}
                label={t("person.unitNow", { facility: facility.name })}
                {...form.getInputProps("unitId")}
              />
              <Checkbox
                label={t("person.withLogin")}
                description={t("person.withLoginHint")}
                {...form.getInputProps("withLogin", { type: "checkbox" })}
              />
            </>
          )}
        </Stack>
      )}
    </FormDrawer>
  );
}
