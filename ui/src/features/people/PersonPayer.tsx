import { ActionIcon, Button, Checkbox, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { IconEdit, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Country, Person } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { Facts } from "../../parts/Facts";
import { FormDrawer } from "../../parts/FormDrawer";
import { organisationNumberState, writtenOrganisationNumber } from "../../parts/organisationNumber";
import { writtenPostalCode } from "../../parts/postalCode";
import { Section } from "../../parts/Section";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import classes from "./GrowingSection.module.css";

type PayerValues = {
  payer: {
    name: string;
    country: Country;
    organisationNumber: string;
    street: string;
    postalCode: string;
    city: string;
    reference: string;
    gln: string;
    email: string;
    collects: boolean;
  };
};

/** Who pays: the person, or a company that is then named on invoices and can have them as e-invoices. */
export function PersonPayer({ person }: { person: Person }) {
  const { t } = useText();
  const me = useMe();
  const { organisations } = useFacilityChoice();
  const change = api.useMutation("patch", "/persons/{id}");
  const [layer, setLayer] = useState<"edit" | "remove">();
  const home = organisations.find((each) => each.id === person.organisationId)?.country ?? "SE";
  const changes = can(me, "change_person");
  const payer = person.payer;
  const close = () => setLayer(undefined);

  const valuesOf = (from: Person): PayerValues => ({
    payer: {
      name: from.payer?.name ?? "",
      country: from.payer?.country ?? home,
      organisationNumber: from.payer
        ? writtenOrganisationNumber(from.payer.country, from.payer.organisationNumber)
        : "",
      street: from.payer?.street ?? "",
      postalCode: from.payer?.postalCode ?? "",
      city: from.payer?.city ?? "",
      reference: from.payer?.reference ?? "",
      gln: from.payer?.gln ?? "",
      email: from.payer?.email ?? "",
      collects: from.payer?.collects ?? false,
    },
  });
  const required = (value: string) => (value.trim() ? null : t("field.required"));

  return (
    <Section
      title={t("payer.title")}
      aside={
        changes &&
        (payer ? (
          <Group gap={4} wrap="nowrap">
            <ActionIcon aria-label={t("payer.edit")} onClick={() => setLayer("edit")}>
              <IconEdit size={16} />
            </ActionIcon>
            <ActionIcon color="red" aria-label={t("payer.remove")} onClick={() => setLayer("remove")}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ) : (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => setLayer("edit")}
          >
            {t("payer.add")}
          </Button>
        ))
      }
    >
      {payer ? (
        <Facts
          rows={[
            [t("payer.name"), payer.name],
            [t("organisation.number"), writtenOrganisationNumber(payer.country, payer.organisationNumber)],
            [t("person.address"), `${payer.street}, ${writtenPostalCode(payer.postalCode)} ${payer.city}`],
            [t("payer.reference"), payer.reference],
            payer.email ? [t("payer.email"), payer.email] : undefined,
            payer.gln ? [t("payer.gln"), payer.gln] : undefined,
            [t("payer.collects"), payer.collects ? t("payer.together") : t("payer.apart")],
          ]}
        />
      ) : (
        <p className={classes.none}>{t("payer.none")}</p>
      )}
      <FormDrawer<PayerValues, Person>
        title={t("payer.of", { name: person.name })}
        opened={layer === "edit"}
        onClose={close}
        initial={valuesOf(person)}
        view={person}
        valuesOf={valuesOf}
        labels={{ payer: t("payer.title") }}
        shownAs={{ payer: (value) => value.name }}
        validate={({ payer: it }) => {
          const state = organisationNumberState(it.country, it.organisationNumber);
          return {
            "payer.name": required(it.name),
            "payer.organisationNumber":
              state === "right"
                ? null
                : state === "empty"
                  ? t("field.required")
                  : t("organisation.numberWrong"),
            "payer.street": required(it.street),
            "payer.postalCode": required(it.postalCode),
            "payer.city": required(it.city),
          };
        }}
        savedWords={t("person.saved")}
        save={async (_, { view, changed }) =>
          view &&
          change.mutateAsync({ params: { path: { id: view.id } }, headers: ifMatch(view), body: changed })
        }
      >
        {(form) => (
          <Stack gap="sm">
            <Text size="sm">{t("payer.words")}</Text>
            <TextInput
              label={t("payer.name")}
              required
              data-autofocus
              autoComplete="organization"
              {...form.getInputProps("payer.name")}
            />
            <div>
              <Text size="sm" fw={500} mb={4} id="payer-country">
                {t("organisation.country")}
              </Text>
              <SegmentedControl
                aria-labelledby="payer-country"
                data={[
                  { value: "SE", label: t("country.SE") },
                  { value: "NO", label: t("country.NO") },
                ]}
                {...form.getInputProps("payer.country")}
              />
            </div>
            <TextInput
              label={t("organisation.number")}
              required
              inputMode="numeric"
              placeholder={form.values.payer.country === "SE" ? "556677-8899" : "923 609 016"}
              {...form.getInputProps("payer.organisationNumber")}
            />
            <TextInput label={t("address.street")} required {...form.getInputProps("payer.street")} />
            <Group grow align="flex-start">
              <TextInput
                label={t("address.postalCode")}
                required
                {...form.getInputProps("payer.postalCode")}
              />
              <TextInput label={t("address.city")} required {...form.getInputProps("payer.city")} />
            </Group>
            <TextInput
              label={t("payer.reference")}
              description={t("payer.referenceHint")}
              {...form.getInputProps("payer.reference")}
            />
            <TextInput
              label={t("payer.email")}
              description={t("payer.emailHint")}
              type="email"
              autoComplete="off"
              {...form.getInputProps("payer.email")}
            />
            <TextInput
              label={t("payer.gln")}
              description={t("payer.glnHint")}
              inputMode="numeric"
              {...form.getInputProps("payer.gln")}
            />
            <Checkbox
              label={t("payer.collect")}
              description={t("payer.collectHint")}
              {...form.getInputProps("payer.collects", { type: "checkbox" })}
            />
          </Stack>
        )}
      </FormDrawer>
      {layer === "remove" && (
        <ConsentDialog
          title={t("payer.remove")}
          confirm={t("action.remove")}
          danger
          onClose={close}
          onConfirm={() =>
            change.mutateAsync({
              params: { path: { id: person.id } },
              headers: ifMatch(person),
              body: { payer: null },
            })
          }
        >
          <p style={{ margin: 0 }}>{t("payer.removeWords", { name: person.name })}</p>
        </ConsentDialog>
      )}
    </Section>
  );
}
