// Prices that come by themselves: of whom is chosen in the settings, and how it goes stands beside them.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { faults } from "./faults";
import { expect, test } from "./fixtures";
import { picture } from "./picture";
import { priceList } from "./priceList";

/** Answers for one day, or that it is away. */
const source: { server?: Server; day?: string; away: boolean } = { away: false };

test.beforeAll(async () => {
  source.server = createServer((request, response) => {
    const [month, date] = (source.day ?? "").slice(5).split("-");
    if (source.away) response.writeHead(503).end();
    else if (request.url?.endsWith(`/${month}-${date}_SE4.json`))
      response.end(priceList(source.day as string));
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => source.server?.listen(0, "127.0.0.1", done));
  const { port } = source.server.address() as AddressInfo;
  // The host is started with what the environment says.
  process.env.STOLPE_PRICE_ADDRESSES = `elprisetjustnu=http://127.0.0.1:${port}`;
});

test.afterAll(() => {
  delete process.env.STOLPE_PRICE_ADDRESSES;
  source.server?.close();
});

test("prices are fetched by country, when asked at once, and what goes wrong is said", async ({
  host,
  desk: page,
}) => {
  source.day = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm" }).format(new Date());
  await page.goto(`${host.url}/admin/market-prices`);
  await expect(page.getByText("Priserna hämtas inte av sig själva")).toBeVisible();
  expect.soft(await faults(page), "off").toEqual([]);
  await page.getByRole("link", { name: "Öppna inställningen" }).click();

  await page.getByRole("radio", { name: "Ja, från ENTSO-E" }).check();
  await page.getByRole("button", { name: "Spara" }).click();
  await expect(page.getByText("Fyll i det här fältet")).toBeVisible();
  expect.soft(await faults(page), "setting").toEqual([]);
  await page.getByRole("radio", { name: "Ja, efter land" }).check();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Inställningen för elpriser är sparad.")).toBeVisible();

  await page.goto(`${host.url}/admin/market-prices`);
  const row = page.getByRole("row", { name: /SE4 Malmö/ });
  const now = page.getByRole("button", { name: "Hämta nu: SE4" });
  await now.click();
  await expect(row).toContainText(`Hämtade ${source.day}`);
  await expect(row).toContainText("från elprisetjustnu.se");
  await expect(row).toContainText("Nästa försök");
  await expect(page.getByRole("img", { name: /Spotpris i SE4/ })).toBeVisible();
  await expect(page.getByText("1,115 kr/kWh", { exact: true })).toBeVisible();

  source.away = true;
  await now.click();
  await expect(row).toContainText("Går inte att hämta");
  await expect(row).toContainText("Källan svarade: HTTP 503 Service Unavailable");
  expect.soft(await faults(page), "away").toEqual([]);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await picture(page, `prices-${colorScheme}`);
  }
  await page.goto(`${host.url}/admin/settings/prices`);
  await page.getByRole("radio", { name: "Ja, från ENTSO-E" }).check();
  await expect(page.getByRole("textbox", { name: "Nyckel (security token)" })).toBeVisible();
  await picture(page, "prices-setting");
});
