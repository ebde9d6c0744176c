import { Button, Select } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { IconHistory, IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useRef } from "react";
import { api, usePages } from "../../api/query";
import type { AuditRow } from "../../api/views";
import { useText } from "../../i18n/text";
import { type Column, DataTable, type DataTableHandle } from "../../parts/DataTable";
import { DetailPanel, Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { ExportMenu, queryOf } from "../../parts/ExportMenu";
import { FilterBar } from "../../parts/FilterBar";
import { useListedPages } from "../../parts/listed";
import { PageHeader } from "../../parts/PageHeader";
import { StateBadge } from "../../parts/StateBadge";
import { AuditDetail } from "./AuditDetail";
import { dayAfter, dayStart } from "./auditFilter";
import { subjectName } from "./auditSubject";

export interface AuditSearch {
  action?: string;
  from?: string;
  to?: string;
  open?: string;
}

/** Who did what, when, to which record: append-only, and provably whole. */
export function AuditPage({
  search,
  onSearch,
}: {
  search: AuditSearch;
  onSearch: (search: AuditSearch) => void;
}) {
  const { t, word, format } = useText();
  const table = useRef<DataTableHandle>(null);
  const filter = {
    action: search.action,
    from: search.from && dayStart(search.from),
    to: search.to && dayStart(dayAfter(search.to)),
  };
  const actions = api.useQuery("get", "/audit/actions", {}, { staleTime: Number.POSITIVE_INFINITY });
  const list = useListedPages<AuditRow>(usePages<AuditRow>("/audit", filter));
  const open = list.rows.find((row) => String(row.seq) === search.open);
  const filtered = Boolean(search.action || search.from || search.to);
  const columns: Column<AuditRow>[] = [
    { id: "at", title: t("audit.at"), width: 165, text: (row) => format.dateTime(row.at) },
    { id: "actor", title: t("audit.actor"), width: 180, text: (row) => row.actorName || t("audit.system") },
    {
      id: "action",
      title: t("audit.action"),
      width: 280,
      text: (row) => word("event", row.action, "event.other"),
      show: (row) => <strong style={{ fontWeight: 600 }}>{word("event", row.action, "event.other")}</strong>,
    },
    {
      id: "subject",
      title: t("audit.subject"),
      width: 230,
      text: (row) => [word("subject", row.subjectKind), subjectName(row)].filter(Boolean).join(" · "),
    },
    { id: "reason", title: t("consent.reason"), width: 220, text: (row) => row.reason ?? "" },
  ];
  return (
    <>
      <PageHeader
        title={t("room.audit")}
        subtitle={<Proof />}
        actions={<ExportMenu address={(as) => `/exports/audit?${queryOf({ ...filter, format: as })}`} />}
      />
      <FilterBar>
        <Select
          aria-label={t("audit.action")}
          placeholder={t("audit.anyAction")}
          clearable
          searchable
          miw={280}
          clearButtonProps={{ "aria-label": t("action.clear") }}
          data={(actions.data?.items ?? []).map((value) => ({
            value,
            label: word("event", value, "event.other"),
          }))}
          value={search.action ?? null}
          onChange={(action) => onSearch({ ...search, action: action ?? undefined, open: undefined })}
        />
        <DatePickerInput
          type="range"
          size="sm"
          miw={230}
          placeholder={t("audit.anyPeriod")}
          valueFormat={format.datePattern}
          withWeekNumbers
          clearable
          clearButtonProps={{ "aria-label": t("action.clear") }}
          value={[search.from ?? null, search.to ?? null]}
          onChange={([from, to]) => onSearch({ ...search, from: from ?? undefined, to: to ?? undefined })}
        />
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
            count={(count) => t("audit.count", { count })}
            empty={<EmptyState icon={IconHistory} title={t("audit.emptyTitle")} />}
            noResults={
              filtered && (
                <EmptyState
                  icon={IconHistory}
                  title={t("audit.noResults")}
                  action={
                    <Button variant="default" onClick={() => onSearch({})}>
                      {t("filter.clear")}
                    </Button>
                  }
                />
              )
            }
          />
        }
        detail={
          open && (
            <DetailPanel
              title={word("event", open.action, "event.other")}
              subtitle={`${open.actorName || t("audit.system")} · ${format.dateTime(open.at)}`}
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
