import { Alert, Button, Group, Select, Stack } from "@mantine/core";
import { IconCalendarDollar, IconInfoCircle } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { Job, MonthPlan } from "../../api/views";
import { begun } from "../../i18n/format";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { EmptyState } from "../../parts/EmptyState";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { JobRun } from "../../parts/JobRun";
import { Loaded } from "../../parts/Loaded";
import { months } from "../../parts/months";
import { PageHeader } from "../../parts/PageHeader";
import { StateBadge } from "../../parts/StateBadge";
import { useMonthName } from "../../parts/useMonthName";
import { useNow } from "../../parts/useNow";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import classes from "./DocumentsPage.module.css";
import { useRunPlace } from "./useRunPlace";

const OFFERED_MONTHS = 12;

/** The months that were looked at and charged, and the next one. */
export function MonthRunsPage() {
  const { t, format } = useText();
  const me = useMe();
  const now = useNow();
  const navigate = useNavigate();
  const monthName = useMonthName();
  const { facility, organisation } = useFacilityChoice();
  const isHere = (run: Pick<MonthPlan, "facilityId" | "organisationId">) =>
    (!organisation || run.organisationId === organisation.id) &&
    (!facility || !run.facilityId || run.facilityId === facility.id);
  const runs = api.useQuery("get", "/month-runs", {});
  const plan = api.useMutation("post", "/month-runs");
  const offered = months(now, OFFERED_MONTHS);
  // What is charged is usually the month that is over.
  const [month, setMonth] = useState(offered[1] ?? offered[0] ?? "");
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [job, setJob] = useState<Job>();
  const placeOf = useRunPlace();
  const start = () =>
    organisation &&
    plan.mutate(
      {
        headers: idempotent(key),
        body: { organisationId: organisation.id, facilityId: facility?.id ?? null, month },
      },
      {
        onSuccess: (started) => {
          setJob(started);
          setKey(crypto.randomUUID());
        },
      },
    );
  return (
    <div>
      <PageHeader title={t("monthRun.title")} subtitle={t("monthRun.words")} />
      <Stack gap="md">
        {can(me, "manage_billing") && (
          <Card title={t("monthRun.new")}>
            {job ? (
              <JobRun
                id={job.id}
                running={t("monthRun.planning", { month: monthName(month) })}
                done={() => t("monthRun.planned")}
                onDone={(ended) => {
                  const run = (ended.result as { runId?: string } | null)?.runId;
                  setJob(undefined);
                  if (run) void navigate({ to: "/month-runs/$runId", params: { runId: run } });
                }}
              />
            ) : (
              <Stack gap="sm">
                <p style={{ margin: 0 }}>
                  {facility
                    ? t("monthRun.whereOne", { name: facility.name })
                    : t("monthRun.whereAll", { name: organisation?.name ?? "" })}
                </p>
                <Group align="flex-end">
                  <Select
                    label={t("monthRun.upTo")}
                    data={offered.map((value) => ({ value, label: monthName(value) }))}
                    value={month}
                    allowDeselect={false}
                    onChange={(value) => value && setMonth(value)}
                  />
                  <Button
                    leftSection={<IconCalendarDollar size={16} />}
                    loading={plan.isPending}
                    disabled={!organisation}
                    onClick={start}
                  >
                    {t("monthRun.look")}
                  </Button>
                </Group>
                <Alert color="gray" icon={<IconInfoCircle />}>
                  {t("monthRun.nothingYet")}
                </Alert>
                {plan.isError && <ErrorNotice error={plan.error} />}
              </Stack>
            )}
          </Card>
        )}
        <Card title={t("monthRun.earlier")}>
          <Loaded query={runs}>
            {({ items }) =>
              !items.some(isHere) ? (
                <EmptyState icon={IconCalendarDollar} title={t("monthRun.emptyTitle")}>
                  {t("monthRun.emptyWords")}
                </EmptyState>
              ) : (
                <ul className={classes.list}>
                  {items.filter(isHere).map((run) => (
                    <li key={run.id}>
                      <Link to="/month-runs/$runId" params={{ runId: run.id }}>
                        {t("monthRun.named", {
                          month: begun(monthName(run.month)),
                          place: placeOf(run),
                        })}
                      </Link>
                      <span className={classes.when}>
                        {format.dateTime(run.createdAt)}
                        <StateBadge tone={run.committedAt ? "good" : "mute"}>
                          {t(run.committedAt ? "monthRun.state.charged" : "monthRun.state.planned")}
                        </StateBadge>
                      </span>
                    </li>
                  ))}
                </ul>
              )
            }
          </Loaded>
        </Card>
      </Stack>
    </div>
  );
}
