// What a facility asks for energy, and the prices of the market that it may follow.
import type { Page } from "@playwright/test";
import { onTheLine } from "./chargePointOnTheLine";
import { expect, place, signIn, test } from "./fixtures";
import { priceList } from "./priceList";

test("a tariff is made, its change is told before it is saved, and a hole is refused in words (EVC-13)", async ({
  host,
  desk: page,
}) => {
  const { line } = await onTheLine(page, host.url);
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const begun = { connectorId: 1, idTag: "04A2B3C4", meterStart: 1_000, timestamp: at(10) };
  const { transactionId } = await line.say("StartTransaction", begun);
  await line.say("StopTransaction", { transactionId, meterStop: 2_000, timestamp: at(5) });

  await page.goto(`${host.url}/admin/tariff`);
  await page.getByText("Ingen tariff än").waitFor();
  await page.getByRole("main").getByRole("button", { name: "Ny del" }).first().click();
  const form = page.getByRole("dialog", { name: "Ny del" });
  await expect(form.getByRole("status")).toContainText("Fyll i pris, dag och källa");
  await form.getByRole("textbox", { name: "Pris per kWh utan moms" }).fill("en krona");
  await form.getByRole("textbox", { name: "Källa" }).fill("Styrelsebeslut 12");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form.getByText("Skriv ett tal, som 1,25")).toBeVisible();
  await form.getByRole("textbox", { name: "Pris per kWh utan moms" }).fill("1,25");
  await expect(form.getByText("Med moms: 1,5625")).toBeVisible();
  await expect(form.getByRole("status")).toContainText("1 laddsession som väntar på debitering");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form).toHaveCount(0);
  await expect(page.getByText("Tillsammans 1,5625 kr/kWh med moms.")).toBeVisible();
  const row = page.getByRole("row", { name: /Energi/ });
  await expect(row).toContainText("Gäller");

  // It ends in March of a year, and the next begins a day too late.
  await row.click();
  const change = page.getByRole("dialog", { name: "Ändra Energi" });
  await change.getByRole("textbox", { name: "Gäller inte längre från" }).fill("2030-03-01");
  await change.getByRole("textbox", { name: "Gäller inte längre från" }).press("Tab");
  await change.getByRole("button", { name: "Spara" }).click();
  await expect(change).toHaveCount(0);
  await page.getByRole("button", { name: "Ny del" }).click();
  await form.getByRole("combobox", { name: "Del" }).click();
  await page.getByRole("option", { name: "Energi", exact: true }).click();
  await form.getByRole("textbox", { name: "Pris per kWh utan moms" }).fill("1.50");
  await form.getByRole("textbox", { name: "Gäller från" }).fill("2030-03-02");
  await form.getByRole("textbox", { name: "Gäller från" }).press("Tab");
  await form.getByRole("textbox", { name: "Källa" }).fill("Styrelsebeslut 13");
  await expect(form.getByRole("status")).toContainText("Energi från 2030-03-02: Lämnar dagar utan pris");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form.getByRole("textbox", { name: "Gäller från" })).toHaveAttribute("aria-invalid", "true");
  await form.getByRole("textbox", { name: "Gäller från" }).fill("2030-03-01");
  await form.getByRole("textbox", { name: "Gäller från" }).press("Tab");
  await expect(form.getByRole("status")).toContainText("Priset från 2030-03-01 och framåt");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(page.getByRole("row", { name: /Energi.*Kommer/ })).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("row", { name: /Kommer/ })).toHaveCount(0);
});

