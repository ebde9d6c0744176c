import { Button } from "@mantine/core";
import {
  IconBolt,
  IconChargingPile,
  IconFileInvoice,
  IconMessageQuestion,
  IconUser,
} from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { api, usePages } from "../../api/query";
import type { Session } from "../../api/views";
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
import { StateBadge } from "../../parts/StateBadge";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import { hostOrder, type PagedBy, readSort } from "../../parts/table/sorting";
import { useNow } from "../../parts/useNow";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { useAddress } from "../../shell/useAddress";
import { SessionBadge } from "./SessionBadge";
import { SessionPanel } from "./SessionPanel";
import { useSessionFields } from "./sessionFields";
import { CHARGE_TONES, minutesOf, SESSION_VIEWS, type SessionView } from "./sessionStates";
import { useSessionWords } from "./useSessionWords";

export interface SessionsSearch {
  view?: string;
  where?: string;
  sort?: string;
  open?: string;
}

const PAGED_BY: PagedBy = { column: "started", descending: true, reversible: true };

/** Charging sessions: who took how much energy where and when, and which of them somebody has to look at. */
export function SessionsPage({
  search,
  onSearch,
}: {
  search: SessionsSearch;
  onSearch: (search: SessionsSearch) => void;
}) {
  const { t } = useText();
  const navigate = useNavigate();
  const now = useNow();
  const table = useRef<DataTableHandle>(null);
  const addressOf = useAddress();
  const { facility, facilities, organisation, filter: place } = useFacilityChoice();
  const fields = useSessionFields();
  const conditions = useConditions(fields, search.where, (where) => onSearch({ ...search, where }));
  const view = SESSION_VIEWS.find((known) => known === search.view) ?? "all";
  const order = hostOrder(readSort(search.sort, [{ id: PAGED_BY.column }]), PAGED_BY);
  const filter = { ...place, state: view === "all" ? undefined : view, ...conditions.query };
  const list = useListedPages<Session>(
    usePages<Session>("/sessions", { ...filter, order }, { enabled: organisation !== undefined }),
  );
  const words = useSessionWords();
  const columns = useColumns(now, facilities.length > 1 && !facility);
  const filtered = view !== "all" || conditions.conditions.length > 0;
  const open = (session: Session) => onSearch({ ...search, open: session.id });
  return (
    <>
      <PageHeader
        title={t("room.sessions")}
        subtitle={facility?.name ?? organisation?.name}
        actions={
          <>
            <ExportMenu
              table="sessions"
              columns={columns}
              address={(query) => `/exports/sessions?${queryOf({ ...filter, ...query })}`}
            />
            <ToStrays />
          </>
        }
      />
      <FilterBar<SessionView>
        chips={SESSION_VIEWS.map((value) => ({ value, label: t(`session.view.${value}`) }))}
        chip={view}
        onChip={(chip) => onSearch({ ...search, view: chip === "all" ? undefined : chip })}
      >
        <SavedViews
          room="sessions"
          query={{ view: search.view, where: search.where, sort: search.sort }}
          onOpen={(query) => onSearch({ ...(query as SessionsSearch), open: search.open })}
        />
        <FilterChips fields={fields} conditions={conditions.conditions} onChange={conditions.change} />
      </FilterBar>
      <Split
        list={
          <DataTable
            handle={table}
            name="sessions"
            label={t("room.sessions")}
            columns={columns}
            list={list}
            rowId={({ id }) => id}
            openId={search.open}
            onOpen={open}
            address={(session) => addressOf({ to: "/sessions", search: { ...search, open: session.id } })}
            sort={search.sort}
            onSort={(sort) => onSearch({ ...search, sort })}
            pagedBy={PAGED_BY}
            filterKey={JSON.stringify(filter)}
            count={(count) => t("session.count", { count })}
            dim={({ state }) => state === "void"}
            rowActions={(session) => [
              { label: t("action.open"), icon: IconBolt, run: () => open(session) },
              {
                label: t("session.openPoint", { name: session.chargePointName }),
                icon: IconChargingPile,
                run: () =>
                  void navigate({ to: "/charge-points", search: { open: session.chargePointId } as never }),
              },
              ...session.documents.map(({ id, number }) => ({
                label: t("session.openDocument", { number: number ?? t("document.draftNumber") }),
                icon: IconFileInvoice,
                run: () => void navigate({ to: "/documents", search: { open: id } }),
              })),
              ...(session.personId
                ? [
                    {
                      label: t("unit.openTenant", { name: words.who(session) }),
                      icon: IconUser,
                      run: () =>
                        void navigate({ to: "/people", search: { open: session.personId ?? undefined } }),
                    },
                  ]
                : []),
            ]}
            empty={
              <EmptyState icon={IconBolt} title={t("session.emptyTitle")}>
                {t("session.emptyWords")}
              </EmptyState>
            }
            noResults={
              filtered && (
                <NoResults
                  icon={IconBolt}
                  title={t(view === "to_look_at" ? "session.allJudged" : "session.noResults")}
                  onClear={() => onSearch({ open: search.open })}
                />
              )
            }
          />
        }
        detail={
          search.open && (
            <SessionPanel
              key={search.open}
              id={search.open}
              onClose={() => {
                onSearch({ ...search, open: undefined });
                table.current?.focus();
              }}
            />
          )
        }
      />
    </>
  );
}

