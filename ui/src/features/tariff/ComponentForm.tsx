import { Select, Stack, TextInput } from "@mantine/core";
import { ifMatch } from "../../api/client";
import { Problem, toProblem } from "../../api/problem";
import { api } from "../../api/query";
import type { Facility, Tariff, TariffComponent } from "../../api/views";
import { isoToday } from "../../i18n/format";
import { useText } from "../../i18n/text";
import { DayInput } from "../../parts/DayInput";
import { FormDrawer } from "../../parts/FormDrawer";
import { useUndo } from "../../parts/undo";
import { TariffChange, useFaultWords } from "./TariffChange";
import {
  type Basis,
  faultsByRow,
  isFee,
  KINDS,
  type Kind,
  type RowValues,
  rowOf,
  unitsOf,
  valuesOfRow,
  withRow,
} from "./tariffRows";

const VATS = { SE: ["2500", "1200", "600", "0"], NO: ["2500", "1500", "1200", "0"] } as const;
const BASES: readonly Basis[] = ["fixed", "quarter", "hour_mean"];
const CURRENCIES = { SE: "SEK", NO: "NOK" } as const;
/** A field of a row as the form names it. */
const FIELDS: Readonly<Record<string, string>> = { rate: "amount" };

/** Adds a component to a tariff, or changes one; what that changes is said before it is saved. */
export function ComponentForm({
  facility,
  tariff,
  row,
  opened,
  onClose,
}: {
  facility: Facility;
  tariff: Tariff;
  row?: TariffComponent | undefined;
  opened: boolean;
  onClose: () => void;
}) {
  const { t, word, format, language } = useText();
  const saveTariff = useSaveTariff(facility.id);
  const faultWords = useFaultWords();
  const rows = tariff.tariff?.components ?? [];
  const currency = CURRENCIES[facility.country];
  const mark = language === "en" ? "." : ",";
  const complete = (values: RowValues) => {
    const it = rowOf(values, currency);
    return it && withRow(rows, it, row);
  };
  return (
    <FormDrawer<RowValues, Tariff>
      title={row ? t("tariff.edit", { kind: word("tariff.kind", row.kind) }) : t("tariff.new")}
      opened={opened}
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
      labels={{}}
      validate={(values) => ({
        amount:
          (values.kind === "energy" && values.basis !== "fixed") || unitsOf(values) !== undefined
            ? null
            : t(values.amount.trim() ? "tariff.noAmount" : "field.required"),
        validFrom: values.validFrom ? null : t("field.required"),
        source: values.source.trim() ? null : t("field.required"),
      })}
      save={async (values) => {
        const next = complete(values);
        if (!next) return undefined;
        try {
          return await saveTariff(tariff, next);
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
              description={t(`tariff.kindHint.${kind}`)}
              required
              allowDeselect={false}
              disabled={row !== undefined}
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
                inputMode="decimal"
                autoComplete="off"
                rightSection={fee ? "kr" : "kr/kWh"}
                rightSectionWidth={fee ? 40 : 70}
                {...form.getInputProps("amount")}
              />
            )}
            <Select
              label={t("tariff.vatTitle")}
              required
              allowDeselect={false}
              data={[
                ...VATS[facility.country].map((value) => ({ value, label: format.percent(Number(value)) })),
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

/** Saves the rows of a tariff, and offers to take that back. */
export function useSaveTariff(
  facilityId: string,
): (tariff: Tariff, rows: TariffComponent[]) => Promise<Tariff> {
  const { t } = useText();
  const offerUndo = useUndo();
  const put = api.useMutation("put", "/tariff");
  const current = api.useQuery("get", "/tariff", { params: { query: { facilityId } } }, { enabled: false });
  const save = async (tariff: Tariff, rows: TariffComponent[]) => {
    try {
      return await put.mutateAsync({
        params: { query: { facilityId } },
        headers: ifMatch(tariff),
        body: { components: rows },
      });
    } catch (error) {
      // The next try is on top of what somebody else saved.
      if (toProblem(error).isStale) void current.refetch();
      throw error;
    }
  };
  return async (tariff, rows) => {
    const saved = await save(tariff, rows);
    const before = tariff.tariff?.components;
    // A tariff without any row is none: the first save cannot be taken back.
    if (before) {
      offerUndo(t("tariff.saved"), async () => {
        const back = await save(saved, [...before]);
        return () => save(back, rows);
      });
    }
    return saved;
  };
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
