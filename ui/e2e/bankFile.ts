// A file of a bank, as journeys take it in.

/** A BgMax file of one deposit: öre, reference and payer of each payment. */
export function bgmax(payments: readonly [number, string, string][]): Buffer {
  const figure = (value: number, width: number) => String(value).padStart(width, "0");
  const sum = payments.reduce((all, [minor]) => all + minor, 0);
  const lines = [
    "01BGMAX               0120261121173035010331P",
    "050054029681          SEK",
    ...payments.flatMap(([minor, reference, payer], at) => [
      `200001234567${reference.padStart(25)}${figure(minor, 18)}${reference ? 2 : 0}2${figure(at, 12)}0`,
      `26${payer}`,
    ]),
    `15${figure(0, 35)}2026112100001${figure(sum, 18)}SEK${figure(payments.length, 8)}`,
    `70${figure(payments.length, 8)}${figure(0, 8)}${figure(0, 8)}${figure(1, 8)}`,
  ];
  return Buffer.from(lines.map((line) => line.padEnd(80)).join("\r\n"), "latin1");
}
