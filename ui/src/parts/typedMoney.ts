// Amounts as they are typed.

/** `1 234,50` as it is typed: hundredths, or nothing where it is no amount. */
export function minorOf(typed: string): number | undefined {
  const bare = typed.replaceAll(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  const match = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(bare);
  if (!match) return undefined;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

/** Hundredths as they are typed. */
export function typedOf(minor: number): string {
  const kronor = Math.trunc(minor / 100);
  return `${kronor},${String(minor % 100).padStart(2, "0")}`;
}
