// An invoice that can be paid through a provider, and what journeys of paying have in common.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { charged } from "./chargedSession";
import { expect, make, place } from "./fixtures";

/** What a machine finds wrong with the screen as it stands, in light and in dark. */
export async function faults(page: Page): Promise<string[]> {
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

export async function put(
  page: Page,
  url: string,
  path: string,
  version: number,
  data: unknown,
): Promise<void> {
  const answer = await page.request.put(`${url}/api/v1${path}`, {
    headers: { "X-Requested-With": "stolpe", "If-Match": `"${version}"` },
    data,
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** One invoice of sixteen kronor to somebody, or to whoever is signed in. */
export async function invoice(page: Page, url: string, personId?: string): Promise<void> {
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
  const tag = { idTag: "04A2B3C4", personId: personId ?? me.personId };
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
export async function reference(page: Page, url: string): Promise<string> {
  const { organisation } = await place(page, url);
  const list = await (await page.request.get(`${url}/api/v1/payments?organisationId=${organisation}`)).json();
  const payment = await (await page.request.get(`${url}/api/v1/payments/${list.items[0].id}`)).json();
  return payment.attempts.at(-1).reference;
}
