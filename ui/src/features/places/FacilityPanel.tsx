import { Button } from "@mantine/core";
import { IconDoor, IconEdit } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Facility } from "../../api/views";
import { writtenPhone } from "../../i18n/phone";
import { useText } from "../../i18n/text";
import type { Values } from "../../parts/changes";
import { DetailPanel } from "../../parts/DetailPanel";
import {
  contactDraft,
  FacilityFields,
  type FacilityValues,
  facilityLabels,
  facilityValues,
  validateFacility,
} from "../../parts/FacilityFields";
import { Facts } from "../../parts/Facts";
import { FormDrawer } from "../../parts/FormDrawer";
import { RecordHistory } from "../../parts/history/RecordHistory";
import { LoadingPanel } from "../../parts/LoadingPanel";
import { Section } from "../../parts/Section";
import { Allowed } from "../../shell/Allowed";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { PaymentMethodsSection } from "./PaymentMethodsSection";
import { TopUpSection } from "./TopUpSection";

/** What the form of a facility changes, and its history puts back. */
const RESTORED = [
  "code",
  "name",
  "country",
  "timeZone",
  "priceArea",
  "colour",
  "contact",
] as const satisfies readonly (keyof Facility)[];

export function FacilityPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const facility = api.useQuery("get", "/facilities/{id}", { params: { path: { id } } });
  if (!facility.data) return <LoadingPanel query={facility} onClose={onClose} />;
  return <Known facility={facility.data} onClose={onClose} />;
}

function Known({ facility, onClose }: { facility: Facility; onClose: () => void }) {
  const text = useText();
  const { t, format, language } = text;
  const { choose } = useFacilityChoice();
  const change = api.useMutation("patch", "/facilities/{id}");
  const organisations = api.useQuery("get", "/organisations", {}).data?.items ?? [];
  const [editing, setEditing] = useState(false);
  const me = useMe();
  const restoring = {
    view: facility,
    fields: RESTORED,
    save: (view: Facility, patch: Values) =>
      change.mutateAsync({ params: { path: { id: view.id } }, headers: ifMatch(view), body: patch }),
  };
  const { contact } = facility;
  return (
    <DetailPanel
      title={facility.name}
      subtitle={[facility.code, organisations.find(({ id }) => id === facility.organisationId)?.name]
        .filter(Boolean)
        .join(" · ")}
      onClose={onClose}
      actions={
        <>
          <Button
            component={Link}
            to="/units"
            leftSection={<IconDoor size={16} />}
            onClick={() => choose(facility.id)}
          >
            {t("facility.showUnits", { count: facility.counts.units })}
          </Button>
          <Allowed to="change_facility">
            <Button variant="default" leftSection={<IconEdit size={16} />} onClick={() => setEditing(true)}>
              {t("action.edit")}
            </Button>
          </Allowed>
        </>
      }
    >
      <Section title={t("facility.about")}>
        <Facts
          rows={[
            [t("facility.units"), format.number(facility.counts.units)],
            [t("room.people"), format.number(facility.counts.persons)],
            [t("organisation.country"), t(`country.${facility.country}`)],
            [t("facility.priceArea"), facility.priceArea],
            [t("facility.timeZone"), facility.timeZone],
          ]}
        />
      </Section>
      <Section title={t("facility.contact")}>
        <Facts
          rows={[
            [t("contact.phone"), contact.phone && writtenPhone(contact.phone, language)],
            [t("contact.email"), contact.email],
            [t("contact.visitingAddress"), contact.visitingAddress],
            [t("contact.hours"), contact.hours],
          ]}
        />
      </Section>
      {can(me, "read_billing") && <PaymentMethodsSection facility={facility} />}
      {can(me, "read_billing") && <TopUpSection facility={facility} />}
      <RecordHistory id={facility.id} restoring={can(me, "change_facility") ? restoring : undefined} />
      <FormDrawer<FacilityValues, Facility>
        title={t("facility.edit", { name: facility.name })}
        opened={editing}
        onClose={() => setEditing(false)}
        initial={facilityValues(facility)}
        view={facility}
        valuesOf={facilityValues}
        labels={facilityLabels(text)}
        validate={(values) => validateFacility(values, text)}
        savedWords={t("facility.saved")}
        save={(_values, { view, changed }) => {
          const { contact: block, organisationId: _fixed, ...patch } = changed;
          return change.mutateAsync({
            params: { path: { id: facility.id } },
            headers: ifMatch(view ?? facility),
            body: { ...patch, ...(block ? { contact: contactDraft(block) } : {}) },
          });
        }}
      >
        {(form) => <FacilityFields form={form} />}
      </FormDrawer>
    </DetailPanel>
  );
}
