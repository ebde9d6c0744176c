import { ActionIcon, Button, Indicator, Popover, Progress, ScrollArea } from "@mantine/core";
import { IconDownload, IconExternalLink, IconPlayerStop, IconProgressCheck } from "@tabler/icons-react";
import { fetchFile } from "../api/client";
import { api } from "../api/query";
import type { Job } from "../api/views";
import { useText } from "../i18n/text";
import { showProblem } from "../parts/ErrorNotice";
import { StateBadge, type Tone } from "../parts/StateBadge";
import { useNow } from "../parts/useNow";
import { useHost } from "./Providers";
import classes from "./TaskCentre.module.css";

const TONES: Record<Job["state"], Tone> = {
  running: "calm",
  done: "good",
  failed: "bad",
  cancelled: "mute",
};
/** Live events tell when a task starts and ends; in between the count is fetched. */
const WATCH_MS = 1_000;

/** What the host is doing in the background, and what it made. */
export function TaskCentre() {
  const { t } = useText();
  const jobs = api.useQuery(
    "get",
    "/jobs",
    {},
    {
      refetchInterval: (query) => (query.state.data?.items.some(isRunning) ? WATCH_MS : false),
    },
  );
  const items = jobs.data?.items ?? [];
  const running = items.filter(isRunning).length;
  return (
    <Popover position="bottom-end" width={380} shadow="md" trapFocus returnFocus>
      <Indicator disabled={running === 0} label={running} size={16} offset={4} processing>
        <Popover.Target>
          <ActionIcon size={36} aria-label={t("tasks.open", { count: running })} title={t("tasks.title")}>
            <IconProgressCheck size={20} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p={0} aria-label={t("tasks.title")}>
        <h2 className={classes.title}>{t("tasks.title")}</h2>
        {items.length === 0 ? (
          <p className={classes.none}>{t("tasks.none")}</p>
        ) : (
          <ScrollArea.Autosize mah={420}>
            <ul className={classes.list}>
              {items.map((job) => (
                <TaskRow key={job.id} job={job} />
              ))}
            </ul>
          </ScrollArea.Autosize>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function TaskRow({ job }: { job: Job }) {
  const text = useText();
  const { t, word, format } = text;
  const now = useNow();
  const host = useHost();
  const cancel = api.useMutation("post", "/jobs/{id}/cancel");
  const withFile = async (act: (name: string, blob: Blob) => Promise<unknown>) => {
    try {
      const { name, blob } = await fetchFile(`/jobs/${job.id}/file`);
      await act(job.file?.name ?? name, blob);
    } catch (error) {
      showProblem(error, text);
    }
  };
  const kept = job.file && new Date(job.file.expiresAt) > now;
  return (
    <li className={classes.row}>
      <div className={classes.head}>
        <strong>{word("job", job.kind, "job.other")}</strong>
        <StateBadge tone={TONES[job.state]}>{t(`jobState.${job.state}`)}</StateBadge>
      </div>
      {isRunning(job) && (
        <Progress
          value={job.total > 0 ? (100 * job.done) / job.total : 0}
          animated={job.total === 0}
          aria-label={t("tasks.progress")}
          size="sm"
        />
      )}
      <div className={classes.words}>
        <span>
          {job.total > 0 &&
            t("tasks.count", { done: format.number(job.done), total: format.number(job.total) })}{" "}
          {format.ago(job.finishedAt ?? job.createdAt, now)}
        </span>
        {job.state === "failed" && <span>{word("problem", job.code ?? "", "problem.unknown")}</span>}
      </div>
      <div className={classes.actions}>
        {isRunning(job) && (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconPlayerStop size={13} />}
            onClick={() => cancel.mutate({ params: { path: { id: job.id } } })}
          >
            {t("action.stop")}
          </Button>
        )}
        {kept && (
          <>
            <Button
              size="compact-xs"
              variant="light"
              leftSection={<IconExternalLink size={13} />}
              onClick={() => void withFile(host.openFile)}
            >
              {t("action.open")}
            </Button>
            <Button
              size="compact-xs"
              variant="light"
              leftSection={<IconDownload size={13} />}
              onClick={() => void withFile(host.saveFile)}
            >
              {t("action.saveFile")}
            </Button>
          </>
        )}
        {job.file && !kept && <span className={classes.gone}>{t("tasks.expired")}</span>}
      </div>
    </li>
  );
}

function isRunning(job: Job): boolean {
  return job.state === "running";
}
