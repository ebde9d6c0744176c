// Charging sessions at the desk: proved, judged, given to whoever charged; and reports that belong to none.
import type { Line } from "./callingChargePoint";
import { onTheLine } from "./chargePointOnTheLine";
import { addPerson, expect, make, place, test } from "./fixtures";

const MINUTE_MS = 60_000;

/** A charge as it is reported when it is over: begun so many minutes ago, with a reading every five. */
async function charge(
  line: Line,
  tag: string,
  minutesAgo: number,
  registers: readonly number[],
): Promise<void> {
  const at = (place: number) => new Date(Date.now() - (minutesAgo - place * 5) * MINUTE_MS).toISOString();
  const last = registers.length - 1;
  const { transactionId } = await line.say("StartTransaction", {
    connectorId: 1,
    idTag: tag,
    meterStart: registers[0],
    timestamp: at(0),
  });
  for (const [place, register] of registers.entries()) {
    if (place === 0 || place === last) continue;
    const sampledValue = [
      { value: String(register), measurand: "Energy.Active.Import.Register", unit: "Wh" },
    ];
    await line.say("MeterValues", {
      connectorId: 1,
      transactionId,
      meterValue: [{ timestamp: at(place), sampledValue }],
    });
  }
  await line.say("StopTransaction", {
    transactionId,
    meterStop: registers[last],
    timestamp: at(last),
    reason: "EVDisconnected",
  });
}

test("a session opens to its proof: who, when, how much, quarter by quarter (EVC-14, EVC-18)", async ({
  host,
  desk: page,
}) => {
  const { id: person } = await addPerson(page, host.url, { givenName: "Åsa", familyName: "Öberg" });
  const { organisation } = await place(page, host.url);
  await make(page, host.url, `/tags?organisationId=${organisation}`, { idTag: "04A2B3C4", personId: person });
  const { line } = await onTheLine(page, host.url);
  await charge(line, "04A2B3C4", 60, [1_000, 1_500, 2_000, 2_500, 3_000, 3_500]);

  await page.goto(`${host.url}/admin/sessions`);
  const row = page.getByRole("row", { name: /P-01 · uttag 1/ });
  await expect(row).toContainText("Åsa Öberg");
  await expect(row).toContainText("2,500 kWh");
  await expect(row).toContainText("Klar");
  await row.click();
  const proof = page.getByRole("complementary", { name: "P-01 · uttag 1" });
  await expect(proof.getByText("1,000 kWh → 3,500 kWh")).toBeVisible();
  await expect(proof.getByText("Bilen kopplades ur")).toBeVisible();
  await expect(proof.getByRole("img", { name: /kvartar från .* tillsammans 2,500 kWh/ })).toBeVisible();
  await proof.getByText("Visa som tabell").click();
  const quarters = proof.getByRole("table").first();
  await expect(quarters.getByRole("row").nth(1)).toContainText("uppmätt");
  await expect(proof.getByText("Anläggningen har ingen tariff")).toBeVisible();
  await proof.getByRole("link", { name: "Åsa Öberg" }).click();
  await expect(page.getByRole("complementary", { name: "Åsa Öberg" })).toBeVisible();
});

test.describe("far from home", () => {
  test.use({ timezoneId: "Asia/Bangkok" });
  test("a session is shown at the time of its facility, which is the time on its invoice", async ({
    host,
    desk: page,
  }) => {
    const { line } = await onTheLine(page, host.url);
    await charge(line, "04A2B3C4", 60, [1_000, 1_500]);
    const begun = new Intl.DateTimeFormat("sv-SE", {
      timeZone: "Europe/Stockholm",
      dateStyle: "short",
      timeStyle: "short",
    }).format(Date.now() - 60 * MINUTE_MS);
    await page.goto(`${host.url}/admin/sessions`);
    const shown = page
      .getByRole("row", { name: /P-01 · uttag 1/ })
      .getByRole("gridcell")
      .first();
    await expect(shown).toHaveText(/^\d{4}-\d\d-\d\d \d\d:\d\d$/);
    // The minute may have passed since.
    const apart = Date.parse(`${begun}Z`) - Date.parse(`${await shown.textContent()}Z`);
    expect(Math.abs(apart)).toBeLessThanOrEqual(2 * MINUTE_MS);
  });
});

