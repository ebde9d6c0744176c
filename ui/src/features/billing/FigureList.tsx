import { Button, Select, Stack, Table, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { Country, ReminderFigure } from "../../api/views";
import { wholeUnits } from "../../i18n/format";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { DayInput } from "../../parts/DayInput";
import { FormDrawer } from "../../parts/FormDrawer";
import { Loaded } from "../../parts/Loaded";
import { Scroll } from "../../parts/Scroll";
import { can, useMe } from "../../shell/session";
import classes from "./MonthRunPage.module.css";

type Kind = ReminderFigure["kind"];

const KINDS = ["rate", "most_fee", "most_fees", "fee_after_days"] as const satisfies readonly Kind[];

/** Kinds that are typed as whole and hundredths: per cent, or kronor. */
const IN_HUNDREDTHS: readonly Kind[] = ["rate", "most_fee"];

type FigureValues = { kind: Kind; validFrom: string; value: string; source: string };

/** What was typed, in whole days and times or in hundredths. */
const typedValue = ({ kind, value }: FigureValues) => wholeUnits(value, IN_HUNDREDTHS.includes(kind) ? 2 : 0);

/** The figures that law and authorities set, with where each stands; the next half-year's rate is added here. */
export function FigureList({ country }: { country: Country }) {
  const { t, format } = useText();
  const me = useMe();
  const [adding, setAdding] = useState(false);
  const query = api.useQuery("get", "/reminder-figures", {});
  const add = api.useMutation("post", "/reminder-figures");
  const currency = country === "SE" ? "SEK" : "NOK";
  const shown = ({ kind, value }: Pick<ReminderFigure, "kind" | "value">) => {
    if (kind === "rate") return format.percent(value);
    if (kind === "most_fee") return format.money(value, currency);
    return format.number(value);
  };
  const labelOf = (kind: Kind) =>
    kind === "rate"
      ? t(country === "SE" ? "reminder.figure.rateSe" : "reminder.figure.rateNo")
      : t(`reminder.figure.${kind}`);
  return (
    <Card
      title={t("reminder.figures")}
      aside={
        can(me, "manage_billing") && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => setAdding(true)}
          >
            {t("reminder.addFigure")}
          </Button>
        )
      }
    >
      <p style={{ margin: "0 0 0.5rem" }}>{t("reminder.figuresWords")}</p>
      <Loaded query={query}>
        {({ items }) => (
          <Scroll label={t("reminder.figures")}>
            <Table verticalSpacing={6}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("reminder.figure")}</Table.Th>
                  <Table.Th>{t("reminder.validFrom")}</Table.Th>
                  <Table.Th className={classes.figure}>{t("reminder.value")}</Table.Th>
                  <Table.Th>{t("reminder.source")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items
                  .filter((each) => each.country === country)
                  .map((each) => (
                    <Table.Tr key={`${each.kind} ${each.validFrom}`}>
                      <Table.Th scope="row">{labelOf(each.kind)}</Table.Th>
                      <Table.Td>{format.date(each.validFrom)}</Table.Td>
                      <Table.Td className={classes.figure}>{shown(each)}</Table.Td>
                      <Table.Td>
                        {each.source}
                        {each.isAdded && <span className={classes.soft}>{t("reminder.added")}</span>}
                      </Table.Td>
                    </Table.Tr>
                  ))}
              </Table.Tbody>
            </Table>
          </Scroll>
        )}
      </Loaded>
      <FormDrawer<FigureValues, unknown>
        title={t("reminder.addFigure")}
        opened={adding}
        onClose={() => setAdding(false)}
        initial={{ kind: "rate", validFrom: "", value: "", source: "" }}
        labels={{
          kind: t("reminder.figure"),
          validFrom: t("reminder.validFrom"),
          value: t("reminder.value"),
          source: t("reminder.source"),
        }}
        within={country}
        validate={(values) => ({
          validFrom: values.validFrom ? null : t("field.required"),
          value: typedValue(values) === undefined ? t("field.number.malformed") : null,
          source: values.source.trim() ? null : t("field.required"),
        })}
        save={(values, { key }) =>
          add.mutateAsync({
            headers: idempotent(key),
            body: {
              country,
              kind: values.kind,
              validFrom: values.validFrom,
              value: typedValue(values) ?? 0,
              source: values.source.trim(),
            },
          })
        }
      >
        {(form) => (
          <Stack gap="sm">
            <Select
              label={t("reminder.figure")}
              data-autofocus
              allowDeselect={false}
              data={KINDS.map((value) => ({ value, label: labelOf(value) }))}
              {...form.getInputProps("kind")}
            />
            <DayInput
              label={t("reminder.validFrom")}
              description={form.values.kind === "rate" ? t("reminder.halfYearWords") : undefined}
              required
              value={form.values.validFrom || null}
              error={form.errors.validFrom}
              onChange={(day) => form.setFieldValue("validFrom", day ?? "")}
            />
            <TextInput
              label={t(
                form.values.kind === "rate"
                  ? "reminder.valuePercent"
                  : form.values.kind === "most_fee"
                    ? "reminder.valueMoney"
                    : "reminder.value",
              )}
              inputMode="decimal"
              {...form.getInputProps("value")}
            />
            <TextInput
              label={t("reminder.source")}
              description={t("reminder.sourceWords")}
              required
              {...form.getInputProps("source")}
            />
          </Stack>
        )}
      </FormDrawer>
    </Card>
  );
}
