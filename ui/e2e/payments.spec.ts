// An invoice is paid in the portal through a provider; the desk sees what became of it.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { charged } from "./chargedSession";
import { expect, make, place, test } from "./fixtures";
import { type PaymentDouble, paymentDouble } from "./paymentDouble";
import { picture } from "./picture";

let payson: PaymentDouble;

test.beforeAll(async () => {
  payson = await paymentDouble("payson.py");
  // The host is started with what the environment says.
  process.env.STOLPE_PAYMENT_ADDRESSES = `payson=${payson.address}/2.0/`;
});

test.afterAll(() => {
  delete process.env.STOLPE_PAYMENT_ADDRESSES;
  payson.end();
});

/** What a machine finds wrong with the screen as it stands, in light and in dark. */
async function faults(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).analyze();
    found.push(
      ...violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${colorScheme} ${id}: ${node.html.slice(0, 160)}`),
      ),
    );
  }
  return found;
}

async function put(page: Page, url: string, path: string, version: number, data: unknown): Promise<void> {
  const answer = await page.request.put(`${url}/api/v1${path}`, {
    headers: { "X-Requested-With": "stolpe", "If-Match": `"${version}"` },
    data,
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** One invoice of sixteen kronor to whoever is signed in. */
async function invoice(page: Page, url: string): Promise<void> {
  const { organisation, facility } = await place(page, url);
  const price = { per_kwh: { microPerKwh: 1_250_000, currency: "SEK" } };
  const row = { kind: "energy", rate: price, validFrom: "2020-01-01", vat: "2500", source: "Avtal" };
  await put(page, url, `/tariff?facilityId=${facility}`, 0, { components: [row] });
  await put(page, url, `/billing?organisationId=${organisation}`, 0, {
    accountKind: "bankgiro",
    account: "5402-9681",
    referenceRule: "ocr_length",
    dueDays: 30,
    rounds: true,
    fiscalYearBeginsMonth: 1,
  });
  const address = await (await page.request.get(`${url}/api/v1/settings/address`)).json();
  await put(page, url, "/settings/address", address.rowVersion, { publicUrl: "https://stolpe.example" });
  const me = await (await page.request.get(`${url}/api/v1/me`)).json();
  const tag = { idTag: "04A2B3C4", personId: me.personId };
  await make(page, url, `/tags?organisationId=${organisation}`, tag);
  await charged(page, url, "04A2B3C4");
  const ended = async (job: { id: string }) => {
    let result: { runId: string } | undefined;
    await expect(async () => {
      const state = await (await page.request.get(`${url}/api/v1/jobs/${job.id}`)).json();
      expect(state.state).toBe("done");
      result = state.result;
    }).toPass();
    return result;
  };
  const month = new Date().toISOString().slice(0, 7);
  const run = await ended(await make(page, url, "/month-runs", { organisationId: organisation, month }));
  await ended(await make(page, url, `/month-runs/${run?.runId}/commit`, {}));
}

/** What the provider calls the last try. */
async function reference(page: Page, url: string): Promise<string> {
  const { organisation } = await place(page, url);
  const list = await (await page.request.get(`${url}/api/v1/payments?organisationId=${organisation}`)).json();
  const payment = await (await page.request.get(`${url}/api/v1/payments/${list.items[0].id}`)).json();
  return payment.attempts.at(-1).reference;
}

test("a resident pays an invoice through a provider, and the desk sees it", async ({ host, desk: page }) => {
  await invoice(page, host.url);

  // The owner says through whom residents can pay.
  await page.goto(`${host.url}/admin/organisations`);
  await page.getByRole("row", { name: /Brf Ekbacken/ }).click();
  await page.getByRole("button", { name: "Lägg till", exact: true }).click();
  await page.getByRole("menuitem", { name: /Payson/ }).click();
  await page.getByLabel("Agent-ID").fill("4");
  await page.getByLabel("API-nyckel").fill("2acab30d-fe50-426f-90d7-8c60a7eb31d4");
  await page.getByRole("button", { name: "Spara" }).click();
  await page.getByRole("button", { name: /^Prova Kort/ }).click();
  await expect(page.getByText("Betaltjänsten kände igen oss")).toBeVisible();
  expect.soft(await faults(page), "agreement").toEqual([]);
  await picture(page, "agreement");

  // In the portal.
  await page.goto(`${host.url}/`);
  await page.getByRole("button", { name: /^Betala nu: Faktura/ }).click();
  await expect(page.getByRole("dialog")).toContainText("Hur vill du betala?");
  expect.soft(await faults(page), "pay").toEqual([]);
  await picture(page, "pay");
  await page.getByRole("button", { name: /^Betala 16/ }).click();
  await expect(page.getByText("Fortsätt hos betaltjänsten")).toBeVisible();
  expect.soft(await faults(page), "waiting").toEqual([]);
  await picture(page, "waiting");

  // The first try is denied, and the next one is the same purchase.
  await payson.outside({ id: await reference(page, host.url), status: "denied" });
  await expect(page.getByText("Betalningen nekades.")).toBeVisible();
  expect.soft(await faults(page), "denied").toEqual([]);
  await page.getByRole("button", { name: "Försök igen" }).click();
  await page.getByRole("button", { name: /^Betala 16/ }).click();
  await expect(page.getByText("Fortsätt hos betaltjänsten")).toBeVisible();
  await payson.outside({ id: await reference(page, host.url), status: "readyToShip" });
  await expect(page.getByText("Tack! Betalningen är mottagen.")).toBeVisible();
  await picture(page, "paid");
  await page.getByRole("button", { name: "Till Mina sidor" }).click();
  await expect(page.getByText("Betald", { exact: true })).toBeVisible();

  // At the desk.
  await page.goto(`${host.url}/admin/payments`);
  await page.getByRole("row", { name: /Maria Ek/ }).click();
  const panel = page.getByRole("complementary");
  await expect(panel).toContainText("Försök 2");
  await expect(panel).toContainText("Nekad");
  expect.soft(await faults(page), "desk").toEqual([]);
  await picture(page, "desk");
});
