import { Anchor, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconCircleCheckFilled } from "@tabler/icons-react";
import { useRef } from "react";
import type { Country, Organisation } from "../api/views";
import { useText, type Text as Words } from "../i18n/text";
import { organisationNumberState, vatNumberFor, writtenOrganisationNumber } from "./organisationNumber";

export type OrganisationValues = {
  name: string;
  country: Country;
  organisationNumber: string;
  vatNumber: string;
  street: string;
  postalCode: string;
  city: string;
};

export const NEW_ORGANISATION: OrganisationValues = {
  name: "",
  country: "SE",
  organisationNumber: "",
  vatNumber: "",
  street: "",
  postalCode: "",
  city: "",
};

export function organisationValues(organisation: Organisation): OrganisationValues {
  return {
    name: organisation.name,
    country: organisation.country,
    organisationNumber: organisation.organisationNumber,
    vatNumber: organisation.vatNumber ?? "",
    street: organisation.street,
    postalCode: organisation.postalCode,
    city: organisation.city,
  };
}

export function validateOrganisation(
  values: OrganisationValues,
  { t }: Words,
): Record<string, string | null> {
  const state = organisationNumberState(values.country, values.organisationNumber);
  return {
    name: values.name.trim() ? null : t("field.required"),
    organisationNumber:
      state === "right" ? null : state === "empty" ? t("field.required") : t("organisation.numberWrong"),
    street: values.street.trim() ? null : t("field.required"),
    postalCode: values.postalCode.trim() ? null : t("field.required"),
    city: values.city.trim() ? null : t("field.required"),
  };
}

export function organisationLabels({ t }: Words): Record<keyof OrganisationValues, string> {
  return {
    name: t("organisation.name"),
    country: t("organisation.country"),
    organisationNumber: t("organisation.number"),
    vatNumber: t("organisation.vatNumber"),
    street: t("address.street"),
    postalCode: t("address.postalCode"),
    city: t("address.city"),
  };
}

/** The fields of an organisation; the number is checked as it is typed and suggests the VAT number. */
export function OrganisationFields({ form }: { form: UseFormReturnType<OrganisationValues> }) {
  const text = useText();
  const { t } = text;
  const labels = organisationLabels(text);
  const { country, organisationNumber, vatNumber } = form.values;
  const state = organisationNumberState(country, organisationNumber);
  const suggested = vatNumberFor(country, organisationNumber);
  const vatField = useRef<HTMLInputElement>(null);
  // What is pressed goes away when it is pressed, so whoever works by keyboard is put where the number went.
  const takeSuggested = () => {
    form.setFieldValue("vatNumber", suggested ?? "");
    vatField.current?.focus();
  };
  return (
    <Stack>
      <TextInput
        label={labels.name}
        required
        data-autofocus
        autoComplete="organization"
        {...form.getInputProps("name")}
      />
      <div>
        <Text size="sm" fw={500} mb={4} id="organisation-country">
          {labels.country}
        </Text>
        <SegmentedControl
          aria-labelledby="organisation-country"
          data={[
            { value: "SE", label: t("country.SE") },
            { value: "NO", label: t("country.NO") },
          ]}
          {...form.getInputProps("country")}
        />
      </div>
      <Group grow align="flex-start">
        <TextInput
          label={labels.organisationNumber}
          required
          inputMode="numeric"
          placeholder={country === "SE" ? "556677-8899" : "923 609 016"}
          {...form.getInputProps("organisationNumber")}
          error={
            state === "wrong"
              ? t("organisation.numberWrong")
              : (form.errors.organisationNumber as string | undefined)
          }
          rightSection={
            state === "right" && (
              <IconCircleCheckFilled
                size={18}
                color="var(--good)"
                role="img"
                aria-label={t("organisation.numberRight")}
              />
            )
          }
          onBlur={() =>
            form.setFieldValue("organisationNumber", writtenOrganisationNumber(country, organisationNumber))
          }
        />
        <TextInput
          label={labels.vatNumber}
          ref={vatField}
          {...form.getInputProps("vatNumber")}
          description={
            suggested && vatNumber !== suggested ? (
              <Anchor component="button" type="button" inherit onClick={takeSuggested}>
                {t("organisation.useVat", { number: suggested })}
              </Anchor>
            ) : undefined
          }
          inputWrapperOrder={["label", "input", "description", "error"]}
        />
      </Group>
      <TextInput
        label={labels.street}
        required
        autoComplete="street-address"
        {...form.getInputProps("street")}
      />
      <Group grow align="flex-start">
        <TextInput
          label={labels.postalCode}
          required
          autoComplete="postal-code"
          {...form.getInputProps("postalCode")}
        />
        <TextInput
          label={labels.city}
          required
          autoComplete="address-level2"
          {...form.getInputProps("city")}
        />
      </Group>
    </Stack>
  );
}
