import { Progress } from "@mantine/core";
import { IconCircle, IconCircleCheckFilled } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { api } from "../../api/query";
import { type Key, useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { isLocalAddress } from "../../parts/localAddress";
import { useFacilityChoice } from "../../shell/facilityChoice";
import classes from "./TodoPage.module.css";

interface SetupStep {
  text: Key;
  to: string;
  done: boolean;
}

/** What is left to set up. It goes away by itself when everything is done. */
export function SetupChecklist() {
  const { t } = useText();
  const { facilities, organisations, organisation, isPending } = useFacilityChoice();
  const mail = api.useQuery("get", "/settings/mail", {}, { retry: false });
  const address = api.useQuery("get", "/settings/address", {});
  const staff = api.useQuery("get", "/staff", {}, { retry: false });
  const imports = api.useQuery("get", "/imports", {}, { retry: false });
  const billing = api.useQuery(
    "get",
    "/billing",
    { params: { query: { organisationId: organisation?.id ?? "" } } },
    { retry: false, enabled: Boolean(organisation) },
  );
  // Someone who may not see the settings has nothing to set up.
  if (
    isPending ||
    mail.isPending ||
    mail.isError ||
    address.isPending ||
    staff.isPending ||
    imports.isPending
  )
    return null;
  // Practising sets nothing up.
  const training = new Set(organisations.filter((each) => each.training).map(({ id }) => id));
  const real = facilities.filter((each) => !training.has(each.organisationId));
  const steps: SetupStep[] = [
    { text: "checklist.facility", to: "/facilities", done: real.length > 0 },
    {
      text: "checklist.people",
      to: (imports.data?.items.length ?? 0) > 0 ? "/imports" : "/imports/new",
      done: real.some((facility) => facility.counts.persons > 0),
    },
    {
      text: "checklist.address",
      to: "/settings/installation",
      done: address.data !== undefined && !isLocalAddress(address.data.publicUrl),
    },
    {
      text: "checklist.billing",
      to: `/organisations?open=${organisation?.id ?? ""}`,
      done: Boolean(billing.data?.account),
    },
    { text: "checklist.mail", to: "/settings/mail", done: mail.data?.enabled === true },
    { text: "checklist.staff", to: "/staff", done: (staff.data?.items.length ?? 0) > 1 },
  ];
  const done = steps.filter((step) => step.done).length;
  if (done === steps.length) return null;
  return (
    <Card title={t("checklist.title")} aside={t("checklist.count", { done, total: steps.length })}>
      <Progress value={(100 * done) / steps.length} size="sm" mb="sm" aria-label={t("checklist.title")} />
      <ul className={classes.steps}>
        {steps.map((step) => (
          <li key={step.text} data-done={step.done || undefined}>
            {step.done ? (
              <IconCircleCheckFilled size={20} role="img" aria-label={t("state.done")} />
            ) : (
              <IconCircle size={20} role="img" aria-label={t("state.notDone")} />
            )}
            {step.done ? <span>{t(step.text)}</span> : <Link to={step.to}>{t(step.text)}</Link>}
          </li>
        ))}
      </ul>
    </Card>
  );
}
