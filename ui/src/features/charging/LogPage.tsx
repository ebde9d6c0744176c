import { IconArrowDownLeft, IconArrowUpRight, IconTerminal2 } from "@tabler/icons-react";
import { useRef } from "react";
import { api, usePages } from "../../api/query";
import type { Message } from "../../api/views";
import { useText } from "../../i18n/text";
import { DetailPanel, Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { Facts } from "../../parts/Facts";
import { FilterBar } from "../../parts/filter/FilterBar";
import { FilterChips } from "../../parts/filter/FilterChips";
import { useConditions } from "../../parts/filter/useConditions";
import { NoResults } from "../../parts/NoResults";
import { PageHeader } from "../../parts/PageHeader";
import { Payload } from "../../parts/Payload";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import type { PagedBy } from "../../parts/table/sorting";
import { useNow } from "../../parts/useNow";
import { useAddress } from "../../shell/useAddress";
import classes from "./LogPage.module.css";
import { useLogFields } from "./logFields";
import { PointBadge } from "./ShownBadge";

export interface LogSearch {
  where?: string;
  open?: string;
}

const PAGED_BY: PagedBy = { column: "at", descending: true, reversible: false };
/** What a charge point says is not told live one by one: at full load that would be thousands a second. */
const AGAIN_MS = 3_000;

/** Everything that went over the line of a charge point, word for word and both ways, as it happens. */
export function LogPage({
  id,
  search,
  onSearch,
}: {
  id: string;
  search: LogSearch;
  onSearch: (search: LogSearch) => void;
}) {
  const { t, word, format } = useText();
  const now = useNow();
  const table = useRef<DataTableHandle>(null);
  const addressOf = useAddress();
  const point = api.useQuery("get", "/charge-points/{id}", { params: { path: { id } } });
  const fields = useLogFields();
  const conditions = useConditions(fields, search.where, (where) => onSearch({ where }));
  const paged = usePages<Message>("/charge-points/{id}/messages", conditions.query, {
    path: { id },
    againMs: AGAIN_MS,
  });
  const list = useListedPages<Message>(paged);
  const isLive = (paged.query.data?.pages.length ?? 0) <= 1;
  const open = list.rows.find((message) => message.id === search.open);
  const what = (message: Message) => message.action ?? word("log.kind", message.kind);
  const close = () => {
    onSearch({ ...search, open: undefined });
    table.current?.focus();
  };
  const columns: Column<Message>[] = [
    {
      id: "at",
      title: t("log.at"),
      width: 215,
      text: ({ at }) => format.exactTime(at),
      sortBy: ({ at }) => at,
    },
    {
      id: "direction",
      title: t("log.direction"),
      width: 190,
      text: ({ fromChargePoint }) => t(fromChargePoint ? "log.in" : "log.out"),
      show: ({ fromChargePoint }) => (
        <span className={classes.direction} data-in={fromChargePoint || undefined}>
          {fromChargePoint ? (
            <IconArrowDownLeft size={16} aria-hidden="true" />
          ) : (
            <IconArrowUpRight size={16} aria-hidden="true" />
          )}
          {t(fromChargePoint ? "log.in" : "log.out")}
        </span>
      ),
    },
    {
      id: "what",
      title: t("log.what"),
      width: 210,
      text: what,
      show: (message) =>
        message.kind === "refusal" || message.kind === "noise" ? (
          <StateBadge tone="warn">{what(message)}</StateBadge>
        ) : (
          <strong style={{ fontWeight: 600 }}>{what(message)}</strong>
        ),
    },
    {
      id: "payload",
      title: t("log.payload"),
      width: 340,
      text: ({ payload }) => payload,
      show: ({ payload }) => <code className={classes.code}>{payload}</code>,
    },
    {
      id: "answer",
      title: t("log.answer"),
      width: 240,
      hidden: true,
      text: ({ answer }) => answer ?? "",
      show: ({ answer }) => <code className={classes.code}>{answer}</code>,
    },
    {
      id: "messageId",
      title: t("log.messageId"),
      width: 220,
      hidden: true,
      text: ({ messageId }) => messageId,
    },
  ];
  return (
    <>
      <PageHeader
        title={point.data ? t("log.title", { name: point.data.name }) : t("log.crumb")}
        subtitle={
          <span className={classes.state}>
            {point.data && <PointBadge point={point.data} now={now} />}
            <span role="status">
              {isLive
                ? t("log.live", { time: format.exactTime(new Date(paged.query.dataUpdatedAt || now)) })
                : t("log.paused")}
            </span>
          </span>
        }
      />
      <FilterBar>
        <FilterChips fields={fields} conditions={conditions.conditions} onChange={conditions.change} />
      </FilterBar>
      <Split
        list={
          <DataTable
            handle={table}
            name="log"
            label={t("log.crumb")}
            columns={columns}
            list={list}
            rowId={(message) => message.id}
            openId={search.open}
            onOpen={(message) => onSearch({ ...search, open: message.id })}
            address={(message) =>
              addressOf({ to: `/charge-points/${id}/log`, search: { ...search, open: message.id } })
            }
            pagedBy={PAGED_BY}
            filterKey={JSON.stringify(conditions.query)}
            count={(count) => t("log.count", { count })}
            empty={
              <EmptyState icon={IconTerminal2} title={t("log.emptyTitle")}>
                {t("log.emptyWords")}
              </EmptyState>
            }
            noResults={
              conditions.conditions.length > 0 && (
                <NoResults icon={IconTerminal2} title={t("log.noResults")} onClear={() => onSearch({})} />
              )
            }
          />
        }
        detail={
          open && (
            <DetailPanel
              title={what(open)}
              subtitle={`${t(open.fromChargePoint ? "log.in" : "log.out")} · ${format.exactTime(open.at)}`}
              onClose={close}
            >
              <Section title={t("log.message")}>
                <Facts
                  rows={[
                    [t("log.kind"), word("log.kind", open.kind)],
                    [t("log.messageId"), <code key="id">{open.messageId}</code>],
                  ]}
                />
              </Section>
              <Payload title={t("log.payload")} text={open.payload} />
              {open.kind === "call" && open.fromChargePoint && (
                <Section title={t("log.answer")}>
                  {open.answer ? (
                    <Payload title={t("log.answered")} text={open.answer} />
                  ) : (
                    <p className={classes.none}>{t("log.onlyHeard")}</p>
                  )}
                </Section>
              )}
            </DetailPanel>
          )
        }
      />
    </>
  );
}
