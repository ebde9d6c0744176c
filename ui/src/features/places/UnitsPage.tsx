import { Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconDoor, IconFileImport, IconPlus } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { api, usePages } from "../../api/query";
import type { Unit } from "../../api/views";
import { useText } from "../../i18n/text";
import { Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { ExportMenu, queryOf } from "../../parts/ExportMenu";
import { FilterBar } from "../../parts/filter/FilterBar";
import { FilterChips } from "../../parts/filter/FilterChips";
import { SavedViews } from "../../parts/filter/SavedViews";
import { useConditions } from "../../parts/filter/useConditions";
import { NoResults } from "../../parts/NoResults";
import { PageHeader } from "../../parts/PageHeader";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import { Allowed } from "../../shell/Allowed";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { useAddress } from "../../shell/useAddress";
import { UnitForm } from "./UnitForm";
import { UnitPanel } from "./UnitPanel";
import { useUnitFields } from "./unitFields";

export interface UnitsSearch {
  q?: string;
  where?: string;
  sort?: string;
  open?: string;
  create?: string;
}

/** The units of the chosen facility: apartments, parking spaces, berths. */
export function UnitsPage({
  search,
  onSearch,
}: {
  search: UnitsSearch;
  onSearch: (search: UnitsSearch) => void;
}) {
  const { t } = useText();
  const navigate = useNavigate();
  const table = useRef<DataTableHandle>(null);
  const { facility } = useFacilityChoice();
  const addressOf = useAddress();
  const fields = useUnitFields();
  const conditions = useConditions(fields, search.where, (where) => onSearch({ ...search, where }));
  const filter = { facilityId: facility?.id, q: search.q, ...conditions.query };
  const list = useListedPages<Unit>(usePages<Unit>("/units", filter, { enabled: facility !== undefined }));
  const openRow = api.useQuery(
    "get",
    "/units/{id}",
    { params: { path: { id: search.open ?? "" } } },
    { enabled: search.open !== undefined },
  ).data;
  const create = () => onSearch({ ...search, create: "1" });
  const changes = can(useMe(), "change_facility");
  useHotkeys(changes ? [["mod+N", create]] : []);
  const columns: Column<Unit>[] = [
    {
      id: "code",
      title: t("unit.code"),
      width: 130,
      exported: ["code"],
      text: (unit) => unit.code,
      show: (unit) => <strong style={{ fontWeight: 600 }}>{unit.code}</strong>,
    },
    {
      id: "kind",
      title: t("unit.kind"),
      width: 150,
      exported: ["kind"],
      text: (unit) => t(`unit.kind.${unit.kind}`),
    },
    {
      id: "section",
      title: t("unit.section"),
      width: 150,
      exported: ["section"],
      text: (unit) => unit.section ?? "",
    },
    {
      id: "tenants",
      title: t("unit.tenants"),
      width: 260,
      exported: ["tenants"],
      text: (unit) => unit.tenants.map(({ name }) => name).join(", "),
    },
  ];
  return (
    <>
      <PageHeader
        title={t("facility.units")}
        subtitle={facility?.name ?? t("facility.all")}
        actions={
          <>
            {facility && (
              <ExportMenu
                table="units"
                columns={columns}
                address={(query) => `/exports/units?${queryOf({ ...filter, ...query })}`}
                also={{
                  label: t("export.tenancies"),
                  address: (query) => `/exports/tenancies?${queryOf({ facilityId: facility.id, ...query })}`,
                }}
              />
            )}
            {changes && (
              <Button
                leftSection={<IconPlus size={16} />}
                disabled={!facility}
                onClick={create}
                title="Ctrl+N"
              >
                {t("unit.new")}
              </Button>
            )}
          </>
        }
      />
      <FilterBar
        search={search.q}
        onSearch={(q) => onSearch({ ...search, q: q || undefined })}
        searchLabel={t("unit.search")}
        onLeaveSearch={() => table.current?.focus()}
      >
        <SavedViews
          room="units"
          query={{ q: search.q, where: search.where, sort: search.sort }}
          onOpen={(query) => onSearch({ ...(query as UnitsSearch), open: search.open })}
        />
        <FilterChips fields={fields} conditions={conditions.conditions} onChange={conditions.change} />
      </FilterBar>
      <Split
        list={
          <DataTable
            handle={table}
            name="units"
            label={t("facility.units")}
            columns={columns}
            list={list}
            rowId={(unit) => unit.id}
            openId={search.open}
            openRow={openRow}
            onOpen={(unit) => onSearch({ ...search, open: unit.id })}
            address={(unit) => addressOf({ to: "/units", search: { ...search, open: unit.id } })}
            sort={search.sort}
            onSort={(sort) => onSearch({ ...search, sort })}
            // By section, then by code, as one walks; the host gives them in no other order.
            pagedBy={{ column: "walk", words: t("unit.walkingOrder"), descending: false, reversible: false }}
            filterKey={JSON.stringify(filter)}
            count={(count) => t("unit.count", { count })}
            rowActions={(unit) => [
              { label: t("action.open"), icon: IconDoor, run: () => onSearch({ ...search, open: unit.id }) },
              ...unit.tenants.flatMap(({ personId, name }) =>
                personId
                  ? [
                      {
                        label: t("unit.openTenant", { name }),
                        run: () => void navigate({ to: "/people", search: { open: personId } }),
                      },
                    ]
                  : [],
              ),
            ]}
            empty={
              <EmptyState
                icon={IconDoor}
                title={t("unit.emptyTitle")}
                action={
                  <Allowed to="import">
                    <Button component={Link} to="/imports/new" leftSection={<IconFileImport size={16} />}>
                      {t("palette.import")}
                    </Button>
                  </Allowed>
                }
              >
                {t("unit.emptyWords")}
              </EmptyState>
            }
            noResults={
              (search.q || conditions.conditions.length > 0) && (
                <NoResults icon={IconDoor} title={t("unit.noResults")} onClear={() => onSearch({})} />
              )
            }
          />
        }
        detail={
          search.open && (
            <UnitPanel
              key={search.open}
              id={search.open}
              onClose={() => onSearch({ ...search, open: undefined })}
            />
          )
        }
      />
      {facility && (
        <UnitForm
          facility={facility}
          opened={changes && search.create !== undefined}
          onClose={() => onSearch({ ...search, create: undefined })}
        />
      )}
    </>
  );
}