test("a doubtful session is found from the start page, and accepted by name with a reason (R3)", async ({
  host,
  desk: page,
}) => {
  const { line } = await onTheLine(page, host.url);
  await charge(line, "04A2B3C4", 30, [5_000, 4_000]);
  await page.goto(`${host.url}/admin/`);
  await page.getByRole("link", { name: /Laddsessioner att granska/ }).click();
  await page.getByRole("row", { name: /Tvivelaktig/ }).click();
  const proof = page.getByRole("complementary", { name: "P-01 · uttag 1" });
  await expect(proof.getByText("Slutade på en lägre mätarställning")).toBeVisible();
  await expect(proof.getByText("Hindrar debitering").first()).toBeVisible();
  await expect(proof.getByText("Väntar på att någon godkänner laddsessionen.")).toBeVisible();
  await proof.getByRole("button", { name: "Godkänn" }).click();
  const accept = page.getByRole("dialog", { name: "Godkänn laddsessionen" });
  await expect(accept.getByRole("button", { name: "Godkänn" })).toBeDisabled();
  await accept.getByRole("textbox", { name: "Anledning" }).fill("Mätaren byttes, ingen energi gick åt");
  await accept.getByRole("button", { name: "Godkänn" }).click();
  await expect(proof.getByText("Mätaren byttes, ingen energi gick åt")).toBeVisible();
  await expect(proof.getByRole("button", { name: "Godkänn" })).toHaveCount(0);
  await expect(page.getByText("Inget att granska")).toBeVisible();

  await proof.getByRole("button", { name: "Mer" }).click();
  await page.getByRole("menuitem", { name: "Makulera" }).click();
  const gone = page.getByRole("dialog", { name: "Makulera laddsessionen" });
  await gone.getByRole("textbox", { name: "Anledning" }).fill("Provkörning");
  await gone.getByRole("button", { name: "Makulera" }).click();
  await expect(proof.getByText("En makulerad laddsession kostar ingenting.")).toBeVisible();
  await expect(proof.getByRole("button", { name: "Vem laddade?" })).toHaveCount(0);
});

test("a session of an unknown tag is given to somebody, and that can be undone", async ({
  host,
  desk: page,
}) => {
  await addPerson(page, host.url, { givenName: "Åsa", familyName: "Öberg" });
  const { line } = await onTheLine(page, host.url);
  await charge(line, "04A2B3C4", 30, [1_000, 2_000]);
  await page.goto(`${host.url}/admin/sessions`);
  await page.getByRole("row", { name: /Okänd, bricka 04A2B3C4/ }).click();
  const proof = page.getByRole("complementary", { name: "P-01 · uttag 1" });
  await expect(proof.getByText("Väntar på att någon säger vem som laddade.")).toBeVisible();
  await proof.getByRole("button", { name: "Vem laddade?" }).click();
  const whose = page.getByRole("dialog", { name: "Vem laddade?" });
  await whose.getByRole("combobox", { name: "Vem" }).fill("Åsa");
  await page.getByRole("option", { name: /Åsa Öberg/ }).click();
  await whose.getByRole("button", { name: "Spara" }).click();
  await expect(proof.getByRole("link", { name: "Åsa Öberg" })).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(proof.getByText("Väntar på att någon säger vem som laddade.")).toBeVisible();
});

test("a report that fits no session is seen word for word, and leaves the list with a reason (R9)", async ({
  host,
  desk: page,
}) => {
  const { line } = await onTheLine(page, host.url);
  await line.say("StopTransaction", {
    transactionId: 4_711,
    meterStop: 900,
    timestamp: new Date().toISOString(),
  });
  await page.goto(`${host.url}/admin/`);
  await page.getByRole("link", { name: /Rapporter utan session/ }).click();
  await page.getByRole("row", { name: /Slut på laddning.*P-01.*Okänd laddsession/ }).click();
  const report = page.getByRole("complementary", { name: "Slut på laddning" });
  await expect(report.getByText('"transactionId": 4711')).toBeVisible();
  await expect(report.getByText("0,900 kWh")).toBeVisible();
  await report.getByRole("button", { name: "Betyder inget" }).click();
  const dialog = page.getByRole("dialog", { name: "Rapporten betyder inget" });
  await dialog.getByRole("textbox", { name: "Anledning" }).fill("Från tiden före flytten");
  await dialog.getByRole("button", { name: "Betyder inget" }).click();
  await expect(page.getByText("Inga rapporter väntar")).toBeVisible();
});

test("a stop that names a strange transaction is said to end the session it belongs to (R9)", async ({
  desk: page,
  host,
}) => {
  const { line } = await onTheLine(page, host.url);
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  await line.say("StartTransaction", {
    connectorId: 1,
    idTag: "04A2B3C4",
    meterStart: 1_000,
    timestamp: at(40),
  });
  await line.say("StopTransaction", { transactionId: 4_711, meterStop: 3_000, timestamp: at(10) });
  await page.goto(`${host.url}/admin/sessions/stray`);
  await page.getByRole("grid").getByText("Slut på laddning").click();
  const panel = page.getByRole("complementary", { name: "Slut på laddning" });
  await panel.getByRole("button", { name: "Avslutar en laddning…" }).click();
  const dialog = page.getByRole("dialog", { name: "Vilken laddning avslutar rapporten?" });
  await expect(dialog.getByRole("radio")).toBeChecked();
  await dialog.getByLabel("Anledning").fill("laddaren räknar om efter omstart");
  await dialog.getByRole("button", { name: "Avsluta laddningen" }).click();
  await expect(page.getByText("Inga rapporter väntar")).toBeVisible();
  const { items } = await (await page.request.get(`${host.url}/api/v1/sessions`)).json();
  expect(items).toMatchObject([{ energyWh: 2_000, stoppedAt: expect.stringContaining("T") }]);
});
