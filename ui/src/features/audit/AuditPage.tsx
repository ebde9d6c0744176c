import { IconFilter, IconHistory, IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useRef } from "react";
import { api, usePages } from "../../api/query";
import type { AuditRow } from "../../api/views";
import { useText } from "../../i18n/text";
import { DetailPanel, Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { ExportMenu, queryOf } from "../../parts/ExportMenu";
import { withCondition } from "../../parts/filter/conditions";
import { FilterBar } from "../../parts/filter/FilterBar";
import { FilterChips } from "../../parts/filter/FilterChips";
import { SavedViews } from "../../parts/filter/SavedViews";
import { useConditions } from "../../parts/filter/useConditions";
import { actorName } from "../../parts/history/actorName";
import { reasonWords } from "../../parts/history/historyWords";
import { toldName } from "../../parts/history/recordName";
import { NoResults } from "../../parts/NoResults";
import { PageHeader } from "../../parts/PageHeader";
import { StateBadge } from "../../parts/StateBadge";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import { hostOrder, type PagedBy, readSort } from "../../parts/table/sorting";
import { useAddress } from "../../shell/useAddress";
import { AuditDetail } from "./AuditDetail";
import { useAuditFields } from "./auditFields";
import { SubjectName } from "./auditSubject";

export interface AuditSearch {
  where?: string;
  sort?: string;
  open?: string;
}

const PAGED_BY: PagedBy = { column: "at", descending: true, reversible: true };

/** Who did what, when, to which record: append-only, and provably whole. */
export function AuditPage({
  search,
  onSearch,
}: {
  search: AuditSearch;
  onSearch: (search: AuditSearch) => void;
}) {
  const text = useText();
  const { t, word, format } = text;
  const table = useRef<DataTableHandle>(null);
  const addressOf = useAddress();
  const fields = useAuditFields();
  const conditions = useConditions(fields, search.where, (where) =>
    onSearch({ ...search, where, open: undefined }),
  );
  const filter = conditions.query;
  const order = hostOrder(readSort(search.sort, [{ id: PAGED_BY.column }]), PAGED_BY);
  const list = useListedPages<AuditRow>(usePages<AuditRow>("/audit", { ...filter, order }));
  // A link names an event by its place in the chain, which may be far from the end that the list is read from.
  const listed = list.rows.find((row) => String(row.seq) === search.open);
  const named = api.useQuery(
    "get",
    "/audit",
    { params: { query: { seq: Number(search.open) } } },
    { enabled: /^\d+$/.test(search.open ?? "") && !listed },
  );
  const open = listed ?? named.data?.items[0];
  const columns: Column<AuditRow>[] = [
    {
      id: "at",
      title: t("audit.at"),
      width: 165,
      text: (row) => format.dateTime(row.at),
      sortBy: (row) => row.at,
      exported: ["at"],
    },
    {
      id: "actor",
      title: t("audit.actor"),
      width: 180,
      text: (row) => actorName(row, text),
      exported: ["actor"],
    },
    {
      id: "action",
      title: t("audit.action"),
      width: 280,
      exported: ["action"],
      text: (row) => word("event", row.action, "event.other"),
      show: (row) => <strong style={{ fontWeight: 600 }}>{word("event", row.action, "event.other")}</strong>,
    },
    {
      id: "subject",
      title: t("audit.subject"),
      width: 230,
      exported: ["subjectKind", "subjectId"],
      text: (row) => [word("subject", row.subjectKind), toldName(row)].filter(Boolean).join(" · "),
      show: (row) => <SubjectName row={row} />,
    },
    {
      id: "reason",
      title: t("consent.reason"),
      width: 220,
      exported: ["reason"],
      text: (row) => reasonWords(row, text),
    },
  ];
  return (
    <>
      <PageHeader
        title={t("room.audit")}
        subtitle={<Proof />}
        actions={
          <ExportMenu
            table="audit"
            columns={columns}
            address={(query) => `/exports/audit?${queryOf({ ...filter, ...query })}`}
          />
        }
      />
      <FilterBar>
        <SavedViews
          room="audit"
          query={{ where: search.where, sort: search.sort }}
          onOpen={(query) => onSearch({ ...(query as AuditSearch), open: search.open })}
        />
        <FilterChips fields={fields} conditions={conditions.conditions} onChange={conditions.change} />
      </FilterBar>
      <Split
        list={
          <DataTable
            handle={table}
            name="audit"
            label={t("room.audit")}
            columns={columns}
            list={list}
            rowId={(row) => String(row.seq)}
            openId={search.open}
            onOpen={(row) => onSearch({ ...search, open: String(row.seq) })}
            address={(row) => addressOf({ to: "/audit", search: { ...search, open: String(row.seq) } })}
            rowActions={(row) => [
              {
                label: t("audit.onlyActor", { name: actorName(row, text) }),
                icon: IconFilter,
                disabledReason: row.actorId ? undefined : t("audit.noActor"),
                run: () =>
                  conditions.change(
                    withCondition(conditions.conditions, {
                      field: "actor",
                      operator: "is",
                      value: row.actorId ?? "",
                    }),
                  ),
              },
            ]}
            sort={search.sort}
            onSort={(sort) => onSearch({ ...search, sort })}
            pagedBy={PAGED_BY}
            filterKey={JSON.stringify(filter)}
            count={(count) => t("audit.count", { count })}
            empty={<EmptyState icon={IconHistory} title={t("audit.emptyTitle")} />}
            noResults={
              conditions.conditions.length > 0 && (
                <NoResults icon={IconHistory} title={t("audit.noResults")} onClear={() => onSearch({})} />
              )
            }
          />
        }
        detail={
          open && (
            <DetailPanel
              title={word("event", open.action, "event.other")}
              subtitle={`${actorName(open, text)} · ${format.dateTime(open.at)}`}
              onClose={() => {
                onSearch({ ...search, open: undefined });
                table.current?.focus();
              }}
            >
              <AuditDetail row={open} />
            </DetailPanel>
          )
        }
      />
    </>
  );
}

/** The line that says whether the log is whole. */
function Proof() {
  const { t } = useText();
  const proof = api.useQuery("get", "/audit/proof", {});
  if (!proof.data) return null;
  const { holds, rows, head } = proof.data;
  return holds ? (
    <StateBadge tone="good" icon={IconShieldCheck}>
      {t("audit.proofHolds", { count: rows, head: head.slice(0, 12) })}
    </StateBadge>
  ) : (
    <StateBadge tone="bad" icon={IconShieldX}>
      {t("audit.proofBroken", { at: String(proof.data.brokenAt ?? "") })}
    </StateBadge>
  );
}
