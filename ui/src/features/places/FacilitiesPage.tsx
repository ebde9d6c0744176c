import { Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconBuildingCommunity, IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { Facility } from "../../api/views";
import { useText } from "../../i18n/text";
import { shadeOf } from "../../parts/colours";
import { Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { ExportMenu, queryOf } from "../../parts/ExportMenu";
import {
  contactDraft,
  FacilityFields,
  type FacilityValues,
  facilityLabels,
  NEW_FACILITY,
  validateFacility,
} from "../../parts/FacilityFields";
import { FormDrawer } from "../../parts/FormDrawer";
import { PageHeader } from "../../parts/PageHeader";
import type { Column } from "../../parts/table/column";
import { DataTable } from "../../parts/table/DataTable";
import { listedWhole } from "../../parts/table/listed";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import classes from "./FacilitiesPage.module.css";
import { FacilityPanel } from "./FacilityPanel";

export interface FacilitiesSearch {
  open?: string;
}

export function FacilitiesPage({
  search,
  onSearch,
}: {
  search: FacilitiesSearch;
  onSearch: (search: FacilitiesSearch) => void;
}) {
  const text = useText();
  const { t, format } = text;
  const { choose } = useFacilityChoice();
  const facilities = api.useQuery("get", "/facilities", {});
  const organisations = api.useQuery("get", "/organisations", {}).data?.items ?? [];
  const create = api.useMutation("post", "/facilities");
  const [creating, setCreating] = useState(false);
  const nameOf = useMemo(() => new Map(organisations.map(({ id, name }) => [id, name])), [organisations]);
  const changes = can(useMe(), "change_facility");
  useHotkeys(changes ? [["mod+N", () => setCreating(true)]] : []);

  const columns: Column<Facility>[] = [
    {
      id: "name",
      title: t("facility.name"),
      width: 240,
      exported: ["name"],
      text: (facility) => facility.name,
      show: (facility) => (
        <span className={classes.name}>
          <span
            className={classes.colour}
            style={{ background: shadeOf(facility.colour) }}
            aria-hidden="true"
          />
          <strong>{facility.name}</strong>
        </span>
      ),
    },
    {
      id: "code",
      title: t("facility.code"),
      width: 130,
      exported: ["code"],
      text: (facility) => facility.code,
    },
    {
      id: "units",
      title: t("facility.units"),
      width: 100,
      align: "end",
      exported: ["units"],
      text: (facility) => format.number(facility.counts.units),
    },
    {
      id: "persons",
      title: t("room.people"),
      width: 100,
      align: "end",
      exported: ["persons"],
      text: (facility) => format.number(facility.counts.persons),
    },
    {
      id: "priceArea",
      title: t("facility.priceArea"),
      width: 110,
      exported: ["priceArea"],
      text: (facility) => facility.priceArea ?? "",
    },
    {
      id: "organisation",
      title: t("facility.organisation"),
      width: 200,
      exported: ["organisation"],
      text: (facility) => nameOf.get(facility.organisationId) ?? "",
    },
  ];
  return (
    <>
      <PageHeader
        title={t("room.facilities")}
        subtitle={t("facilities.words")}
        actions={
          <>
            <ExportMenu
              table="facilities"
              columns={columns}
              address={(query) => `/exports/facilities?${queryOf(query)}`}
            />
            {changes && (
              <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)} title="Ctrl+N">
                {t("facility.new")}
              </Button>
            )}
          </>
        }
      />
      <Split
        list={
          <DataTable
            name="facilities"
            label={t("room.facilities")}
            columns={columns}
            list={listedWhole(facilities)}
            rowId={(facility) => facility.id}
            openId={search.open}
            onOpen={(facility) => onSearch({ open: facility.id })}
            count={(count) => t("facility.count", { count })}
            rowActions={(facility) => [
              {
                label: t("action.open"),
                icon: IconBuildingCommunity,
                run: () => onSearch({ open: facility.id }),
              },
              { label: t("palette.workIn", { facility: facility.name }), run: () => choose(facility.id) },
            ]}
            empty={
              <EmptyState
                icon={IconBuildingCommunity}
                title={t("facilities.emptyTitle")}
                action={changes && <Button onClick={() => setCreating(true)}>{t("facility.new")}</Button>}
              >
                {t("facilities.words")}
              </EmptyState>
            }
          />
        }
        detail={
          search.open && <FacilityPanel key={search.open} id={search.open} onClose={() => onSearch({})} />
        }
      />
      <FormDrawer<FacilityValues, Facility>
        title={t("facility.new")}
        opened={creating}
        onClose={() => setCreating(false)}
        initial={{
          ...NEW_FACILITY,
          organisationId: organisations[0]?.id ?? "",
          country: organisations[0]?.country ?? "SE",
          timeZone: organisations[0]?.country === "NO" ? "Europe/Oslo" : "Europe/Stockholm",
        }}
        labels={facilityLabels(text)}
        validate={(values) => validateFacility(values, text)}
        onSaved={(made) => made && onSearch({ open: made.id })}
        save={({ organisationId, ...values }, { key }) =>
          create.mutateAsync({
            headers: idempotent(key),
            params: { query: { organisationId } },
            body: { ...values, priceArea: values.priceArea || null, contact: contactDraft(values.contact) },
          })
        }
      >
        {(form) => <FacilityFields form={form} organisations={organisations} />}
      </FormDrawer>
    </>
  );
}
