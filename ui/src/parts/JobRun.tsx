import { Button, Group, Progress, Stack } from "@mantine/core";
import { IconCircleCheck, IconDownload, IconExternalLink, IconPlayerStop } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { fetchFile } from "../api/client";
import { Problem } from "../api/problem";
import { api } from "../api/query";
import type { Job } from "../api/views";
import { useText } from "../i18n/text";
import { useHost } from "../shell/Providers";
import { ErrorNotice } from "./ErrorNotice";
import classes from "./JobRun.module.css";

/** Between live events the count is fetched; a second is often enough to look alive. */
const WATCH_MS = 700;

/** Follows a task from where it was started: count, stop, and what it made. */
export function JobRun({
  id,
  running,
  done,
  onDone,
}: {
  id: string;
  running: string;
  done: (job: Job) => ReactNode;
  onDone?: (job: Job) => void;
}) {
  const { t, format } = useText();
  const query = api.useQuery(
    "get",
    "/jobs/{id}",
    { params: { path: { id } } },
    {
      refetchInterval: (watched) => (ended(watched.state.data) ? false : WATCH_MS),
    },
  );
  const cancel = api.useMutation("post", "/jobs/{id}/cancel");
  const job = query.data;
  const told = useRef(false);
  useEffect(() => {
    if (job?.state === "done" && !told.current) {
      told.current = true;
      onDone?.(job);
    }
  }, [job, onDone]);

  if (query.isError && !job) return <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />;
  if (job?.state === "failed") {
    return (
      <ErrorNotice
        error={new Problem({ status: 500, code: job.code ?? "job.failed", correlation: job.id })}
      />
    );
  }
  if (job?.state === "cancelled") return <p>{t("jobRun.cancelled")}</p>;
  if (job?.state === "done") {
    return (
      <Stack gap="sm" className={classes.done}>
        <p className={classes.words} role="status">
          <IconCircleCheck size={22} aria-hidden="true" /> <span>{done(job)}</span>
        </p>
        {job.file && <JobFile job={job} />}
      </Stack>
    );
  }
  return (
    <Stack gap="xs">
      <p className={classes.running} role="status">
        {running}
      </p>
      <Progress
        value={job && job.total > 0 ? (100 * job.done) / job.total : 4}
        animated
        aria-label={t("tasks.progress")}
      />
      <Group justify="space-between">
        <span>
          {job &&
            job.total > 0 &&
            t("tasks.count", { done: format.number(job.done), total: format.number(job.total) })}
        </span>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerStop size={14} />}
          disabled={job?.stopping}
          onClick={() => cancel.mutate({ params: { path: { id } } })}
        >
          {t(job?.stopping ? "tasks.stopping" : "action.stop")}
        </Button>
      </Group>
    </Stack>
  );
}

/** The file a task made, to open or keep. */
function JobFile({ job }: { job: Job }) {
  const { t, format } = useText();
  const host = useHost();
  const [error, setError] = useState<unknown>();
  const withFile = async (act: (name: string, blob: Blob) => Promise<unknown>) => {
    setError(undefined);
    try {
      const { name, blob } = await fetchFile(`/jobs/${job.id}/file`);
      await act(job.file?.name ?? name, blob);
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <>
      <Group gap="xs">
        <Button leftSection={<IconExternalLink size={16} />} onClick={() => void withFile(host.openFile)}>
          {t("jobRun.open", { count: job.total })}
        </Button>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() => void withFile(host.saveFile)}
        >
          {t("action.saveFile")}
        </Button>
      </Group>
      {job.file && (
        <p className={classes.expires}>
          {t("jobRun.expires", { time: format.dateTime(job.file.expiresAt) })}
        </p>
      )}
      {error !== undefined && <ErrorNotice error={error} />}
    </>
  );
}

function ended(job: Job | undefined): boolean {
  return job !== undefined && job.state !== "running";
}
