import { Button } from "@mantine/core";
import { IconMailForward, IconRefresh } from "@tabler/icons-react";
import { useRef } from "react";
import { api, usePages } from "../../api/query";
import type { Notice } from "../../api/views";
import { useText } from "../../i18n/text";
import { type Column, DataTable, type DataTableHandle } from "../../parts/DataTable";
import { DetailPanel, Split } from "../../parts/DetailPanel";
import { EmptyState } from "../../parts/EmptyState";
import { showProblem } from "../../parts/ErrorNotice";
import { Facts } from "../../parts/Facts";
import { FilterBar } from "../../parts/FilterBar";
import { useListedPages } from "../../parts/listed";
import { PageHeader } from "../../parts/PageHeader";
import { Section } from "../../parts/Section";
import { StateBadge, type Tone } from "../../parts/StateBadge";
import { said } from "../../parts/undo";
import classes from "./NoticesPage.module.css";

export interface NoticesSearch {
  state?: Notice["state"];
  open?: string;
}

const TONES: Record<Notice["state"], Tone> = { queued: "calm", sent: "good", failed: "bad", held: "warn" };
// Only what failed is tried again by hand; the rest goes by itself or is gone.
const WHY_NOT = {
  queued: "notice.onItsWay",
  held: "notice.waitsForMail",
  sent: "notice.alreadySent",
  failed: undefined,
} as const;
const STATES = ["queued", "held", "sent", "failed"] as const;

/** Every message that left or is about to leave, with its full text. */
export function NoticesPage({
  search,
  onSearch,
}: {
  search: NoticesSearch;
  onSearch: (search: NoticesSearch) => void;
}) {
  const text = useText();
  const { t, word, format } = text;
  const table = useRef<DataTableHandle>(null);
  const retry = api.useMutation("post", "/notices/{id}/retry");
  const filter = { state: search.state };
  const list = useListedPages<Notice>(usePages<Notice>("/notices", filter));
  const open = list.rows.find((notice) => notice.id === search.open);
  const again = (notice: Notice) =>
    retry.mutate(
      { params: { path: { id: notice.id } } },
      { onSuccess: () => said(t("notice.retried")), onError: (error) => showProblem(error, text) },
    );
  const columns: Column<Notice>[] = [
    {
      id: "state",
      title: t("notice.state"),
      width: 150,
      text: (notice) => t(`notice.state.${notice.state}`),
      show: (notice) => (
        <StateBadge tone={TONES[notice.state]}>{t(`notice.state.${notice.state}`)}</StateBadge>
      ),
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
    },
    {
      id: "sent",
      title: t("notice.sentAt"),
      width: 160,
      text: (notice) => (notice.sentAt ? format.dateTime(notice.sentAt) : ""),
    },
  ];
  return (
    <>
      <PageHeader title={t("room.notices")} subtitle={t("notice.words")} />
      <FilterBar
        chips={[
          { value: "all" as const, label: t("notice.all") },
          ...STATES.map((value) => ({ value, label: t(`notice.state.${value}`) })),
        ]}
        chip={search.state ?? "all"}
        onChip={(value) => onSearch({ state: value === "all" ? undefined : (value as Notice["state"]) })}
      />
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
            filterKey={search.state}
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
              search.state && (
                <EmptyState
                  icon={IconMailForward}
                  title={t("notice.noResults")}
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
              title={open.subject}
              badges={<StateBadge tone={TONES[open.state]}>{t(`notice.state.${open.state}`)}</StateBadge>}
              subtitle={open.recipient}
              onClose={() => {
                onSearch({ ...search, open: undefined });
                table.current?.focus();
              }}
              actions={
                open.state === "failed" && (
                  <Button
                    leftSection={<IconRefresh size={16} />}
                    loading={retry.isPending}
                    onClick={() => again(open)}
                  >
                    {t("notice.retry")}
                  </Button>
                )
              }
            >
              <Facts
                rows={[
                  [t("notice.kind"), word("notice.kind", open.template)],
                  [t("notice.createdAt"), format.dateTime(open.createdAt)],
                  [t("notice.sentAt"), open.sentAt && format.dateTime(open.sentAt)],
                  [t("notice.attempts"), format.number(open.attempts)],
                  open.fault ? [t("notice.error"), word("problem", open.fault)] : undefined,
                  open.faultWords ? [t("notice.serverSaid"), open.faultWords] : undefined,
                ]}
              />
              <Section title={t("notice.body")}>
                <pre className={classes.body}>{open.body}</pre>
              </Section>
            </DetailPanel>
          )
        }
      />
    </>
  );
}
