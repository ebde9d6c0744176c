// A company that pays for three people: set at each of them, looked at in the month, read as one paper, one line taken back.
import { execFileSync } from "node:child_process";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { call } from "./callingChargePoint";
import { addPerson, expect, make, place } from "./fixtures";
import { test } from "./mailServer";
import { paper, picture } from "./picture";

async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

/** Sessions of so much energy for each tag, one after the other. */
async function charged(page: Page, url: string, tags: string[]): Promise<void> {
  const { facility } = await place(page, url);
  const at = `facilityId=${facility}`;
  const main = await make<{ id: string }>(page, url, `/circuits?${at}`, {
    name: "Huvudsäkring",
    fuseA: 63,
    phases: 3,
  });
  const point = await make<{ id: string }>(page, url, `/charge-points?${at}`, {
    identity: "ZAP-1",
    name: "P-01",
    circuitId: main.id,
    fuseA: 32,
  });
  const { key } = await make<{ key: string }>(page, url, `/charge-points/${point.id}/credential`, {});
  const line = await call(url, "ZAP-1", key);
  if (typeof line === "number") throw new Error(`the charge point was sent away with ${line}`);
  const minutes = (back: number) => new Date(Date.now() - back * 60_000).toISOString();
  line.say("BootNotification", { chargePointVendor: "Zaptec", chargePointModel: "Go" });
  for (const [index, idTag] of tags.entries()) {
    const begun = 540 - index * 180;
    line.say("StartTransaction", {
      connectorId: 1,
      idTag,
      meterStart: index * 10_000,
      timestamp: minutes(begun),
    });
    line.say("StopTransaction", {
      transactionId: index + 1,
      meterStop: (index + 1) * 10_000,
      timestamp: minutes(begun - 120),
    });
  }
  await expect(async () => {
    const { items } = await (await page.request.get(`${url}/api/v1/sessions?${at}`)).json();
    expect(items.map(({ state }: { state: string }) => state)).toEqual(tags.map(() => "closed"));
  }).toPass();
  line.cut();
}

test("a company gets one invoice for three people and one of them is credited (EMP-15)", async ({
  host,
  desk: page,
  mail,
}) => {
  test.setTimeout(180_000);
  await page.emulateMedia({ reducedMotion: "reduce" });
  const { organisation, facility } = await place(page, host.url);
  const price = { per_kwh: { microPerKwh: 1_250_000, currency: "SEK" } };
  const headers = { "X-Requested-With": "stolpe", "If-Match": '"0"' };
  const tariff = await page.request.put(`${host.url}/api/v1/tariff?facilityId=${facility}`, {
    headers,
    data: {
      components: [{ kind: "energy", rate: price, validFrom: "2020-01-01", vat: "2500", source: "Avtal" }],
    },
  });
  expect(tariff.ok(), await tariff.text()).toBe(true);
  const billing = await page.request.put(`${host.url}/api/v1/billing?organisationId=${organisation}`, {
    headers,
    data: {
      accountKind: "bankgiro",
      account: "5402-9681",
      referenceRule: "ocr_length",
      dueDays: 30,
      rounds: true,
      fiscalYearBeginsMonth: 1,
    },
  });
  expect(billing.ok(), await billing.text()).toBe(true);
  const tags = ["04A2B3C4", "04A2B3C5", "04A2B3C6"];
  for (const [index, givenName] of ["Åsa", "Bo", "Cecilia"].entries()) {
    const person = await addPerson(page, host.url, {
      givenName,
      familyName: "Öberg",
      email: `${index}@example.se`,
    });
    await make(page, host.url, `/tags?organisationId=${organisation}`, {
      idTag: tags[index],
      personId: person.id,
    });
    await page.goto(`${host.url}/admin/people?open=${person.id}`);
    await page.getByRole("button", { name: "Ange företag" }).click();
    const form = page.getByRole("dialog");
    for (const [field, value] of [
      ["Företag", "Åkeriet i Umeå AB"],
      ["Organisationsnummer", "556265-1892"],
      ["Gatuadress", "Storgatan 1"],
      ["Postnummer", "903 20"],
      ["Postort", "Umeå"],
      ["Er referens", "4711"],
      ["E-post för fakturor", "faktura@akeriet.example"],
    ] as const) {
      await form.getByRole("textbox", { name: field }).fill(value);
    }
    await form.getByRole("checkbox", { name: "Samla på en faktura" }).check();
    if (index === 0) {
      await picture(page, "payer-collects");
      expect(await faults(page)).toEqual([]);
    }
    await form.getByRole("button", { name: "Spara" }).click();
    await expect(page.getByText("Samlas på en faktura till företaget")).toBeVisible();
  }
  await charged(page, host.url, tags);

  await page.goto(`${host.url}/admin/month-runs`);
  await page.getByRole("combobox", { name: "Till och med" }).click();
  await page.getByRole("option").first().click();
  await page.getByRole("button", { name: "Titta på månaden" }).click();
  await page.getByText("Samlad faktura för 3 personer, referens 4711").click();
  await expect(page.getByRole("link", { name: "Cecilia Öberg" })).toBeVisible();
  await picture(page, "collected-run");
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await faults(page)).toEqual([]);
  }
  await page.getByRole("button", { name: "Debitera: gör en faktura" }).click();
  await expect(page.getByText("En faktura är klar.")).toBeVisible();
  await page.getByRole("button", { name: "Skicka brevet" }).click();
  const { name, content } = await mail.file("faktura@akeriet.example");
  expect(name).toMatch(/^faktura-\d{4}-0001\.pdf$/);
  paper(content, "collected-invoice");
  const read = execFileSync("pdftotext", ["-layout", "-", "-"], { input: content })
    .toString()
    .replaceAll("\u00a0", " ");
  for (const word of ["Åkeriet i Umeå AB", "Åsa Öberg", "Bo Öberg", "Cecilia Öberg", "4711"])
    expect(read).toContain(word);
  expect(read.match(/Summa utan moms +12,50/g)).toHaveLength(3);

  await page.goto(`${host.url}/admin/documents`);
  await page.getByRole("row", { name: /-0001/ }).click();
  await expect(page.getByText("Summa för personen, utan moms")).toHaveCount(3);
  await picture(page, "collected-document");
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await faults(page)).toEqual([]);
  }
  await page.getByRole("button", { name: "Kreditera" }).click();
  const credit = page.getByRole("dialog");
  await credit.getByRole("radio", { name: "Vissa rader" }).check();
  await credit.getByRole("checkbox", { name: /^Bo Öberg/ }).check();
  await credit.getByRole("textbox").first().fill("Fel bil");
  await credit.getByRole("button", { name: "Kreditera" }).click();
  await expect(credit).toBeHidden();
  await page.goto(`${host.url}/admin/accounts`);
  await expect(page.getByRole("row", { name: /Åkeriet i Umeå AB/ })).toContainText("31,37");
});
