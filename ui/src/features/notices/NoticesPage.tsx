import { IconMailForward, IconRefresh } from "@tabler/icons-react";
import { useRef } from "react";
import { api, usePages } from "../../api/query";
import type { Notice } from "../../api/views";
import { useText } from "../../i18n/text";
import { Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { showProblem } from "../../parts/ErrorNotice";
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
import { said } from "../../parts/undo";
import { useAddress } from "../../shell/useAddress";
import { NoticePanel } from "./NoticePanel";
import { useNoticeFields } from "./noticeFields";
import { NOTICE_TONES, useNoticeWords } from "./noticeWords";

export interface NoticesSearch {
  where?: string;
  sort?: string;
  open?: string;
}

const PAGED_BY: PagedBy = { column: "created", descending: true, reversible: true };

// Only what failed or came back is tried again by hand; the rest goes by itself or is gone.
const WHY_NOT = {
  queued: "notice.onItsWay",
  unclear: "notice.beingAsked",
  delivered: "notice.alreadySent",
  held: "notice.waitsForMail",
  sent: "notice.alreadySent",
  diverted: "notice.wentToTest",
  awaiting: "notice.waitsForRelease",
  suppressed: "notice.willNotGo",
  bounced: undefined,
  failed: undefined,
} as const;

/** Every message that left or is about to leave, with its full text. */
export function NoticesPage({
  search,
  onSearch,
}: {
  search: NoticesSearch;
  onSearch: (search: NoticesSearch) => void;
}) {
  const text = useText();
  const { t, format } = text;
  const table = useRef<DataTableHandle>(null);
  const retry = api.useMutation("post", "/notices/{id}/retry");
  const addressOf = useAddress();
  const fields = useNoticeFields();
  const conditions = useConditions(fields, search.where, (where) =>
    onSearch({ ...search, where, open: undefined }),
  );
  const order = hostOrder(readSort(search.sort, [{ id: PAGED_BY.column }]), PAGED_BY);
  const list = useListedPages<Notice>(usePages<Notice>("/notices", { ...conditions.query, order }));
  const again = (notice: Pick<Notice, "id">) =>
    retry.mutate(
      { params: { path: { id: notice.id } } },
      { onSuccess: () => said(t("notice.retried")), onError: (error) => showProblem(error, text) },
    );
  const stateOf = useNoticeWords();
  const columns: Column<Notice>[] = [
    {
      id: "state",
      title: t("notice.state"),
      width: 210,
      text: stateOf,
      show: (notice) => <StateBadge tone={NOTICE_TONES[notice.state]}>{stateOf(notice)}</StateBadge>,
    },
    {
      id: "channel",
      title: t("notice.channel"),
      width: 100,
      text: (notice) => t(`channel.${notice.channel}`),
    },
    { id: "recipient", title: t("notice.recipient"), width: 240, text: (notice) => notice.recipient },
    {
      id: "subject",
      title: t("notice.subject"),
      width: 300,
      text: (notice) => notice.subject,
      show: (notice) => <strong style={{ fontWeight: 600 }}>{notice.subject}</strong>,
    },
    {
      id: "created",
      title: t("notice.createdAt"),
      width: 160,
      text: (notice) => format.dateTime(notice.createdAt),
      sortBy: (notice) => notice.createdAt,
    },
    {
      id: "sent",
      title: t("notice.sentAt"),
      width: 160,
      text: (notice) => (notice.sentAt ? format.dateTime(notice.sentAt) : ""),
      sortBy: (notice) => notice.sentAt ?? "",
    },
  ];
  return (
    <>
      <PageHeader title={t("room.notices")} subtitle={t("notice.words")} />
      <FilterBar>
        <SavedViews
          room="notices"
          query={{ where: search.where, sort: search.sort }}
          onOpen={(query) => onSearch({ ...(query as NoticesSearch), open: search.open })}
        />
        <FilterChips fields={fields} conditions={conditions.conditions} onChange={conditions.change} />
      </FilterBar>
      <Split
        list={
          <DataTable
            handle={table}
            name="notices"
            label={t("room.notices")}
            columns={columns}
            list={list}
            rowId={(notice) => notice.id}
            openId={search.open}
            onOpen={(notice) => onSearch({ ...search, open: notice.id })}
            address={(notice) => addressOf({ to: "/notices", search: { ...search, open: notice.id } })}
            sort={search.sort}
            onSort={(sort) => onSearch({ ...search, sort })}
            pagedBy={PAGED_BY}
            filterKey={search.where ?? ""}
            count={(count) => t("notice.count", { count })}
            rowActions={(notice) => {
              const whyNot = WHY_NOT[notice.state];
              return [
                {
                  label: t("notice.retry"),
                  icon: IconRefresh,
                  disabledReason: whyNot && t(whyNot),
                  run: () => again(notice),
                },
              ];
            }}
            empty={
              <EmptyState icon={IconMailForward} title={t("notice.emptyTitle")}>
                {t("notice.emptyWords")}
              </EmptyState>
            }
            noResults={
              conditions.conditions.length > 0 && (
                <NoResults
                  icon={IconMailForward}
                  title={t("notice.noResults")}
                  onClear={() => onSearch({})}
                />
              )
            }
          />
        }
        detail={
          search.open && (
            <NoticePanel
              key={search.open}
              id={search.open}
              retrying={retry.isPending}
              onRetry={again}
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
