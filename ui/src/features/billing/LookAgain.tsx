import { Button, Group, Stack } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { Job, MonthPlan } from "../../api/views";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { JobRun } from "../../parts/JobRun";
import { useMonthName } from "../../parts/useMonthName";

/** Looks at the month of a run once more, as things stand by now, and goes to what is seen. */
export function LookAgain({ at }: { at: Pick<MonthPlan, "organisationId" | "facilityId" | "month"> }) {
  const { t } = useText();
  const monthName = useMonthName();
  const navigate = useNavigate();
  const plan = api.useMutation("post", "/month-runs");
  const [key] = useState(() => crypto.randomUUID());
  const [job, setJob] = useState<Job>();
  if (job) {
    return (
      <JobRun
        id={job.id}
        running={t("monthRun.planning", { month: monthName(at.month) })}
        done={() => t("monthRun.planned")}
        onDone={(ended) => {
          const run = (ended.result as { runId?: string } | null)?.runId;
          if (run) void navigate({ to: "/month-runs/$runId", params: { runId: run } });
        }}
      />
    );
  }
  return (
    <Stack gap="sm">
      <Group>
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={plan.isPending}
          onClick={() =>
            plan.mutate(
              {
                headers: idempotent(key),
                body: {
                  organisationId: at.organisationId,
                  facilityId: at.facilityId ?? null,
                  month: at.month,
                },
              },
              { onSuccess: setJob },
            )
          }
        >
          {t("monthRun.lookAgain")}
        </Button>
      </Group>
      {plan.isError && <ErrorNotice error={plan.error} />}
    </Stack>
  );
}
