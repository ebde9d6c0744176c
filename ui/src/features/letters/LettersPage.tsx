import { Alert, Button, Group, Radio, SegmentedControl, Select, Stack, Table } from "@mantine/core";
import { IconInfoCircle, IconMailForward, IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api, readAll } from "../../api/query";
import type { Job, Person, PersonView } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { EmptyState } from "../../parts/EmptyState";
import { ErrorNotice, showProblem } from "../../parts/ErrorNotice";
import { JobRun } from "../../parts/JobRun";
import { Loaded } from "../../parts/Loaded";
import { LocalAddressNotice } from "../../parts/LocalAddressNotice";
import { PageHeader } from "../../parts/PageHeader";
import { useHandOver } from "../../parts/useHandOver";
import { useShortNames } from "../../parts/useShortNames";
import { useFacilityChoice } from "../../shell/facilityChoice";
import classes from "./LettersPage.module.css";
import { type LetterPlan, planLetters } from "./letterPlan";

type Order = "walking" | "name";
const VIEWS = ["not_issued", "initial_password", "all"] as const satisfies readonly PersonView[];

/** Sign-in letters in three steps: what will happen, the run, what to do with the result. */
export function LettersPage({ loginIds }: { loginIds: string[] | undefined }) {
  const { t } = useText();
  const { facility, facilities, choose, filter: place } = useFacilityChoice();
  const [view, setView] = useState<(typeof VIEWS)[number]>("not_issued");
  const [order, setOrder] = useState<Order>("walking");
  const filter = { ...place, view: loginIds ? undefined : view };
  const people = useQuery({
    queryKey: ["letters-preview", filter, loginIds],
    enabled: loginIds !== undefined || facility !== undefined,
    queryFn: () => readAll<Person>("/persons", filter),
  });
  const address = api.useQuery("get", "/settings/address", {});
  return (
    <div className={classes.page}>
      <PageHeader title={t("letters.title")} subtitle={t("letters.subtitle")} />
      <LocalAddressNotice address={address.data?.publicUrl} />
      {!loginIds && (
        <Card>
          <Stack gap="sm">
            {!facility && (
              <Select
                label={t("facility.one")}
                placeholder={t("letters.chooseFacility")}
                data={facilities.map(({ id, name, code }) => ({ value: id, label: `${name} (${code})` }))}
                value={null}
                onChange={(id) => id && choose(id)}
              />
            )}
            <Radio.Group
              label={t("letters.who")}
              value={view}
              onChange={(value) => setView(value as (typeof VIEWS)[number])}
            >
              <Stack gap={6} mt={6}>
                {VIEWS.map((each) => (
                  <Radio key={each} value={each} label={t(`letters.who.${each}`)} />
                ))}
              </Stack>
            </Radio.Group>
          </Stack>
        </Card>
      )}
      {(loginIds || facility) && (
        <Loaded query={people}>
          {(found) => (
            <Plan
              key={`${view}-${facility?.id}-${loginIds?.length ?? ""}`}
              plan={planLetters(found, facility?.id, loginIds)}
              order={order}
              onOrder={setOrder}
            />
          )}
        </Loaded>
      )}
    </div>
  );
}

function Plan({ plan, order, onOrder }: { plan: LetterPlan; order: Order; onOrder: (order: Order) => void }) {
  const text = useText();
  const { t } = text;
  const letters = api.useMutation("post", "/letters");
  const handOver = useHandOver();
  const sample = useShortNames();
  const [key] = useState(() => crypto.randomUUID());
  const [job, setJob] = useState<Job>();
  const [made, setMade] = useState(false);
  const [handing, setHanding] = useState<"idle" | "busy" | "done">("idle");
  const count = plan.first.length + plan.again.length + plan.own.length;
  if (job) {
    const printed = [...plan.first, ...plan.again, ...plan.own];
    return (
      <Card title={t("letters.printing")}>
        <JobRun
          id={job.id}
          running={t("letters.running")}
          done={() => t("letters.done", { count: printed.length })}
          onDone={() => setMade(true)}
        />
        <Group mt="md" gap="xs">
          {made && (
            <Button
              variant="default"
              loading={handing === "busy"}
              disabled={handing === "done"}
              onClick={async () => {
                setHanding("busy");
                try {
                  await handOver(printed.map(({ login }) => login.id));
                  setHanding("done");
                } catch (error) {
                  setHanding("idle");
                  showProblem(error, text);
                }
              }}
            >
              {t("letters.markAllHandedOver")}
            </Button>
          )}
          <Button component={Link} to="/people" variant="subtle">
            {t("letters.toPeople")}
          </Button>
        </Group>
        {made && <p className={classes.hint}>{t("letters.handOverHint")}</p>}
      </Card>
    );
  }
  if (count === 0) {
    return (
      <Card>
        <EmptyState icon={IconMailForward} title={t("letters.noneTitle")}>
          {t("letters.noneWords")}
        </EmptyState>
      </Card>
    );
  }
  const start = () =>
    letters.mutate(
      {
        headers: idempotent(key),
        body: { loginIds: [...plan.first, ...plan.again, ...plan.own].map(({ login }) => login.id), order },
      },
      { onSuccess: (started) => setJob(started) },
    );
  const rows = [
    ["first", plan.first],
    ["again", plan.again],
    ["own", plan.own],
    ["skipped", plan.skipped],
  ] as const;
  return (
    <Card title={t("letters.preview", { count })}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("letters.what")}</Table.Th>
            <Table.Th style={{ textAlign: "end" }}>{t("letters.number")}</Table.Th>
            <Table.Th>{t("letters.consequence")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(
            ([kind, entries]) =>
              entries.length > 0 && (
                <Table.Tr key={kind}>
                  <Table.Td>{t(`letters.kind.${kind}`)}</Table.Td>
                  <Table.Td style={{ textAlign: "end" }}>{entries.length}</Table.Td>
                  <Table.Td>
                    {t(`letters.consequence.${kind}`)}
                    <span className={classes.names}>{sample(entries.map((entry) => entry.name))}</span>
                  </Table.Td>
                </Table.Tr>
              ),
          )}
        </Table.Tbody>
      </Table>
      {plan.own.length > 0 && (
        <Alert mt="sm" color="orange" icon={<IconInfoCircle />}>
          {t("letters.ownWarning", { count: plan.own.length })}
        </Alert>
      )}
      <Group mt="md" justify="space-between" align="flex-end">
        <div>
          <span className={classes.label} id="letter-order">
            {t("letters.order")}
          </span>
          <SegmentedControl
            aria-labelledby="letter-order"
            value={order}
            onChange={(value) => onOrder(value as Order)}
            data={[
              { value: "walking", label: t("letters.order.walking") },
              { value: "name", label: t("letters.order.name") },
            ]}
          />
        </div>
        <Button leftSection={<IconPrinter size={16} />} loading={letters.isPending} onClick={start}>
          {t("letters.start", { count })}
        </Button>
      </Group>
      {letters.isError && <ErrorNotice error={letters.error} />}
    </Card>
  );
}
