import { Button, Checkbox, NumberInput, Stack, TextInput } from "@mantine/core";
import { IconEdit } from "@tabler/icons-react";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { ReminderSettings as Chosen, Organisation } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { Facts } from "../../parts/Facts";
import { FormDrawer } from "../../parts/FormDrawer";
import { Loaded } from "../../parts/Loaded";
import { minorOf, typedOf } from "../../parts/typedMoney";
import { can, useMe } from "../../shell/session";

/** Amounts as people type them, in kronor. */
type ReminderValues = {
  isOn: boolean;
  afterDays: number;
  dueDays: number;
  feeMinor: string;
  feeIsAgreed: boolean;
  hasInterest: boolean;
  most: number;
  smallestMinor: string;
};

const valuesOf = (it: Chosen): ReminderValues => ({
  isOn: it.isOn,
  afterDays: it.afterDays,
  dueDays: it.dueDays,
  feeMinor: typedOf(it.feeMinor),
  feeIsAgreed: it.feeIsAgreed,
  hasInterest: it.hasInterest,
  most: it.most,
  smallestMinor: typedOf(it.smallestMinor),
});

/** How an organisation reminds, within what the law of its country allows. */
export function ReminderSettings({ organisation }: { organisation: Organisation }) {
  const { t, format } = useText();
  const me = useMe();
  const [editing, setEditing] = useState(false);
  const query = api.useQuery("get", "/reminder-settings", {
    params: { query: { organisationId: organisation.id } },
  });
  const save = api.useMutation("put", "/reminder-settings");
  const swedish = organisation.country === "SE";
  const days = (count: number) => t("billing.days", { count });
  return (
    <Card
      title={t("reminder.settings")}
      aside={
        can(me, "change_organisation") && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconEdit size={14} />}
            disabled={!query.data}
            onClick={() => setEditing(true)}
          >
            {t("reminder.edit")}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(it) =>
          it.isOn ? (
            <Facts
              rows={[
                [t("reminder.afterDays"), days(it.afterDays)],
                [t("reminder.dueDays"), days(it.dueDays)],
                [
                  t("reminder.fee"),
                  it.feeMinor > 0 ? format.money(it.feeMinor, it.currency) : t("reminder.noFee"),
                ],
                [
                  t("reminder.interest"),
                  it.hasInterest
                    ? it.lateRate == null
                      ? t("reminder.rateUnknown")
                      : t("reminder.ratePercent", { rate: format.percent(it.lateRate) })
                    : t("reminder.noInterest"),
                ],
                [t("reminder.most"), format.number(it.most)],
                [t("reminder.smallest"), format.money(it.smallestMinor, it.currency)],
              ]}
            />
          ) : (
            <p style={{ margin: 0, color: "var(--ink-soft)" }}>{t("reminder.off")}</p>
          )
        }
      </Loaded>
      {query.data && (
        <FormDrawer<ReminderValues, Chosen>
          title={t("reminder.settingsOf", { name: organisation.name })}
          opened={editing}
          onClose={() => setEditing(false)}
          initial={valuesOf(query.data)}
          view={query.data}
          valuesOf={valuesOf}
          within={organisation.id}
          labels={{
            isOn: t("reminder.isOn"),
            afterDays: t("reminder.afterDays"),
            dueDays: t("reminder.dueDays"),
            feeMinor: t("reminder.fee"),
            feeIsAgreed: t("reminder.feeIsAgreed"),
            hasInterest: t("reminder.hasInterest"),
            most: t("reminder.most"),
            smallestMinor: t("reminder.smallest"),
          }}
          validate={(values) => ({
            feeMinor: minorOf(values.feeMinor) === undefined ? t("field.number.malformed") : null,
            smallestMinor: minorOf(values.smallestMinor) === undefined ? t("field.number.malformed") : null,
          })}
          save={(values, { view }) =>
            save.mutateAsync({
              params: { query: { organisationId: organisation.id } },
              headers: ifMatch(view ?? { rowVersion: 0 }),
              body: {
                ...values,
                feeMinor: minorOf(values.feeMinor) ?? 0,
                smallestMinor: minorOf(values.smallestMinor) ?? 0,
              },
            })
          }
        >
          {(form) => (
            <Stack gap="sm">
              <Checkbox
                label={t("reminder.isOn")}
                data-autofocus
                {...form.getInputProps("isOn", { type: "checkbox" })}
              />
              <NumberInput
                label={t("reminder.afterDays")}
                min={1}
                max={90}
                allowDecimal={false}
                {...form.getInputProps("afterDays")}
              />
              <NumberInput
                label={t("reminder.dueDays")}
                min={1}
                max={90}
                allowDecimal={false}
                {...form.getInputProps("dueDays")}
              />
              <TextInput
                label={t("reminder.feeIn", { currency: query.data.currency })}
                description={t(swedish ? "reminder.feeLawSe" : "reminder.feeLawNo", {
                  most: format.money(query.data.mostFeeMinor, query.data.currency),
                  days: query.data.feeAfterDays,
                  times: query.data.mostFees,
                })}
                inputMode="decimal"
                {...form.getInputProps("feeMinor")}
              />
              {swedish && (
                <Checkbox
                  label={t("reminder.feeIsAgreed")}
                  description={t("reminder.feeIsAgreedWords")}
                  {...form.getInputProps("feeIsAgreed", { type: "checkbox" })}
                />
              )}
              <Checkbox
                label={t("reminder.hasInterest")}
                description={t(swedish ? "reminder.interestLawSe" : "reminder.interestLawNo")}
                {...form.getInputProps("hasInterest", { type: "checkbox" })}
              />
              <NumberInput
                label={t("reminder.most")}
                min={1}
                max={10}
                allowDecimal={false}
                {...form.getInputProps("most")}
              />
              <TextInput
                label={t("reminder.smallestIn", { currency: query.data.currency })}
                description={t("reminder.smallestWords")}
                inputMode="decimal"
                {...form.getInputProps("smallestMinor")}
              />
            </Stack>
          )}
        </FormDrawer>
      )}
    </Card>
  );
}
