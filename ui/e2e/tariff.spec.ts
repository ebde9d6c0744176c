// What a facility asks for energy, and the prices of the market that it may follow.
import { onTheLine } from "./chargePointOnTheLine";
import { expect, test } from "./fixtures";
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
