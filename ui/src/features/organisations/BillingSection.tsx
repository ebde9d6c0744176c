import { Button, Checkbox, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { IconEdit } from "@tabler/icons-react";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Billing, Organisation } from "../../api/views";
import { LOCALES, useText } from "../../i18n/text";
import { Facts } from "../../parts/Facts";
import { FormDrawer } from "../../parts/FormDrawer";
import { Loaded } from "../../parts/Loaded";
import { Section } from "../../parts/Section";
import { can, useMe } from "../../shell/session";

const KINDS = { SE: ["bankgiro", "plusgiro"], NO: ["bank_no"] } as const;
const RULES = { SE: ["ocr_length", "ocr"], NO: ["kid_mod10", "kid_mod11"] } as const;

type BillingValues = {
  accountKind: NonNullable<Billing["accountKind"]>;
  account: string;
  swish: string;
  referenceRule: NonNullable<Billing["referenceRule"]>;
  dueDays: number;
  rounds: boolean;
  carriesOver: boolean;
  fiscalYearBeginsMonth: number;
  taxStatus: string;
};

/** How an organisation is paid, and what must stand on its invoices. */
export function BillingSection({ organisation }: { organisation: Organisation }) {
  const { t, language } = useText();
  const me = useMe();
  const query = api.useQuery("get", "/billing", {
    params: { query: { organisationId: organisation.id } },
  });
  const save = api.useMutation("put", "/billing");
  const [editing, setEditing] = useState(false);
  const country = organisation.country;
  const swedish = country === "SE";
  const monthWords = new Intl.DateTimeFormat(LOCALES[language], { month: "long", timeZone: "UTC" });
  const monthName = (month: number) => monthWords.format(new Date(Date.UTC(2026, month - 1, 1)));
  const valuesOf = (billing: Billing): BillingValues => ({
    accountKind: billing.accountKind ?? KINDS[country][0],
    account: billing.account ?? "",
    swish: billing.swish ?? "",
    referenceRule: billing.referenceRule ?? RULES[country][0],
    dueDays: billing.dueDays ?? 30,
    rounds: billing.rounds ?? true,
    carriesOver: billing.carriesOver ?? true,
    fiscalYearBeginsMonth: billing.fiscalYearBeginsMonth ?? 1,
    taxStatus: billing.taxStatus ?? (swedish ? t("billing.fTax") : ""),
  });
  return (
    <Section
      id="billing"
      title={t("billing.title")}
      aside={
        can(me, "change_organisation") && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconEdit size={14} />}
            disabled={!query.data}
            onClick={() => setEditing(true)}
          >
            {t("billing.edit")}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(billing) =>
          billing.account ? (
            <Facts
              rows={[
                [
                  billing.accountKind ? t(`billing.kind.${billing.accountKind}`) : t("billing.account"),
                  billing.account,
                ],
                swedish && [t("billing.swish"), billing.swish],
                [
                  t("billing.referenceRule"),
                  billing.referenceRule && t(`billing.rule.${billing.referenceRule}`),
                ],
                [t("billing.dueDays"), t("billing.days", { count: billing.dueDays ?? 0 })],
                [t("billing.rounding"), t(billing.rounds ? "billing.rounds" : "billing.exact")],
                [
                  t("billing.surplus"),
                  t(billing.carriesOver ? "billing.surplusFollows" : "billing.surplusStays"),
                ],
                [t("billing.fiscalYear"), monthName(billing.fiscalYearBeginsMonth ?? 1)],
                [t("billing.taxStatus"), billing.taxStatus],
              ]}
            />
          ) : (
            <p style={{ margin: 0, color: "var(--ink-soft)" }}>{t("billing.none")}</p>
          )
        }
      </Loaded>
      {query.data && (
        <FormDrawer<BillingValues, Billing>
          title={t("billing.titled", { name: organisation.name })}
          opened={editing}
          onClose={() => setEditing(false)}
          initial={valuesOf(query.data)}
          view={query.data}
          valuesOf={valuesOf}
          within={organisation.id}
          labels={{
            accountKind: t("billing.accountKind"),
            account: t("billing.account"),
            swish: t("billing.swish"),
            referenceRule: t("billing.referenceRule"),
            dueDays: t("billing.dueDays"),
            rounds: t("billing.rounding"),
            carriesOver: t("billing.surplus"),
            fiscalYearBeginsMonth: t("billing.fiscalYear"),
            taxStatus: t("billing.taxStatus"),
          }}
          shownAs={{
            accountKind: (kind) => t(`billing.kind.${kind}`),
            referenceRule: (rule) => t(`billing.rule.${rule}`),
            dueDays: (count) => t("billing.days", { count: Number(count) }),
            fiscalYearBeginsMonth: (month) => monthName(Number(month)),
          }}
          validate={(values) => ({ account: values.account.trim() ? null : t("field.required") })}
          save={(values, { view }) =>
            save.mutateAsync({
              params: { query: { organisationId: organisation.id } },
              headers: ifMatch(view ?? { rowVersion: 0 }),
              body: {
                accountKind: values.accountKind,
                account: values.account.trim(),
                swish: values.swish.trim() || null,
                referenceRule: values.referenceRule,
                dueDays: values.dueDays,
                rounds: values.rounds,
                carriesOver: values.carriesOver,
                fiscalYearBeginsMonth: values.fiscalYearBeginsMonth,
                taxStatus: values.taxStatus.trim() || null,
              },
            })
          }
        >
          {(form) => (
            <Stack gap="sm">
              {swedish && (
                <Select
                  label={t("billing.accountKind")}
                  allowDeselect={false}
                  data={KINDS[country].map((value) => ({ value, label: t(`billing.kind.${value}`) }))}
                  {...form.getInputProps("accountKind")}
                />
              )}
              <TextInput
                label={swedish ? t("billing.account") : t("billing.kind.bank_no")}
                required
                data-autofocus
                {...form.getInputProps("account")}
              />
              {swedish && (
                <TextInput
                  label={t("billing.swish")}
                  description={t("billing.swishWords")}
                  {...form.getInputProps("swish")}
                />
              )}
              <Select
                label={t("billing.referenceRule")}
                description={t("billing.referenceWords")}
                allowDeselect={false}
                data={RULES[country].map((value) => ({ value, label: t(`billing.rule.${value}`) }))}
                {...form.getInputProps("referenceRule")}
              />
              <NumberInput
                label={t("billing.dueDays")}
                min={0}
                max={90}
                allowDecimal={false}
                {...form.getInputProps("dueDays")}
              />
              <Checkbox label={t("billing.rounds")} {...form.getInputProps("rounds", { type: "checkbox" })} />
              <Checkbox
                label={t("billing.carriesOver")}
                description={t("billing.carriesOverWords")}
                {...form.getInputProps("carriesOver", { type: "checkbox" })}
              />
              <Select
                label={t("billing.fiscalYear")}
                allowDeselect={false}
                data={Array.from({ length: 12 }, (_, index) => ({
                  value: String(index + 1),
                  label: monthName(index + 1),
                }))}
                value={String(form.values.fiscalYearBeginsMonth)}
                onChange={(value) => value && form.setFieldValue("fiscalYearBeginsMonth", Number(value))}
              />
              <TextInput
                label={t("billing.taxStatus")}
                description={t("billing.taxStatusWords")}
                {...form.getInputProps("taxStatus")}
              />
            </Stack>
          )}
        </FormDrawer>
      )}
    </Section>
  );
}
