import { Anchor } from "@mantine/core";
import { IconDownload, IconExternalLink, IconPlayerStop, IconProgressCheck } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { usePages } from "../../api/query";
import type { Job } from "../../api/views";
import { useText } from "../../i18n/text";
import { EmptyState } from "../../parts/EmptyState";
import { FilterBar } from "../../parts/filter/FilterBar";
import { FilterChips } from "../../parts/filter/FilterChips";
import { SavedViews } from "../../parts/filter/SavedViews";
import { useConditions } from "../../parts/filter/useConditions";
import { hasFile, isRunning, JOB_TONES, useJobActs } from "../../parts/jobs";
import { NoResults } from "../../parts/NoResults";
import { PageHeader } from "../../parts/PageHeader";
import { StateBadge } from "../../parts/StateBadge";
import type { Column } from "../../parts/table/column";
import { DataTable, type DataTableHandle } from "../../parts/table/DataTable";
import { useListedPages } from "../../parts/table/listed";
import { hostOrder, type PagedBy, readSort } from "../../parts/table/sorting";
import { useNow } from "../../parts/useNow";
import { useTaskFields } from "./taskFields";

export interface TasksSearch {
  where?: string;
  sort?: string;
}

const PAGED_BY: PagedBy = { column: "created", descending: true, reversible: true };

/** Everything the user has had done in the background, and what it made. */
export function TasksPage({
  search,
  onSearch,
}: {
  search: TasksSearch;
  onSearch: (search: TasksSearch) => void;
}) {
  const { t, word, format } = useText();
  const now = useNow();
  const table = useRef<DataTableHandle>(null);
  const acts = useJobActs();
  const navigate = useNavigate();
  // A file is what most tasks are for; what an import did stands with the imports.
  const open = (job: Job) => {
    if (hasFile(job, now)) acts.open(job);
    else if (job.subject?.kind === "import")
      void navigate({ to: "/imports/$importId", params: { importId: job.subject.id } });
    else if (job.kind.startsWith("import.")) void navigate({ to: "/imports" });
    else if (job.kind === "letters") void navigate({ to: "/letters" });
  };
  const fields = useTaskFields();
  const conditions = useConditions(fields, search.where, (where) => onSearch({ ...search, where }));
  const order = hostOrder(readSort(search.sort, [{ id: PAGED_BY.column }]), PAGED_BY);
  const list = useListedPages<Job>(usePages<Job>("/jobs", { ...conditions.query, order }));
  const outcome = (job: Job) => {
    if (job.state === "failed") return word("problem", job.code ?? "", "problem.unknown");
    if (!job.file) return "";
    return hasFile(job, now) ? job.file.name : t("tasks.expired");
  };
  const columns: Column<Job>[] = [
    {
      id: "kind",
      title: t("tasks.kind"),
      width: 220,
      text: (job) => word("job", job.kind, "job.other"),
      show: (job) => <strong style={{ fontWeight: 600 }}>{word("job", job.kind, "job.other")}</strong>,
    },
    {
      id: "state",
      title: t("tasks.state"),
      width: 140,
      text: (job) => t(`jobState.${job.state}`),
      show: (job) => <StateBadge tone={JOB_TONES[job.state]}>{t(`jobState.${job.state}`)}</StateBadge>,
    },
    {
      id: "created",
      title: t("tasks.createdAt"),
      width: 160,
      text: (job) => format.dateTime(job.createdAt),
      sortBy: (job) => job.createdAt,
    },
    {
      id: "finished",
      title: t("tasks.finishedAt"),
      width: 160,
      text: (job) => (job.finishedAt ? format.dateTime(job.finishedAt) : ""),
      sortBy: (job) => job.finishedAt ?? "",
    },
    {
      id: "done",
      title: t("tasks.done"),
      width: 130,
      align: "end",
      text: (job) => t("tasks.count", { done: format.number(job.done), total: format.number(job.total) }),
      sortBy: (job) => job.done,
    },
    {
      id: "outcome",
      title: t("tasks.outcome"),
      width: 280,
      text: outcome,
      show: (job) =>
        job.file && hasFile(job, now) ? (
          <Anchor
            component="button"
            type="button"
            inherit
            onClick={(event) => {
              event.stopPropagation();
              acts.open(job);
            }}
          >
            {job.file.name}
          </Anchor>
        ) : (
          outcome(job)
        ),
    },
  ];
  return (
    <>
      <PageHeader title={t("tasks.title")} subtitle={t("tasks.words")} />
      <FilterBar>
        <SavedViews
          room="tasks"
          query={{ where: search.where, sort: search.sort }}
          onOpen={(query) => onSearch(query as TasksSearch)}
        />
        <FilterChips fields={fields} conditions={conditions.conditions} onChange={conditions.change} />
      </FilterBar>
      <DataTable
        handle={table}
        name="tasks"
        label={t("tasks.title")}
        columns={columns}
        list={list}
        rowId={(job) => job.id}
        onOpen={open}
        rowActions={(job) => {
          const noFile = hasFile(job, now) ? undefined : t(job.file ? "tasks.expired" : "tasks.noFile");
          return [
            {
              label: t("action.open"),
              icon: IconExternalLink,
              disabledReason: noFile,
              run: () => acts.open(job),
            },
            {
              label: t("action.saveFile"),
              icon: IconDownload,
              disabledReason: noFile,
              run: () => acts.save(job),
            },
            {
              label: t("action.stop"),
              icon: IconPlayerStop,
              disabledReason: isRunning(job)
                ? job.stopping
                  ? t("tasks.stopping")
                  : undefined
                : t("tasks.notRunning"),
              run: () => acts.stop(job),
            },
          ];
        }}
        sort={search.sort}
        onSort={(sort) => onSearch({ ...search, sort })}
        pagedBy={PAGED_BY}
        filterKey={search.where ?? ""}
        count={(count) => t("tasks.countAll", { count })}
        empty={<EmptyState icon={IconProgressCheck} title={t("tasks.none")} />}
        noResults={
          conditions.conditions.length > 0 && (
            <NoResults icon={IconProgressCheck} title={t("tasks.noResults")} onClear={() => onSearch({})} />
          )
        }
      />
    </>
  );
}