test("two desks change one tariff: both values of a field are shown, other parts too, and nothing typed is lost", async ({
  host,
  desk: page,
  browser,
}) => {
  const { facility } = await place(page, host.url);
  const path = `${host.url}/api/v1/tariff?facilityId=${facility}`;
  const part = (kind: string, micro: number) => ({
    kind,
    rate: { per_kwh: { microPerKwh: micro, currency: "SEK" } },
    validFrom: "2026-01-01",
    vat: "2500",
    source: "Avtal",
  });
  const put = async (version: number, components: object[]) => {
    const headers = { "X-Requested-With": "stolpe", "If-Match": `"${version}"` };
    const answer = await page.request.put(path, { headers, data: { components } });
    expect(answer.ok(), await answer.text()).toBe(true);
  };
  await put(0, [part("energy", 1_000_000), part("grid", 300_000)]);
  const colleague = await (await browser.newContext({ locale: "sv-SE" })).newPage();
  await signIn(colleague, host.url);
  const price = (desk: Page) => desk.getByRole("textbox", { name: "Pris per kWh utan moms" });
  const source = (desk: Page) => desk.getByRole("textbox", { name: "Källa" });
  const open = async (desk: Page, name: string) => {
    await desk.goto(`${host.url}/admin/tariff`);
    await desk.getByRole("row", { name: new RegExp(name) }).click();
    await expect(price(desk)).toBeVisible();
  };
  const rates = async () => {
    const { tariff } = await (await page.request.get(path)).json();
    return tariff.components.map((it: { kind: string; rate: object; source: string }) => [
      it.kind,
      JSON.stringify(it.rate).match(/microPerKwh":(\d+)/)?.[1],
      it.source,
    ]);
  };

  await open(page, "Energi");
  await price(page).fill("1,50");
  await open(colleague, "Energi");
  await price(colleague).fill("1,20");
  await source(colleague).fill("Beslut 14");
  await colleague.getByRole("button", { name: "Spara" }).click();
  await expect(colleague.getByRole("row", { name: /Energi/ })).toContainText("1,20");
  await open(colleague, "Nätavgift");
  await price(colleague).fill("0,40");
  await colleague.getByRole("button", { name: "Spara" }).click();
  // What was saved elsewhere is told at once, and leaves what is being typed alone.
  await expect(page.getByRole("row", { name: /Nätavgift/, includeHidden: true })).toContainText("0,40");
  await expect(price(page)).toHaveValue("1,50");

  await page.getByRole("button", { name: "Spara" }).click();
  const conflict = page.getByRole("dialog", { name: "Någon annan hann före" });
  const field = conflict.getByRole("row", { name: /^Pris/ });
  await expect(field.getByRole("radio", { name: "1,50" })).toBeVisible();
  await expect(field.getByRole("radio", { name: "1,2", exact: true })).toBeChecked();
  const other = conflict.getByRole("row", { name: /^Nätavgift/ });
  await expect(other.getByRole("cell").nth(0)).toContainText("0,30");
  await expect(other.getByRole("cell").nth(1)).toContainText("0,40");
  await field.getByRole("radio", { name: "1,50" }).check();
  await conflict.getByRole("button", { name: "Spara valen" }).click();
  await expect(conflict).toHaveCount(0);
  await expect(page.getByRole("row", { name: /Energi/ })).toContainText("1,50");
  // Mine where I chose it, theirs in every other field and part.
  expect(await rates()).toEqual([
    ["energy", "1500000", "Beslut 14"],
    ["grid", "400000", "Avtal"],
  ]);

  // A part that somebody takes away while it is being changed is said to be gone, and can be saved all the same.
  await open(page, "Nätavgift");
  await price(page).fill("0,45");
  await put(4, [part("energy", 1_500_000)]);
  await expect(page.getByRole("row", { name: /Nätavgift/, includeHidden: true })).toHaveCount(0);
  await page.getByRole("button", { name: "Spara" }).click();
  await expect(conflict.getByRole("row", { name: /^Nätavgift/ })).toContainText("Borttagen");
  await conflict.getByRole("button", { name: "Spara min ändring också" }).click();
  await expect(page.getByRole("row", { name: /Nätavgift/ })).toContainText("0,45");

  // Two who begin at nothing: the second finds the first one's part where the first days are the same.
  await page.getByRole("button", { name: "Ny del" }).click();
  await source(page).fill("Min källa");
  await page.getByRole("textbox", { name: /utan moms/ }).fill("5");
  await put(6, [part("energy", 1_500_000), part("mark_up", 80_000)]);
  await page.getByRole("button", { name: "Spara" }).click();
  await expect(conflict.getByRole("row", { name: /^Påslag/ })).toContainText("Fanns inte");
  await conflict.getByRole("button", { name: "Avbryt" }).click();
  await expect(source(page)).toHaveValue("Min källa");
});

test("prices are taken in from files, whole or not at all, and shown quarter by quarter", async ({
  host,
  desk: page,
}) => {
  const day = "2026-11-21";
  await page.goto(`${host.url}/admin/market-prices?day=${day}`);
  await expect(page.getByText(`Inga priser i SE4 den ${day}`)).toBeVisible();
  await expect(page.getByRole("row", { name: /SE4 Malmö · 1 anläggning/ })).toContainText("Inga priser");
  await page.getByRole("button", { name: "Läs in prisfil" }).click();
  const dialog = page.getByRole("dialog", { name: "Läs in prisfil" });
  const whole = priceList(day);
  const file = (name: string, content: string) => ({
    name,
    mimeType: "application/json",
    buffer: Buffer.from(content),
  });
  await dialog
    .locator("input[type=file]")
    .setInputFiles([file("11-21_SE4.json", whole), file("halv_SE4.json", whole.slice(0, 400))]);
  await dialog.getByRole("button", { name: "Läs in 2 filer" }).click();
  const results = dialog.getByRole("list", { name: "Resultat" }).getByRole("listitem");
  await expect(results.nth(0)).toContainText(
    "96 kvartar för SE4 från elprisetjustnu.se, varav 96 nya eller ändrade.",
  );
  await expect(results.nth(1)).toContainText("Inte inläst");
  await expect(results.nth(1)).toContainText("Filen är skadad eller slutar för tidigt");
  await dialog.getByRole("button", { name: "Stäng" }).last().click();

  await expect(
    page.getByRole("img", { name: /Spotpris i SE4 den 2026-11-21, från 1,00 kr.* till 1,23 kr/ }),
  ).toBeVisible();
  await page.getByText("Visa som tabell").click();
  await expect(page.getByRole("row", { name: /^17:45–18:00/ })).toContainText("1,17");
  await expect(page.getByRole("row", { name: /SE4 Malmö/ })).toContainText(day);
  await page.getByRole("button", { name: "Dagen efter" }).click();
  await expect(page.getByText("Inga priser i SE4 den 2026-11-22")).toBeVisible();
});

test("a day that is typed in Norwegian is that day, and not the one with its month first", async ({
  host,
  desk: page,
}) => {
  const { facility } = await place(page, host.url);
  const changed = await page.request.patch(`${host.url}/api/v1/me`, {
    headers: { "X-Requested-With": "stolpe", "Content-Type": "application/merge-patch+json" },
    data: { language: "nb" },
  });
  expect(changed.ok(), await changed.text()).toBe(true);
  await page.goto(`${host.url}/admin/tariff`);
  await page.getByText("Ingen tariff ennå").waitFor();
  await page.getByRole("main").getByRole("button", { name: "Ny del" }).first().click();
  const form = page.getByRole("dialog", { name: "Ny del" });
  await form.getByRole("textbox", { name: "Pris per kWh uten mva" }).fill("1,20");
  // Key by key, as people do: what is there halfway must not become a day of its own.
  const from = form.getByRole("textbox", { name: "Gjelder fra" });
  await from.press("Control+a");
  await from.pressSequentially("01.10.2026");
  await from.press("Tab");
  await expect(from).toHaveValue("01.10.2026");
  const until = form.getByRole("textbox", { name: "Gjelder ikke lenger fra" });
  await until.pressSequentially("5.3.2027");
  await until.press("Tab");
  await expect(until).toHaveValue("05.03.2027");
  await form.getByRole("textbox", { name: "Kilde" }).fill("Styrevedtak");
  await form.getByRole("button", { name: "Lagre" }).click();
  await expect(form).toHaveCount(0);
  const tariff = await page.request.get(`${host.url}/api/v1/tariff?facilityId=${facility}`);
  const { components } = (await tariff.json()).tariff;
  expect(components).toMatchObject([{ validFrom: "2026-10-01", validUntil: "2027-03-05" }]);
});
