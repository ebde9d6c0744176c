import { Alert, Button, Checkbox, Group, Radio, Stack, Table } from "@mantine/core";
import { IconAlertTriangle, IconCalendarDollar, IconCircleCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { Job, MonthPlan } from "../../api/views";
import { begun } from "../../i18n/format";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { EmptyState } from "../../parts/EmptyState";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Facts } from "../../parts/Facts";
import { JobRun } from "../../parts/JobRun";
import { Loaded } from "../../parts/Loaded";
import { PageHeader } from "../../parts/PageHeader";
import { useMonthName } from "../../parts/useMonthName";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { AwaitingMessages } from "./AwaitingMessages";
import { LookAgain } from "./LookAgain";
import classes from "./MonthRunPage.module.css";
import { PlanWaiting } from "./PlanWaiting";
import { useRunPlace } from "./useRunPlace";

/** So many documents are shown before the rest are asked for. */
const SHOWN = 50;

/** What a month would charge, document by document, and what it does not charge; then the charging itself. */
export function MonthRunPage({ id }: { id: string }) {
  const { t } = useText();
  const monthName = useMonthName();
  const placeOf = useRunPlace();
  const query = api.useQuery("get", "/month-runs/{id}", { params: { path: { id } } });
  const run = query.data;
  return (
    <div>
      <PageHeader
        title={
          run
            ? t("monthRun.named", { month: begun(monthName(run.month)), place: placeOf(run) })
            : t("monthRun.title")
        }
        subtitle={run?.committedAt ? t("monthRun.chargedWords") : t("monthRun.plannedWords")}
      />
      <Loaded query={query}>
        {(plan) => (
          <Stack gap="md">
            <Charging plan={plan} />
            {plan.awaiting > 0 && <Awaiting plan={plan} />}
            <Planned plan={plan} />
            <PlanWaiting plan={plan} />
          </Stack>
        )}
      </Loaded>
    </div>
  );
}

interface Made {
  documents: number;
  messages: number;
  leftOut: { name: string }[];
}

/** The sums of a plan, and the button that makes them real. */
function Charging({ plan }: { plan: MonthPlan }) {
  const { t, format, word } = useText();
  const me = useMe();
  const commit = api.useMutation("post", "/month-runs/{id}/commit");
  const [wish, setWish] = useState<"issue" | "drafts">("issue");
  const [byMail, setByMail] = useState(true);
  const [job, setJob] = useState<Job>();
  const [leftOut, setLeftOut] = useState(false);
  const [key] = useState(() => crypto.randomUUID());
  const sums = new Map<string, number>();
  for (const { payable } of plan.documents)
    sums.set(payable.currency, (sums.get(payable.currency) ?? 0) + payable.minor);
  const energy = plan.documents.reduce((sum, { energyWh }) => sum + energyWh, 0);
  const waiting = Object.values(plan.waitingCounts).reduce((sum, count) => sum + count, 0);
  const mails = plan.documents.filter(({ reach }) => reach === "mail" || reach === "sms").length;
  // Each would owe something else than what is shown here.
  const isOutdated = plan.obstacle === "month_run.rounding_changed";
  const facts = (
    <Facts
      rows={[
        [t("monthRun.documents"), format.number(plan.documents.length)],
        [
          t("document.payable"),
          [...sums].map(([currency, minor]) => format.money(minor, currency)).join(" + ") || undefined,
        ],
        [t("document.energy"), format.energy(energy)],
        [t("monthRun.lookedAt"), format.number(plan.sessions)],
        [t("monthRun.waiting"), format.number(waiting)],
      ]}
    />
  );
  if (job) {
    return (
      <Card title={t("monthRun.charging")}>
        <JobRun
          id={job.id}
          running={t("monthRun.running", { count: plan.documents.length })}
          done={(ended) => {
            const made = ended.result as unknown as Made;
            return (
              <>
                {t("monthRun.done", { count: made.documents })}
                {made.leftOut.length > 0 && (
                  <> {t("monthRun.leftOut", { names: made.leftOut.map(({ name }) => name).join(", ") })}</>
                )}
              </>
            );
          }}
          onDone={(ended) => setLeftOut((ended.result as unknown as Made).leftOut.length > 0)}
        />
        <Group mt="md">
          <Button component={Link} to="/documents" variant="default">
            {t("room.documents")}
          </Button>
          {leftOut && <LookAgain at={plan} />}
        </Group>
      </Card>
    );
  }
  if (plan.committedAt) {
    return (
      <Card title={t("monthRun.sum")}>
        {facts}
        {plan.made < plan.documents.length ? (
          <Alert mt="sm" color="orange" icon={<IconAlertTriangle />}>
            {t("monthRun.chargedSome", {
              time: format.dateTime(plan.committedAt),
              made: format.number(plan.made),
              count: plan.documents.length,
            })}
          </Alert>
        ) : (
          <Alert mt="sm" color="teal" icon={<IconCircleCheck />}>
            {t("monthRun.chargedAt", { time: format.dateTime(plan.committedAt) })}
          </Alert>
        )}
        <Group mt="md">
          <Button component={Link} to="/documents">
            {t("room.documents")}
          </Button>
          {plan.made < plan.documents.length && can(me, "manage_billing") && <LookAgain at={plan} />}
        </Group>
      </Card>
    );
  }
  return (
    <Card title={t("monthRun.sum")}>
      <Stack gap="sm">
        {facts}
        {plan.obstacle && (
          <Alert color="orange" icon={<IconAlertTriangle />}>
            {word("problem", plan.obstacle)}{" "}
            {!isOutdated && (
              <Link to="/organisations" search={{ open: plan.organisationId }}>
                {t("billing.mend")}
              </Link>
            )}
          </Alert>
        )}
        {isOutdated && can(me, "manage_billing") && <LookAgain at={plan} />}
        {can(me, "manage_billing") && plan.documents.length > 0 && !isOutdated && (
          <>
            <Radio.Group
              label={t("monthRun.what")}
              value={wish}
              onChange={(value) => setWish(value as "issue" | "drafts")}
            >
              <Stack gap={6} mt={6}>
                <Radio value="issue" label={t("monthRun.asInvoices")} />
                <Radio value="drafts" label={t("monthRun.asDrafts")} />
              </Stack>
            </Radio.Group>
            {wish === "issue" && (
              <Checkbox
                checked={byMail && mails > 0}
                disabled={mails === 0}
                onChange={(event) => setByMail(event.currentTarget.checked)}
                label={t("monthRun.byMail", { count: mails })}
                description={t("monthRun.byMailWords")}
              />
            )}
            <Group>
              <Button
                leftSection={<IconCalendarDollar size={16} />}
                disabled={Boolean(plan.obstacle)}
                loading={commit.isPending}
                onClick={() =>
                  commit.mutate(
                    {
                      params: { path: { id: plan.id } },
                      headers: idempotent(key),
                      body: { asDrafts: wish === "drafts", byMail: wish === "issue" && byMail && mails > 0 },
                    },
                    { onSuccess: setJob },
                  )
                }
              >
                {t(wish === "issue" ? "monthRun.charge" : "monthRun.draft", { count: plan.documents.length })}
              </Button>
            </Group>
            {commit.isError && <ErrorNotice error={commit.error} />}
          </>
        )}
      </Stack>
    </Card>
  );
}

