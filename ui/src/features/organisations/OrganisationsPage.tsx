import { Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconBuildingSkyscraper, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { Organisation } from "../../api/views";
import { useText } from "../../i18n/text";
import { Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { FormDrawer } from "../../parts/FormDrawer";
import {
  NEW_ORGANISATION,
  OrganisationFields,
  type OrganisationValues,
  organisationLabels,
  validateOrganisation,
} from "../../parts/OrganisationFields";
import { writtenOrganisationNumber } from "../../parts/organisationNumber";
import { PageHeader } from "../../parts/PageHeader";
import type { Column } from "../../parts/table/column";
import { DataTable } from "../../parts/table/DataTable";
import { listedWhole } from "../../parts/table/listed";
import { can, useMe } from "../../shell/session";
import { OrganisationPanel } from "./OrganisationPanel";

export interface OrganisationsSearch {
  open?: string;
}

export function OrganisationsPage({
  search,
  onSearch,
}: {
  search: OrganisationsSearch;
  onSearch: (search: OrganisationsSearch) => void;
}) {
  const text = useText();
  const { t } = text;
  const organisations = api.useQuery("get", "/organisations", {});
  const create = api.useMutation("post", "/organisations");
  const [creating, setCreating] = useState(false);
  const changes = can(useMe(), "change_organisation");
  useHotkeys(changes ? [["mod+N", () => setCreating(true)]] : []);
  const columns: Column<Organisation>[] = [
    {
      id: "name",
      title: t("organisation.name"),
      width: 260,
      text: (organisation) => organisation.name,
      show: (organisation) => <strong style={{ fontWeight: 600 }}>{organisation.name}</strong>,
    },
    {
      id: "number",
      title: t("organisation.number"),
      width: 170,
      text: (organisation) =>
        writtenOrganisationNumber(organisation.country, organisation.organisationNumber),
    },
    { id: "city", title: t("address.city"), width: 160, text: (organisation) => organisation.city },
    {
      id: "country",
      title: t("organisation.country"),
      width: 120,
      text: ({ country }) => t(`country.${country}`),
    },
  ];
  return (
    <>
      <PageHeader
        title={t("room.organisations")}
        subtitle={t("organisation.words")}
        actions={
          changes && (
            <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)} title="Ctrl+N">
              {t("organisation.new")}
            </Button>
          )
        }
      />
      <Split
        list={
          <DataTable
            name="organisations"
            label={t("room.organisations")}
            columns={columns}
            list={listedWhole(organisations)}
            rowId={(organisation) => organisation.id}
            openId={search.open}
            onOpen={(organisation) => onSearch({ open: organisation.id })}
            count={(count) => t("organisation.count", { count })}
            empty={<EmptyState icon={IconBuildingSkyscraper} title={t("organisation.words")} />}
          />
        }
        detail={
          search.open && <OrganisationPanel key={search.open} id={search.open} onClose={() => onSearch({})} />
        }
      />
      <FormDrawer<OrganisationValues, Organisation>
        title={t("organisation.new")}
        opened={creating}
        onClose={() => setCreating(false)}
        initial={NEW_ORGANISATION}
        labels={organisationLabels(text)}
        validate={(values) => validateOrganisation(values, text)}
        onSaved={(made) => made && onSearch({ open: made.id })}
        save={(values, { key }) =>
          create.mutateAsync({
            headers: idempotent(key),
            body: { ...values, vatNumber: values.vatNumber || null },
          })
        }
      >
        {(form) => <OrganisationFields form={form} />}
      </FormDrawer>
    </>
  );
}
