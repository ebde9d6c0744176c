// The rows of a tariff as a form edits them: pure, rows in and rows out.
import type { TariffComponent } from "../../api/views";
import { decimal, wholeUnits } from "../../i18n/format";
import { same } from "../../parts/changes";

export type Kind = TariffComponent["kind"];
export type Basis = "fixed" | "quarter" | "hour_mean";

/** In the order of lines on an invoice. */
export const KINDS: readonly Kind[] = ["energy", "mark_up", "grid", "energy_tax", "monthly_fee", "start_fee"];
const FEES: readonly Kind[] = ["monthly_fee", "start_fee"];

/** So many decimals has a price of energy, and so many an amount. */
const PRICE_PLACES = 6;
const MONEY_PLACES = 2;

export type RowValues = {
  kind: Kind;
  basis: Basis;
  amount: string;
  validFrom: string | null;
  validUntil: string | null;
  vat: string;
  source: string;
};

/** Whether a kind is counted each time, and not by energy. */
export const isFee = (kind: Kind): boolean => FEES.includes(kind);

/** Which row it is: there are never two of a kind from one day. */
export const rowKey = ({ kind, validFrom }: Pick<TariffComponent, "kind" | "validFrom">) =>
  `${kind} ${validFrom}`;

/** A row as the form shows it; `mark` stands before its decimals. */
export function valuesOfRow(row: TariffComponent, mark: string): RowValues {
  const { rate } = row;
  const plain = (units: number, places: number) =>
    decimal(units, places).replace(/0+$/, "").replace(/\.$/, "").replace(".", mark);
  const amount =
    "per_kwh" in rate
      ? plain(rate.per_kwh.microPerKwh, PRICE_PLACES)
      : "each" in rate
        ? plain(rate.each.minor, MONEY_PLACES)
        : "";
  return {
    kind: row.kind,
    basis: "spot" in rate ? rate.spot : "fixed",
    amount,
    validFrom: row.validFrom,
    validUntil: row.validUntil ?? null,
    vat: row.vat,
    source: row.source,
  };
}

/** What was typed as whole units of the kind; nothing for what is no amount. */
export function unitsOf(values: Pick<RowValues, "kind" | "amount">): number | undefined {
  return wholeUnits(values.amount, isFee(values.kind) ? MONEY_PLACES : PRICE_PLACES);
}

/** The row that the form says; nothing while it is not complete. */
export function rowOf(values: RowValues, currency: "SEK" | "NOK" | "EUR"): TariffComponent | undefined {
  const { kind, basis, validFrom, validUntil, vat, source } = values;
  const units = unitsOf(values);
  if (!validFrom || source.trim() === "") return undefined;
  const of = { kind, validFrom, validUntil: validUntil || null, vat, source: source.trim() };
  if (kind === "energy" && basis !== "fixed") return { ...of, rate: { spot: basis } };
  if (units === undefined) return undefined;
  return isFee(kind)
    ? { ...of, rate: { each: { minor: units, currency } } }
    : { ...of, rate: { per_kwh: { microPerKwh: units, currency } } };
}

/**
 * The rows with one put in, in the place of `was` or as a new one. An end that only said where the next row began goes
 * with it: the row before ends where this one begins.
 */
export function withRow(
  rows: readonly TariffComponent[],
  row: TariffComponent,
  was?: TariffComponent,
): TariffComponent[] {
  const others = was ? rows.filter((each) => rowKey(each) !== rowKey(was)) : rows;
  const begins = new Set(others.filter(({ kind }) => kind === row.kind).map(({ validFrom }) => validFrom));
  const opened = others.map((each) => {
    if (each.kind !== row.kind || !each.validUntil) return each;
    const metItsNext = begins.has(each.validUntil) || each.validUntil === was?.validFrom;
    const isCut = each.validFrom < row.validFrom && row.validFrom < each.validUntil;
    return metItsNext || isCut ? { ...each, validUntil: null } : each;
  });
  // What it ended at as it was, and what the form did not change, is where the next one begins.
  const keepsEnd = row.validUntil !== (was?.validUntil ?? null) || !begins.has(row.validUntil ?? "");
  return [...opened, keepsEnd ? row : { ...row, validUntil: null }];
}

/** The rows without one; the row before goes on where it ended because of it. */
export function withoutRow(rows: readonly TariffComponent[], gone: TariffComponent): TariffComponent[] {
  return rows
    .filter((each) => rowKey(each) !== rowKey(gone))
    .map((each) =>
      each.kind === gone.kind && each.validUntil === gone.validFrom
        ? { ...each, validUntil: gone.validUntil }
        : each,
    );
}

/** A row that is not in two versions of a tariff alike, as it is in each. */
export interface RowChange {
  key: string;
  kind: Kind;
  was: TariffComponent | undefined;
  is: TariffComponent | undefined;
}

/** The rows in which two versions differ, those that came and went among them, by the version that is now. */
export function changedRows(was: readonly TariffComponent[], is: readonly TariffComponent[]): RowChange[] {
  const before = new Map(was.map((row) => [rowKey(row), row]));
  const now = new Map(is.map((row) => [rowKey(row), row]));
  const keys = [...now.keys(), ...[...before.keys()].filter((key) => !now.has(key))];
  return keys.flatMap((key) => {
    const [old, fresh] = [before.get(key), now.get(key)];
    const kind = (fresh ?? old)?.kind;
    return !kind || same(old, fresh) ? [] : [{ key, kind, was: old, is: fresh }];
  });
}

export type RowState = "now" | "coming" | "over";

/** How a row stands on a day. */
export function stateOn({ validFrom, validUntil }: TariffComponent, day: string): RowState {
  if (validFrom > day) return "coming";
  return validUntil && validUntil <= day ? "over" : "now";
}

/** What a kilowatt-hour costs on a day by the fixed rows, with VAT, in millionths; and whether the market adds to it. */
export function sumOn(
  rows: readonly TariffComponent[],
  day: string,
): { net: number; gross: number; market: boolean } {
  let net = 0;
  let gross = 0;
  let market = false;
  for (const row of rows) {
    if (stateOn(row, day) !== "now") continue;
    if ("spot" in row.rate) market = true;
    if (!("per_kwh" in row.rate)) continue;
    const micro = row.rate.per_kwh.microPerKwh;
    net += micro;
    gross += micro + Math.round((micro * (Number(row.vat) || 0)) / 10_000);
  }
  return { net, gross, market };
}

/** The faults of rows, by the place of the row: `components.3.validFrom` is about the fourth. */
export function faultsByRow(
  fields: Readonly<Record<string, string>>,
): Map<number | undefined, [string, string][]> {
  const found = new Map<number | undefined, [string, string][]>();
  for (const [field, code] of Object.entries(fields)) {
    const [, place, name = ""] = /^components\.(\d+)\.(\w+)$/.exec(field) ?? [];
    const at = place === undefined ? undefined : Number(place);
    found.set(at, [...(found.get(at) ?? []), [name, code]]);
  }
  return found;
}
