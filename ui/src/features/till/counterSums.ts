// What is asked for at the counter. The host decides; this says beforehand what it will say.

export type TillMeans = "cash" | "card";

export interface Share {
  minor: number;
  open: number;
}

const KRONA = 100;

/** What rounding to coins adds: halves go up, as the host has it. */
function roundingOf(minor: number): number {
  return Math.round(minor / KRONA) * KRONA - minor;
}

/** What is asked for, and what rounding to coins has added: only what is paid whole in cash is rounded. */
export function askedFor(shares: readonly Share[], means: TillMeans): { asked: number; rounding: number } {
  const sum = shares.reduce((all, { minor }) => all + minor, 0);
  const rounds = means === "cash" && shares.length > 0 && shares.every(({ minor, open }) => minor === open);
  const rounding = rounds ? roundingOf(sum) : 0;
  // Coins for a part: what is too much is kept.
  const asked = means === "cash" && !rounds ? Math.ceil(sum / KRONA) * KRONA : sum + rounding;
  return { asked, rounding };
}

/** Where an amount goes: nothing where it is too little. */
export function splitOf(
  amount: number,
  shares: readonly Share[],
  means: TillMeans,
): { toInvoices: number; rounding: number; kept: number } | undefined {
  const toInvoices = shares.reduce((all, { minor }) => all + minor, 0);
  const { asked, rounding } = askedFor(shares, means);
  const counted = amount === asked ? rounding : 0;
  const kept = amount - toInvoices - counted;
  return kept < 0 ? undefined : { toInvoices, rounding: counted, kept };
}

/** Whether an amount comes in coins. */
export function isInCoins(minor: number): boolean {
  return minor % KRONA === 0;
}
