import { Button, Select } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import {
  IconCheck,
  IconFileImport,
  IconMailForward,
  IconPlus,
  IconUsers,
  IconUsersGroup,
} from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useCallback, useRef, useState } from "react";
import { api, readAll, usePages } from "../../api/query";
import type { Person } from "../../api/views";
import { useText } from "../../i18n/text";
import { BulkButton, type Picked } from "../../parts/BulkBar";
import { Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { showProblem } from "../../parts/ErrorNotice";
import { ExportMenu, queryOf } from "../../parts/ExportMenu";
import { FilterBar } from "../../parts/filter/FilterBar";
import { FilterChips } from "../../parts/filter/FilterChips";
import { SavedViews } from "../../parts/filter/SavedViews";
import { useConditions } from "../../parts/filter/useConditions";
import { NoResults } from "../../parts/NoResults";
import { PageHeader } from "../../parts/PageHeader";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import type { PagedBy } from "../../parts/table/sorting";
import { useNow } from "../../parts/useNow";
import { Allowed } from "../../shell/Allowed";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { useRecents } from "../../shell/recents";
import { can, useMe } from "../../shell/session";
import { useAddress } from "../../shell/useAddress";
import { useDepartmentChoice } from "./departmentChoice";
import { HandOverDialog } from "./HandOverDialog";
import { PersonForm } from "./PersonForm";
import { PersonPanel } from "./PersonPanel";
import { hasMovedOut, loginsOf, usePeopleColumns } from "./peopleColumns";
import { usePeopleFields } from "./peopleFields";
import { PEOPLE_VIEWS, type PeopleSearch } from "./peopleViews";

const PAGED_BY: PagedBy = { column: "name", descending: false, reversible: false };

export function PeoplePage({
  search,
  onSearch,
}: {
  search: PeopleSearch;
  onSearch: (search: PeopleSearch) => void;
}) {
  const text = useText();
  const { t } = text;
  const navigate = useNavigate();
  const now = useNow();
  const table = useRef<DataTableHandle>(null);
  const { facility, organisation, filter: place } = useFacilityChoice();
  const addressOf = useAddress();
  const { remember } = useRecents();
  const [handing, setHanding] = useState<{ people: Person[]; clear: () => void }>();
  const choice = useDepartmentChoice(organisation?.id, search.department);
  const register = choice.department ? { departmentId: choice.department } : place;
  const fields = usePeopleFields();
  const conditions = useConditions(fields, search.where, (where) => onSearch({ ...search, where }));
  const filter = { ...register, view: search.view, q: search.q, ...conditions.query };
  const list = useListedPages<Person>(
    usePages<Person>("/persons", filter, {
      enabled: organisation !== undefined && (choice.mayAll || choice.department !== undefined),
    }),
  );
  const openRow = api.useQuery(
    "get",
    "/persons/{id}",
    { params: { path: { id: search.open ?? "" } } },
    { enabled: search.open !== undefined },
  ).data;
  const columns = usePeopleColumns(facility, now, choice.departments.length > 0);
  const filtered =
    search.view !== undefined ||
    search.q !== undefined ||
    search.department !== undefined ||
    conditions.conditions.length > 0;

  const open = (person: Person) => {
    remember({ key: `person-${person.id}`, title: person.name, to: "/people", search: { open: person.id } });
    onSearch({ ...search, open: person.id });
  };
  const close = useCallback(() => {
    onSearch({ ...search, open: undefined });
    table.current?.focus();
  }, [onSearch, search]);
  const me = useMe();
  const changes = can(me, "change_person");
  const issues = can(me, "issue_letter");
  const create = () => onSearch({ ...search, create: "1" });
  useHotkeys(changes ? [["mod+N", create]] : []);

  const toLetters = async (picked: Picked<Person>) => {
    try {
      const logins = (await picked.resolve()).flatMap((person) =>
        loginsOf(person, facility?.id).map(({ id }) => id),
      );
      await navigate({ to: "/letters", state: { loginIds: logins } });
    } catch (error) {
      showProblem(error, text);
    }
  };
  const toHandOver = async (picked: Picked<Person>) => {
    try {
      setHanding({ people: await picked.resolve(), clear: picked.clear });
    } catch (error) {
      showProblem(error, text);
    }
  };

  return (
    <>
      <PageHeader
        title={t("room.people")}
        subtitle={facility?.name ?? organisation?.name}
        actions={
          <>
            <Allowed to="merge_person">
              <Button
                component={Link}
                to="/people/duplicates"
                variant="subtle"
                leftSection={<IconUsersGroup size={16} />}
              >
                {t("people.duplicates")}
              </Button>
            </Allowed>
            <ExportMenu
              table="people"
              columns={columns}
              address={(query) => `/exports/people?${queryOf({ ...filter, ...query })}`}
            />
            {changes && (
              <Button leftSection={<IconPlus size={16} />} onClick={create} title="Ctrl+N">
                {t("palette.newPerson")}
              </Button>
            )}
          </>
        }
      />
      <FilterBar
        chips={PEOPLE_VIEWS.map((value) => ({ value, label: t(`people.view.${value}`) }))}
        chip={search.view ?? "all"}
        onChip={(view) => onSearch({ ...search, view: view === "all" ? undefined : view })}
        search={search.q}
        onSearch={(q) => onSearch({ ...search, q: q || undefined })}
        searchLabel={t("people.search")}
        onLeaveSearch={() => table.current?.focus()}
      >
        {choice.departments.length > (choice.mayAll ? 0 : 1) && (
          <Select
            aria-label={t("person.department")}
            w={190}
            allowDeselect={false}
            data={[
              ...(choice.mayAll ? [{ value: "", label: t("people.allDepartments") }] : []),
              ...choice.departments.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            value={choice.department ?? ""}
            onChange={(id) => onSearch({ ...search, department: id || undefined })}
          />
        )}
        <SavedViews
          room="people"
          query={{
            view: search.view,
            q: search.q,
            department: search.department,
            where: search.where,
            sort: search.sort,
          }}
          onOpen={(query) => onSearch({ ...(query as PeopleSearch), open: search.open })}
        />
        <FilterChips fields={fields} conditions={conditions.conditions} onChange={conditions.change} />
      </FilterBar>
      <Split
        list={
          <DataTable
            handle={table}
            name="people"
            label={t("room.people")}
            columns={columns}
            list={list}
            rowId={(person) => person.id}
            openId={search.open}
            openRow={openRow}
            onOpen={open}
            address={(person) => addressOf({ to: "/people", search: { ...search, open: person.id } })}
            sort={search.sort}
            onSort={(sort) => onSearch({ ...search, sort })}
            pagedBy={PAGED_BY}
            filterKey={JSON.stringify(filter)}
            count={(count) => t("people.count", { count })}
            readAll={() => readAll<Person>("/persons", filter)}
            dim={hasMovedOut}
            rowActions={(person) => {
              const logins = loginsOf(person, facility?.id);
              return [
                { label: t("action.open"), icon: IconUsers, run: () => open(person) },
                ...(issues
                  ? [
                      {
                        label: t("letters.new"),
                        icon: IconMailForward,
                        disabledReason: logins.length === 0 ? t("login.none") : undefined,
                        run: () =>
                          void navigate({ to: "/letters", state: { loginIds: logins.map(({ id }) => id) } }),
                      },
                    ]
                  : []),
              ];
            }}
            bulkActions={(picked) => (
              <Allowed to="issue_letter">
                <BulkButton icon={<IconMailForward size={15} />} onClick={() => void toLetters(picked)}>
                  {t("letters.print")}
                </BulkButton>
                <BulkButton icon={<IconCheck size={15} />} onClick={() => void toHandOver(picked)}>
                  {t("letters.markHandedOver")}
                </BulkButton>
              </Allowed>
            )}
            empty={
              <EmptyState
                icon={IconUsers}
                title={t("people.emptyTitle")}
                action={
                  <>
                    <Allowed to="import">
                      <Button component={Link} to="/imports/new" leftSection={<IconFileImport size={16} />}>
                        {t("palette.import")}
                      </Button>
                    </Allowed>
                    {changes && (
                      <Button variant="default" onClick={create}>
                        {t("palette.newPerson")}
                      </Button>
                    )}
                  </>
                }
              >
                {t("people.emptyWords")}
              </EmptyState>
            }
            noResults={
              filtered && (
                <NoResults
                  icon={IconUsers}
                  title={t("people.noResultsTitle")}
                  onClear={() => onSearch({ open: search.open })}
                >
                  {t("people.noResultsWords")}
                </NoResults>
              )
            }
          />
        }
        detail={search.open && <PersonPanel key={search.open} id={search.open} onClose={close} />}
      />
      <PersonForm
        opened={changes && search.create !== undefined}
        onClose={() => onSearch({ ...search, create: undefined })}
        onSaved={(person) => person && onSearch({ open: person.id })}
      />
      {handing && (
        <HandOverDialog
          people={handing.people}
          facilityId={facility?.id}
          onClose={() => setHanding(undefined)}
          onDone={handing.clear}
        />
      )}
    </>
  );
}
