import { Alert, Button, Stack } from "@mantine/core";
import { IconBellRinging, IconInfoCircle } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { ReminderPlan } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { EmptyState } from "../../parts/EmptyState";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Loaded } from "../../parts/Loaded";
import { PageHeader } from "../../parts/PageHeader";
import { StateBadge } from "../../parts/StateBadge";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import classes from "./DocumentsPage.module.css";
import { FigureList } from "./FigureList";
import { ReminderSettings } from "./ReminderSettings";
import { useRunPlace } from "./useRunPlace";

/** Who would be reminded, the runs that were made, and how the organisation reminds. */
export function ReminderRunsPage() {
  const { t, format } = useText();
  const me = useMe();
  const navigate = useNavigate();
  const { facility, organisation } = useFacilityChoice();
  const isHere = (run: Pick<ReminderPlan, "facilityId" | "organisationId">) =>
    (!organisation || run.organisationId === organisation.id) &&
    (!facility || !run.facilityId || run.facilityId === facility.id);
  const runs = api.useQuery("get", "/reminder-runs", {});
  const look = api.useMutation("post", "/reminder-runs");
  const [key, setKey] = useState(() => crypto.randomUUID());
  const placeOf = useRunPlace();
  const start = () =>
    organisation &&
    look.mutate(
      {
        headers: idempotent(key),
        body: { organisationId: organisation.id, facilityId: facility?.id ?? null },
      },
      {
        onSuccess: (run) => void navigate({ to: "/reminder-runs/$runId", params: { runId: run.id } }),
        onSettled: () => setKey(crypto.randomUUID()),
      },
    );
  return (
    <div>
      <PageHeader title={t("reminder.title")} subtitle={t("reminder.words")} />
      <Stack gap="md">
        {can(me, "manage_billing") && (
          <Card title={t("reminder.new")}>
            <Stack gap="sm" align="flex-start">
              <p style={{ margin: 0 }}>
                {facility
                  ? t("monthRun.whereOne", { name: facility.name })
                  : t("monthRun.whereAll", { name: organisation?.name ?? "" })}
              </p>
              <Button
                leftSection={<IconBellRinging size={16} />}
                loading={look.isPending}
                disabled={!organisation}
                onClick={start}
              >
                {t("reminder.look")}
              </Button>
              <Alert color="gray" icon={<IconInfoCircle />}>
                {t("reminder.nothingYet")}
              </Alert>
              {look.isError && <ErrorNotice error={look.error} />}
            </Stack>
          </Card>
        )}
        {organisation && <ReminderSettings key={organisation.id} organisation={organisation} />}
        <Card title={t("monthRun.earlier")}>
          <Loaded query={runs}>
            {({ items }) =>
              !items.some(isHere) ? (
                <EmptyState icon={IconBellRinging} title={t("reminder.emptyTitle")}>
                  {t("reminder.emptyWords")}
                </EmptyState>
              ) : (
                <ul className={classes.list}>
                  {items.filter(isHere).map((run) => (
                    <li key={run.id}>
                      <Link to="/reminder-runs/$runId" params={{ runId: run.id }}>
                        {t("reminder.named", { day: format.date(run.madeOn), place: placeOf(run) })}
                      </Link>
                      <span>
                        {format.dateTime(run.createdAt)}{" "}
                        <StateBadge tone={run.committedAt ? "good" : "mute"}>
                          {t(run.committedAt ? "reminder.state.made" : "monthRun.state.planned")}
                        </StateBadge>
                      </span>
                    </li>
                  ))}
                </ul>
              )
            }
          </Loaded>
        </Card>
        {organisation && <FigureList country={organisation.country} />}
      </Stack>
    </div>
  );
}