/** Messages that the run has written, until they are let go or kept. */
function Awaiting({ plan }: { plan: MonthPlan }) {
  const { organisations } = useFacilityChoice();
  // Practice sends nothing whatever is set up, and says so itself.
  const isTraining = organisations.some(({ id, training }) => id === plan.organisationId && training);
  const release = api.useMutation("post", "/month-runs/{id}/release");
  const withhold = api.useMutation("post", "/month-runs/{id}/withhold");
  const at = { params: { path: { id: plan.id } } };
  return (
    <AwaitingMessages
      plan={plan}
      isMailHeld={!plan.mailLeaves && !isTraining}
      release={() => release.mutateAsync(at)}
      withhold={() => withhold.mutateAsync(at)}
    />
  );
}

/** A company with those it pays for on one document. */
function Company({ planned }: { planned: MonthPlan["documents"][number] }) {
  const { t, format } = useText();
  const people = planned.collected?.people ?? [];
  const reference = planned.collected?.reference;
  return (
    <details>
      <summary>
        {planned.name}
        <span className={classes.soft}>
          {reference
            ? t("monthRun.collectedBy", { count: people.length, reference })
            : t("monthRun.collected", { count: people.length })}
        </span>
      </summary>
      <ul className={classes.collected}>
        {people.map((each) => (
          <li key={each.personId}>
            <Link to="/people" search={{ open: each.personId }}>
              {each.name}
            </Link>
            <span>{format.money(each.net.minor, each.net.currency)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The documents of a plan. */
function Planned({ plan }: { plan: MonthPlan }) {
  const { t, format } = useText();
  const [all, setAll] = useState(false);
  const shown = all ? plan.documents : plan.documents.slice(0, SHOWN);
  if (plan.documents.length === 0) {
    return (
      <Card>
        <EmptyState icon={IconCalendarDollar} title={t("monthRun.nothingTitle")}>
          {t("monthRun.nothingWords")}
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card title={t("monthRun.documentsOf", { count: plan.documents.length })}>
      <Table.ScrollContainer minWidth={640}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("document.recipient")}</Table.Th>
              <Table.Th>{t("document.unit")}</Table.Th>
              <Table.Th>{t("monthRun.reach")}</Table.Th>
              <Table.Th className={classes.figure}>{t("monthRun.charges")}</Table.Th>
              <Table.Th className={classes.figure}>{t("document.energy")}</Table.Th>
              <Table.Th className={classes.figure}>{t("document.vat")}</Table.Th>
              <Table.Th className={classes.figure}>{t("document.payable")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((each) => (
              <Table.Tr key={`${each.facilityId}${each.personId ?? each.name}${each.collected?.reference}`}>
                <Table.Td>
                  {each.personId ? (
                    <Link to="/people" search={{ open: each.personId }}>
                      {each.name}
                    </Link>
                  ) : (
                    <Company planned={each} />
                  )}
                </Table.Td>
                <Table.Td>{each.unitCode}</Table.Td>
                <Table.Td>{t(`monthRun.reach.${each.reach}`)}</Table.Td>
                <Table.Td className={classes.figure}>
                  {format.number(each.charges)}
                  {each.differences > 0 && (
                    <span className={classes.soft}>
                      {t("monthRun.differences", { count: each.differences })}
                    </span>
                  )}
                </Table.Td>
                <Table.Td className={classes.figure}>{format.energy(each.energyWh)}</Table.Td>
                <Table.Td className={classes.figure}>
                  {format.money(each.vat.minor, each.vat.currency)}
                </Table.Td>
                <Table.Td className={classes.figure}>
                  {format.money(each.payable.minor, each.payable.currency)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {shown.length < plan.documents.length && (
        <Button variant="subtle" mt="sm" onClick={() => setAll(true)}>
          {t("monthRun.showAll", { count: plan.documents.length })}
        </Button>
      )}
    </Card>
  );
}
