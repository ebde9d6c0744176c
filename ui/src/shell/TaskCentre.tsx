import { ActionIcon, Anchor, Button, Indicator, Popover, Progress, ScrollArea } from "@mantine/core";
import { IconDownload, IconExternalLink, IconPlayerStop, IconProgressCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../api/query";
import type { Job } from "../api/views";
import { useText } from "../i18n/text";
import { hasFile, isRunning, JOB_TONES, useJobActs } from "../parts/jobs";
import { StateBadge } from "../parts/StateBadge";
import { useNow } from "../parts/useNow";
import classes from "./TaskCentre.module.css";

/** Live events tell when a task starts and ends; in between the count is fetched. */
const WATCH_MS = 1_000;

/** What the host is doing in the background, and what it made. */
export function TaskCentre() {
  const { t } = useText();
  const [opened, setOpened] = useState(false);
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
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={380}
      shadow="md"
      trapFocus
      returnFocus
    >
      <Indicator disabled={running === 0} label={running} size={16} offset={4} processing>
        <Popover.Target>
          <ActionIcon
            size={36}
            aria-label={t("tasks.open", { count: running })}
            title={t("tasks.title")}
            onClick={() => setOpened((is) => !is)}
          >
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
        <p className={classes.all}>
          <Anchor component={Link} to="/tasks" size="sm" onClick={() => setOpened(false)}>
            {t("tasks.all")}
          </Anchor>
        </p>
      </Popover.Dropdown>
    </Popover>
  );
}

function TaskRow({ job }: { job: Job }) {
  const { t, word, format } = useText();
  const now = useNow();
  const acts = useJobActs();
  const kept = hasFile(job, now);
  return (
    <li className={classes.row}>
      <div className={classes.head}>
        <strong>{word("job", job.kind, "job.other")}</strong>
        <StateBadge tone={JOB_TONES[job.state]}>{t(`jobState.${job.state}`)}</StateBadge>
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
            disabled={job.stopping}
            onClick={() => acts.stop(job)}
          >
            {t(job.stopping ? "tasks.stopping" : "action.stop")}
          </Button>
        )}
        {kept && (
          <>
            <Button
              size="compact-xs"
              variant="light"
              leftSection={<IconExternalLink size={13} />}
              onClick={() => acts.open(job)}
            >
              {t("action.open")}
            </Button>
            <Button
              size="compact-xs"
              variant="light"
              leftSection={<IconDownload size={13} />}
              onClick={() => acts.save(job)}
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