/** The way to reports that belong to no session, with how many wait. */
function ToStrays() {
  const { t, format } = useText();
  const { facility, facilities, organisation } = useFacilityChoice();
  const todo = api.useQuery("get", "/todo", {});
  const here = new Set(
    (facility ? [facility] : facilities.filter((each) => each.organisationId === organisation?.id)).map(
      ({ id }) => id as string,
    ),
  );
  const count = (todo.data?.items ?? [])
    .filter((item) => item.kind === "stray_message.unresolved" && here.has(item.facilityId ?? ""))
    .reduce((sum, item) => sum + item.count, 0);
  return (
    <Button
      component={Link}
      to="/sessions/stray"
      variant="default"
      leftSection={<IconMessageQuestion size={16} />}
      rightSection={count > 0 ? format.number(count) : undefined}
    >
      {t("stray.title")}
    </Button>
  );
}

function useColumns(now: Date, hasFacilities: boolean): Column<Session>[] {
  const { t, word, format } = useText();
  const words = useSessionWords();
  const { facilities } = useFacilityChoice();
  return useMemo<Column<Session>[]>(
    () => [
      {
        id: "started",
        title: t("session.startedAt"),
        width: 170,
        exported: ["startedAt"],
        text: ({ startedAt }) => format.dateTime(startedAt),
        sortBy: ({ startedAt }) => startedAt,
      },
      {
        id: "chargePoint",
        title: t("session.chargePoint"),
        width: 160,
        exported: ["chargePointName", "connector"],
        text: words.where,
        show: (session) => <strong style={{ fontWeight: 600 }}>{words.where(session)}</strong>,
      },
      {
        id: "person",
        title: t("session.person"),
        width: 220,
        exported: ["personName"],
        text: words.who,
      },
      {
        id: "energy",
        title: t("session.energy"),
        width: 120,
        align: "end",
        exported: ["energyKwh"],
        text: ({ energyWh, state }) => (state === "open" ? "–" : format.energy(energyWh)),
        sortBy: ({ energyWh }) => energyWh,
      },
      {
        id: "duration",
        title: t("session.time"),
        width: 130,
        align: "end",
        exported: ["durationMinutes"],
        text: (session) => words.duration(session, now),
        sortBy: (session) => minutesOf(session, now),
      },
      {
        id: "state",
        title: t("session.stateTitle"),
        width: 210,
        exported: ["state", "doubts"],
        text: ({ state }) => word("session.state", state),
        show: (session) => <SessionBadge session={session} />,
      },
      {
        id: "chargeState",
        title: t("session.chargeState"),
        width: 190,
        hidden: true,
        exported: ["chargeState"],
        text: ({ chargeState }) => t(`session.chargeState.${chargeState}`),
        show: ({ chargeState }) => (
          <StateBadge tone={CHARGE_TONES[chargeState]}>{t(`session.chargeState.${chargeState}`)}</StateBadge>
        ),
      },
      {
        id: "document",
        title: t("session.documentNumber"),
        width: 150,
        hidden: true,
        exported: ["documentNumber"],
        text: ({ documents }) =>
          documents.map(({ number }) => number ?? t("document.draftNumber")).join(", "),
      },
      ...(hasFacilities
        ? [
            {
              id: "facility",
              title: t("facility.one"),
              width: 170,
              exported: ["facilityCode"],
              text: ({ facilityId }: Session) => facilities.find(({ id }) => id === facilityId)?.name ?? "",
            },
          ]
        : []),
      {
        id: "stopped",
        title: t("session.stoppedAt"),
        width: 170,
        hidden: true,
        exported: ["stoppedAt"],
        text: ({ stoppedAt }) => (stoppedAt ? format.dateTime(stoppedAt) : ""),
        sortBy: ({ stoppedAt }) => stoppedAt ?? "",
      },
      {
        id: "tag",
        title: t("tag.one"),
        width: 180,
        hidden: true,
        exported: ["tag"],
        text: ({ tag }) => tag ?? "",
      },
      {
        id: "transaction",
        title: t("session.transaction"),
        width: 120,
        hidden: true,
        exported: ["transactionId"],
        text: ({ transactionId }) =>
          transactionId === null || transactionId === undefined ? "" : String(transactionId),
        sortBy: ({ transactionId }) => transactionId ?? 0,
      },
    ],
    [t, word, format, words, facilities, hasFacilities, now],
  );
}
