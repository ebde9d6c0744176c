import { Alert, Button, Checkbox, Group, Stack, Table } from "@mantine/core";
import { IconAlertTriangle, IconBellRinging, IconCircleCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { ReminderPlan } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { EmptyState } from "../../parts/EmptyState";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Facts } from "../../parts/Facts";
import { Loaded } from "../../parts/Loaded";
import { PageHeader } from "../../parts/PageHeader";
import { Scroll } from "../../parts/Scroll";
import { can, useMe } from "../../shell/session";
import { AwaitingMessages } from "./AwaitingMessages";
import classes from "./MonthRunPage.module.css";
import { useRunPlace } from "./useRunPlace";

/** Who would be reminded of what and what that costs, who is left out and why; then the making itself. */
export function ReminderRunPage({ id }: { id: string }) {
  const { t, format } = useText();
  const placeOf = useRunPlace();
  const query = api.useQuery("get", "/reminder-runs/{id}", { params: { path: { id } } });
  const run = query.data;
  return (
    <div>
      <PageHeader
        title={
          run
            ? t("reminder.named", { day: format.date(run.madeOn), place: placeOf(run) })
            : t("reminder.title")
        }
        subtitle={t(run?.committedAt ? "reminder.madeWords" : "reminder.plannedWords")}
      />
      <Loaded query={query}>
        {(plan) => (
          <Stack gap="md">
            <Making plan={plan} />
            {plan.awaiting > 0 && <Awaiting plan={plan} />}
            <Planned plan={plan} />
            {plan.leftOut.length > 0 && <LeftOut plan={plan} />}
          </Stack>
        )}
      </Loaded>
    </div>
  );
}

type Money = ReminderPlan["reminders"][number]["fee"];

/** Sums of one amount of each reminder, by currency. */
function useSum(): (plan: ReminderPlan, of: (each: ReminderPlan["reminders"][number]) => Money) => string {
  const { format } = useText();
  return (plan, of) => {
    const sums = new Map<string, number>();
    for (const each of plan.reminders) {
      const { minor, currency } = of(each);
      sums.set(currency, (sums.get(currency) ?? 0) + minor);
    }
    return [...sums].map(([currency, minor]) => format.money(minor, currency)).join(" + ");
  };
}

/** The sums of a plan, and the button that makes it real. */
function Making({ plan }: { plan: ReminderPlan }) {
  const { t, format, word } = useText();
  const me = useMe();
  const sum = useSum();
  const commit = api.useMutation("post", "/reminder-runs/{id}/commit");
  const [byMail, setByMail] = useState(true);
  const [key] = useState(() => crypto.randomUUID());
  const mails = plan.reminders.filter(({ reach }) => reach === "mail" || reach === "sms").length;
  return (
    <Card title={t("reminder.sum")}>
      <Stack gap="sm">
        <Facts
          rows={[
            [t("reminder.count"), format.number(plan.made ?? plan.reminders.length)],
            [t("reminder.fee"), sum(plan, ({ fee }) => fee) || undefined],
            [t("reminder.interest"), sum(plan, ({ interest }) => interest) || undefined],
            [t("reminder.total"), sum(plan, ({ total }) => total) || undefined],
            [t("reminder.leftOut"), format.number(plan.leftOut.length)],
          ]}
        />
        {plan.committedAt ? (
          <>
            <Alert color="teal" icon={<IconCircleCheck />}>
              {t("reminder.madeAt", { time: format.dateTime(plan.committedAt), count: plan.made ?? 0 })}
            </Alert>
            {plan.changed.length > 0 && (
              <Alert color="orange" icon={<IconAlertTriangle />}>
                {t("monthRun.leftOut", { names: plan.changed.join(", ") })}
              </Alert>
            )}
          </>
        ) : (
          <>
            {plan.obstacle && (
              <Alert color="orange" icon={<IconAlertTriangle />}>
                {word("problem", plan.obstacle)}
              </Alert>
            )}
            {can(me, "manage_billing") && plan.reminders.length > 0 && (
              <>
                <Checkbox
                  checked={byMail && mails > 0}
                  disabled={mails === 0}
                  onChange={(event) => setByMail(event.currentTarget.checked)}
                  label={t("monthRun.byMail", { count: mails })}
                  description={t("monthRun.byMailWords")}
                />
                <Group>
                  <Button
                    leftSection={<IconBellRinging size={16} />}
                    disabled={Boolean(plan.obstacle)}
                    loading={commit.isPending}
                    onClick={() =>
                      commit.mutate({
                        params: { path: { id: plan.id } },
                        headers: idempotent(key),
                        body: { byMail: byMail && mails > 0 },
                      })
                    }
                  >
                    {t("reminder.make", { count: plan.reminders.length })}
                  </Button>
                </Group>
                {commit.isError && <ErrorNotice error={commit.error} />}
              </>
            )}
          </>
        )}
      </Stack>
    </Card>
  );
}

