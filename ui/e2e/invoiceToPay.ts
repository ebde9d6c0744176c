// A month that is charged, and the invoice that comes of it: what journeys about money begin with.
import type { Page } from "@playwright/test";
import { charged } from "./chargedSession";
import { expect, make, place, put } from "./fixtures";

/** What a kilowatt-hour costs without VAT, in millionths of a krona, and how the organisation is paid. */
export async function billing(page: Page, url: string, microPerKwh = 1_250_000): Promise<void> {
  const { organisation, facility } = await place(page, url);
  const rate = { per_kwh: { microPerKwh, currency: "SEK" } };
  const row = { kind: "energy", rate, validFrom: "2020-01-01", vat: "2500", source: "Avtal" };
  await put(page, url, `/tariff?facilityId=${facility}`, 0, { components: [row] });
  await put(page, url, `/billing?organisationId=${organisation}`, 0, {
    accountKind: "bankgiro",
    account: "5402-9681",
    referenceRule: "ocr_length",
    dueDays: 30,
    rounds: true,
    fiscalYearBeginsMonth: 1,
  });
}

/** Where the host says that it is reached, without which it sends nothing. */
export async function publicAddress(page: Page, url: string): Promise<void> {
  const { rowVersion } = await (await page.request.get(`${url}/api/v1/settings/address`)).json();
  await put(page, url, "/settings/address", rowVersion, { publicUrl: "https://stolpe.example" });
}

/** Ten kilowatt-hours that somebody took, and the month in which they are charged; answers the month run. */
export async function chargedMonth(
  page: Page,
  url: string,
  personId: string,
  committed: object = {},
): Promise<string> {
  const { organisation } = await place(page, url);
  await make(page, url, `/tags?organisationId=${organisation}`, { idTag: "04A2B3C4", personId });
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
  const id = run?.runId ?? "";
  await ended(await make(page, url, `/month-runs/${id}/commit`, committed));
  return id;
}

/** One invoice of sixteen kronor to somebody, or to whoever is signed in. */
export async function invoice(page: Page, url: string, personId?: string): Promise<void> {
  await billing(page, url);
  await publicAddress(page, url);
  const me = await (await page.request.get(`${url}/api/v1/me`)).json();
  await chargedMonth(page, url, personId ?? me.personId);
}

/** What the provider calls the last try. */
export async function reference(page: Page, url: string): Promise<string> {
  const { organisation } = await place(page, url);
  const list = await (await page.request.get(`${url}/api/v1/payments?organisationId=${organisation}`)).json();
  const payment = await (await page.request.get(`${url}/api/v1/payments/${list.items[0].id}`)).json();
  return payment.attempts.at(-1).reference;
}
