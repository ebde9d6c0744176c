import { ColorSwatch, Fieldset, Group, Radio, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconCheck } from "@tabler/icons-react";
import type { Country, Facility } from "../api/views";
import { useText, type Text as Words } from "../i18n/text";
import { FACILITY_COLOURS, PRICE_AREAS, TIME_ZONES } from "./colours";
import classes from "./FacilityFields.module.css";
import { useAreas } from "./useAreas";

export type FacilityValues = {
  organisationId: string;
  code: string;
  name: string;
  country: Country;
  timeZone: string;
  priceArea: string;
  colour: string;
  contact: { phone: string; email: string; visitingAddress: string; hours: string };
};

export const NEW_FACILITY: FacilityValues = {
  organisationId: "",
  code: "",
  name: "",
  country: "SE",
  timeZone: "Europe/Stockholm",
  priceArea: "",
  colour: "teal",
  contact: { phone: "", email: "", visitingAddress: "", hours: "" },
};

export function facilityValues(facility: Facility): FacilityValues {
  const { contact } = facility;
  return {
    organisationId: facility.organisationId,
    code: facility.code,
    name: facility.name,
    country: facility.country,
    timeZone: facility.timeZone,
    priceArea: facility.priceArea ?? "",
    colour: facility.colour,
    contact: {
      phone: contact.phone ?? "",
      email: contact.email ?? "",
      visitingAddress: contact.visitingAddress ?? "",
      hours: contact.hours ?? "",
    },
  };
}

/** The contact block as the API takes it: what is empty is not there. */
export function contactDraft(contact: FacilityValues["contact"]) {
  const entry = (value: string) => value.trim() || null;
  return {
    phone: entry(contact.phone),
    email: entry(contact.email),
    visitingAddress: entry(contact.visitingAddress),
    hours: entry(contact.hours),
  };
}

export function validateFacility(values: FacilityValues, { t }: Words): Record<string, string | null> {
  return {
    code: values.code.trim() ? null : t("field.required"),
    name: values.name.trim() ? null : t("field.required"),
  };
}

export function facilityLabels({ t }: Words): { [Name in keyof FacilityValues]: string } {
  return {
    organisationId: t("facility.organisation"),
    code: t("facility.code"),
    name: t("facility.name"),
    country: t("organisation.country"),
    timeZone: t("facility.timeZone"),
    priceArea: t("facility.priceArea"),
    colour: t("facility.colour"),
    contact: t("facility.contact"),
  };
}

/** The fields of a facility, with the contact block its residents see. */
export function FacilityFields({
  form,
  organisations,
}: {
  form: UseFormReturnType<FacilityValues>;
  /** Absent where the organisation is given, as in the first run. */
  organisations?: readonly { id: string; name: string }[];
}) {
  const text = useText();
  const withTown = useAreas();
  const { t, word } = text;
  const labels = facilityLabels(text);
  const { country } = form.values;
  return (
    <Stack>
      {organisations && organisations.length > 1 && (
        <Select
          label={labels.organisationId}
          required
          allowDeselect={false}
          data={organisations.map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps("organisationId")}
        />
      )}
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <TextInput label={labels.name} required data-autofocus {...form.getInputProps("name")} />
        <TextInput
          label={labels.code}
          description={t("facility.codeHint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          required
          {...form.getInputProps("code")}
        />
      </Group>
      <Group grow align="flex-start">
        <Select
          label={labels.country}
          allowDeselect={false}
          data={(["SE", "NO"] as const).map((value) => ({ value, label: t(`country.${value}`) }))}
          {...form.getInputProps("country")}
          onChange={(value) =>
            form.setValues({
              country: value as Country,
              timeZone: TIME_ZONES[value as Country],
              priceArea: "",
            })
          }
        />
        <Select
          label={labels.priceArea}
          clearable
          clearButtonProps={{ "aria-label": t("action.clear") }}
          placeholder={t("facility.noPriceArea")}
          data={withTown<string>(PRICE_AREAS[country])}
          value={form.values.priceArea || null}
          onChange={(value) => form.setFieldValue("priceArea", value ?? "")}
          error={form.errors.priceArea}
        />
      </Group>
      <Radio.Group
        label={labels.colour}
        description={t("facility.colourHint")}
        {...form.getInputProps("colour")}
      >
        <Group gap={8} mt={6}>
          {Object.entries(FACILITY_COLOURS).map(([colour, shade]) => (
            <Radio.Card
              key={colour}
              value={colour}
              className={classes.colour}
              aria-label={word("colour", colour)}
            >
              <ColorSwatch color={shade} size={28} component="span">
                {form.values.colour === colour && <IconCheck size={16} color="#fff" aria-hidden="true" />}
              </ColorSwatch>
            </Radio.Card>
          ))}
        </Group>
      </Radio.Group>
      <Fieldset legend={labels.contact}>
        <Text size="sm" c="dimmed" mb="xs">
          {t("facility.contactHint")}
        </Text>
        <Stack gap="sm">
          <Group grow align="flex-start">
            <TextInput label={t("contact.phone")} type="tel" {...form.getInputProps("contact.phone")} />
            <TextInput label={t("contact.email")} type="email" {...form.getInputProps("contact.email")} />
          </Group>
          <TextInput
            label={t("contact.visitingAddress")}
            {...form.getInputProps("contact.visitingAddress")}
          />
          <Textarea
            label={t("contact.hours")}
            placeholder={t("contact.hoursSample")}
            autosize
            minRows={2}
            {...form.getInputProps("contact.hours")}
          />
        </Stack>
      </Fieldset>
    </Stack>
  );
}