/** The reminders of a plan, each with its invoices. */
function Planned({ plan }: { plan: ReminderPlan }) {
  const { t, format, word } = useText();
  const money = ({ minor, currency }: Money) => format.money(minor, currency);
  if (plan.reminders.length === 0) {
    return (
      <Card>
        <EmptyState icon={IconBellRinging} title={t("reminder.nothingTitle")}>
          {t("reminder.nothingWords")}
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card title={t("reminder.countOf", { count: plan.reminders.length })}>
      <Scroll label={t("reminder.countOf", { count: plan.reminders.length })}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("document.recipient")}</Table.Th>
              <Table.Th>{t("monthRun.reach")}</Table.Th>
              <Table.Th>{t("reminder.invoices")}</Table.Th>
              <Table.Th className={classes.figure}>{t("reminder.interest")}</Table.Th>
              <Table.Th className={classes.figure}>{t("reminder.fee")}</Table.Th>
              <Table.Th className={classes.figure}>{t("reminder.total")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {plan.reminders.map((each) => (
              <Table.Tr key={`${each.facilityId}${each.invoices[0]?.id}`}>
                <Table.Td>
                  {each.personId ? (
                    <Link to="/people" search={{ open: each.personId }}>
                      {each.name}
                    </Link>
                  ) : (
                    each.name
                  )}
                </Table.Td>
                <Table.Td>{word("monthRun.reach", each.reach)}</Table.Td>
                <Table.Td>
                  {each.invoices.map((invoice) => (
                    <div key={invoice.id}>
                      <Link to="/documents" search={{ open: invoice.id }}>
                        {invoice.number}
                      </Link>{" "}
                      {money(invoice.open)}
                      <span className={classes.soft}>
                        {t("reminder.lateBy", { day: format.date(invoice.dueOn), count: invoice.daysLate })}
                      </span>
                    </div>
                  ))}
                </Table.Td>
                <Table.Td className={classes.figure}>{money(each.interest)}</Table.Td>
                <Table.Td className={classes.figure}>{money(each.fee)}</Table.Td>
                <Table.Td className={classes.figure}>{money(each.total)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
    </Card>
  );
}

/** What is overdue and not reminded of, with why. */
function LeftOut({ plan }: { plan: ReminderPlan }) {
  const { t, format, word } = useText();
  return (
    <Card title={t("reminder.leftOutTitle", { count: plan.leftOut.length })}>
      <Scroll label={t("reminder.leftOutTitle", { count: plan.leftOut.length })}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("document.number")}</Table.Th>
              <Table.Th>{t("document.recipient")}</Table.Th>
              <Table.Th>{t("document.dueOn")}</Table.Th>
              <Table.Th className={classes.figure}>{t("document.left")}</Table.Th>
              <Table.Th>{t("reminder.why")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {plan.leftOut.map((each) => (
              <Table.Tr key={each.documentId}>
                <Table.Td>
                  <Link to="/documents" search={{ open: each.documentId }}>
                    {each.number}
                  </Link>
                </Table.Td>
                <Table.Td>{each.name}</Table.Td>
                <Table.Td>{format.date(each.dueOn)}</Table.Td>
                <Table.Td className={classes.figure}>
                  {format.money(each.open.minor, each.open.currency)}
                </Table.Td>
                <Table.Td>
                  {word("leftOut", each.code)}
                  {each.halfYear && (
                    <span className={classes.soft}>
                      {t("reminder.halfYearFrom", { day: format.date(each.halfYear) })}
                    </span>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
    </Card>
  );
}

/** Messages that the run has written, until they are let go or kept. */
function Awaiting({ plan }: { plan: ReminderPlan }) {
  const release = api.useMutation("post", "/reminder-runs/{id}/release");
  const withhold = api.useMutation("post", "/reminder-runs/{id}/withhold");
  const at = { params: { path: { id: plan.id } } };
  return (
    <AwaitingMessages
      plan={plan}
      release={() => release.mutateAsync(at)}
      withhold={() => withhold.mutateAsync(at)}
    />
  );
}
