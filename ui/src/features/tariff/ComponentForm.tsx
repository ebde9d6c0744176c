import { Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { Problem, toProblem } from "../../api/problem";
import type { Facility, Tariff, TariffComponent } from "../../api/views";
import { useText } from "../../i18n/text";
import { isoToday } from "../../i18n/zone";
import { DayInput } from "../../parts/DayInput";
import { FormDrawer } from "../../parts/FormDrawer";
import { ChangedMeanwhile } from "./ChangedMeanwhile";
import { TariffChange, useFaultWords } from "./TariffChange";
import {
  type Basis,
  faultsByRow,
  isFee,
  KINDS,
  type Kind,
  type RowValues,
  rowKey,
  rowOf,
  unitsOf,
  valuesOfRow,
  withRow,
} from "./tariffRows";
import { useSaveTariff } from "./useSaveTariff";

const VATS = { SE: ["2500", "1200", "600", "0"], NO: ["2500", "1500", "1200", "0"] } as const;
const BASES: readonly Basis[] = ["fixed", "quarter", "hour_mean"];
const CURRENCIES = { SE: "SEK", NO: "NOK" } as const;
/** A field of a row as the form names it. */
const FIELDS: Readonly<Record<string, string>> = { rate: "amount" };

/**
 * Adds a component to a tariff, or changes one; what that changes is said before it is saved. It is mounted when it is
 * opened, and keeps the tariff that it began with: what somebody else saves meanwhile is settled when it is saved.
 */
export function ComponentForm({
  facility,
  tariff: latest,
  open,
  onClose,
}: {
  facility: Facility;
  tariff: Tariff;
  /** The row that is changed; absent for a new one. */
  open?: string | undefined;
  onClose: () => void;
}) {
  const [tariff] = useState(latest);
  const row = open === undefined ? undefined : rowIn(tariff, (each) => rowKey(each) === open);
  if (open !== undefined && !row) return null;
  return <Known facility={facility} tariff={tariff} row={row} onClose={onClose} />;
}

function rowIn(tariff: Tariff, is: (row: TariffComponent) => boolean): TariffComponent | undefined {
  return tariff.tariff?.components.find(is);
}

function Known({
  facility,
  tariff,
  row,
  onClose,
}: {
  facility: Facility;
  tariff: Tariff;
  row: TariffComponent | undefined;
  onClose: () => void;
}) {
  const { t, word, format, language } = useText();
  const saveTariff = useSaveTariff(facility.id);
  const faultWords = useFaultWords();
  const rows = tariff.tariff?.components ?? [];
  const currency = CURRENCIES[facility.country];
  const mark = language === "en" ? "." : ",";
  const crowns = language === "en" ? currency : "kr";
  const complete = (values: RowValues, on: Tariff = tariff) => {
    const it = rowOf(values, currency);
    return it && withRow(on.tariff?.components ?? [], it, theirs(on, values));
  };
  // In another version it is the row from the same day; a new one may meet one there that somebody else has added.
  const theirs = (on: Tariff, values: RowValues) =>
    row
      ? rowIn(on, (each) => rowKey(each) === rowKey(row))
      : on === tariff || !values.validFrom
        ? undefined
        : rowIn(
            on,
            (each) => rowKey(each) === rowKey({ kind: values.kind, validFrom: values.validFrom ?? "" }),
          );
  const vatWords = (vat: string) =>
    /^\d+$/.test(vat) ? format.percent(Number(vat)) : word("tariff.vat", vat);
  return (
    <FormDrawer<RowValues, Tariff>
      title={row ? t("tariff.edit", { kind: word("tariff.kind", row.kind) }) : t("tariff.new")}
      opened
      onClose={onClose}
      within={facility.id}
      initial={
        row
          ? valuesOfRow(row, mark)
          : {
              kind: KINDS.find((kind) => !rows.some((each) => each.kind === kind)) ?? "energy",
              basis: "fixed",
              amount: "",
              validFrom: isoToday(new Date()),
              validUntil: null,
              vat: "2500",
              source: "",
            }
      }
      valuesOf={(view, mine) => {
        const found = theirs(view, mine);
        return found && valuesOfRow(found, mark);
      }}
      labels={{
        kind: t("tariff.component"),
        basis: t("tariff.basis"),
        amount: t("tariff.rate"),
        validFrom: t("tariff.validFrom"),
        validUntil: t("tariff.validUntil"),
        vat: t("tariff.vatTitle"),
        source: t("tariff.source"),
      }}
      shownAs={{
        kind: (kind) => t(`tariff.kind.${kind}`),
        basis: (basis) => t(`tariff.basis.${basis}`),
        vat: vatWords,
      }}
      besides={(now, base = tariff) => (
        <ChangedMeanwhile
          was={base}
          is={now}
          except={row && rowIn(now, (each) => rowKey(each) === rowKey(row))}
        />
      )}
      undoneElsewhere
      validate={(values) => ({
        amount:
          (values.kind === "energy" && values.basis !== "fixed") || unitsOf(values) !== undefined
            ? null
            : t(values.amount.trim() ? "tariff.noAmount" : "field.required"),
        validFrom: values.validFrom ? null : t("field.required"),
        source: values.source.trim() ? null : t("field.required"),
      })}
      save={async (values, { view: on = tariff }) => {
        const next = complete(values, on);
        if (!next) return undefined;
        try {
          return await saveTariff(on, next);
        } catch (thrown) {
          throw toFields(toProblem(thrown), next, faultWords);
        }
      }}
    >
      {(form) => {
        const { kind, basis, vat } = form.values;
        const fee = isFee(kind);
        const units = unitsOf(form.values);
        const rate = Number(vat) || 0;
        const gross = units === undefined ? undefined : units + Math.round((units * rate) / 10_000);
        return (
          <Stack gap="sm">
            <Select
              label={t("tariff.component")}
              description={word("tariff.kindHint", kind)}
              required
              allowDeselect={false}
              readOnly={row !== undefined}
              data-autofocus={row === undefined || undefined}
              data={KINDS.map((value) => ({ value, label: t(`tariff.kind.${value}`) }))}
              {...form.getInputProps("kind")}
            />
            {kind === "energy" && (
              <Select
                label={t("tariff.basis")}
                description={
                  basis === "fixed"
                    ? undefined
                    : facility.priceArea
                      ? t("tariff.spotOf", { area: facility.priceArea })
                      : t("field.tariff.no_area")
                }
                required
                allowDeselect={false}
                data={BASES.map((value) => ({ value, label: t(`tariff.basis.${value}`) }))}
                {...form.getInputProps("basis")}
              />
            )}
            {(kind !== "energy" || basis === "fixed") && (
              <TextInput
                label={fee ? t("tariff.amount") : t("tariff.price")}
                description={
                  gross !== undefined && rate > 0
                    ? t("tariff.withVat", {
                        amount: fee ? format.money(gross, currency) : format.energyPrice(gross, currency),
                      })
                    : t("tariff.withoutVat")
                }
                required
                data-autofocus={row !== undefined || undefined}
                inputMode="decimal"
                autoComplete="off"
                rightSection={fee ? crowns : `${crowns}/kWh`}
                rightSectionWidth={fee ? 50 : 84}
                {...form.getInputProps("amount")}
              />
            )}
            <Select
              label={t("tariff.vatTitle")}
              required
              allowDeselect={false}
              data={[
                ...VATS[facility.country].map((value) => ({ value, label: vatWords(value) })),
                { value: "exempt", label: t("tariff.vat.exempt") },
                { value: "reverse_charge", label: t("tariff.vat.reverse_charge") },
              ]}
              {...form.getInputProps("vat")}
            />
            <DayInput
              label={t("tariff.validFrom")}
              description={t("tariff.validFromHint")}
              required
              {...form.getInputProps("validFrom")}
            />
            <DayInput
              label={t("tariff.validUntil")}
              description={t("tariff.validUntilHint")}
              clearable
              clearButtonProps={{ "aria-label": t("action.clear") }}
              {...form.getInputProps("validUntil")}
            />
            <TextInput
              label={t("tariff.source")}
              description={t("tariff.sourceHint")}
              required
              maxLength={200}
              {...form.getInputProps("source")}
            />
            <TariffChange facilityId={facility.id} rows={complete(form.values as RowValues)} />
          </Stack>
        );
      }}
    </FormDrawer>
  );
}

/** The refusal with the faults of the row of the form on its fields, and those of other rows in words. */
function toFields(
  problem: Problem,
  rows: readonly TariffComponent[],
  words: (problem: Problem, rows: readonly TariffComponent[]) => string[],
): Problem {
  // The row of the form is the last one.
  const own = faultsByRow(problem.fields).get(rows.length - 1) ?? [];
  const all = words(problem, rows);
  if (problem.status !== 422 || all.length === 0) return problem;
  const fields = own.map(([name, code]) => [FIELDS[name] ?? name, code] as const);
  return new Problem({
    status: problem.status,
    code: fields.length === all.length ? problem.code : "tariff.faulty",
    fields: Object.fromEntries(fields),
    params: { faults: all.join(" ") },
    ...(problem.correlation && { correlation: problem.correlation }),
  });
}

export type { Kind };
