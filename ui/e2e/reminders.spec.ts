// Invoices that are late: how an organisation reminds, who is reminded, and what comes of it.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { faults } from "./faults";
import { addPerson, expect, test } from "./fixtures";
import { billing, chargedMonth } from "./invoiceToPay";
import { paper, picture } from "./picture";

/** So long ago the invoice fell due. */
const DAYS_LATE = 30;

/** One invoice to Åsa Öberg that was sent; answers its id. */
async function invoice(page: Page, url: string): Promise<string> {
  await billing(page, url, 12_500_000);
  const person = await addPerson(page, url, {
    givenName: "Åsa",
    familyName: "Öberg",
    email: "asa@example.se",
  });
  await chargedMonth(page, url, person.id);
  const { items } = await (await page.request.get(`${url}/api/v1/documents`)).json();
  const sent = await page.request.post(`${url}/api/v1/documents/${items[0].id}/send`, {
    headers: { "X-Requested-With": "stolpe", "If-Match": `"${items[0].rowVersion}"` },
    data: { by: "paper" },
  });
  expect(sent.ok(), await sent.text()).toBe(true);
  return items[0].id;
}

/** The first day of the half-year of a day. */
function halfYear(day: Date): string {
  return `${day.getFullYear()}-${day.getMonth() < 6 ? "01" : "07"}-01`;
}

test("a late invoice is looked at, reminded of once, and shows what is left to pay", async ({
  host,
  desk: page,
}) => {
  test.setTimeout(180_000);
  const id = await invoice(page, host.url);
  const late = new Date(Date.now() - DAYS_LATE * 24 * 3_600_000);
  await host.restart(async (folder) => {
    // No journey waits for a month: the due date is moved instead.
    const moved = `update document set due_on = '${late.toISOString().slice(0, 10)}'`;
    execFileSync("sqlite3", [join(folder, "stolpe.db"), moved]);
  });

  await page.goto(`${host.url}/admin/reminder-runs`);
  await expect(page.getByText("Organisationen påminner inte om sina fakturor.")).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.getByRole("button", { name: "Titta på vilka som påminns" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Slå på påminnelser" })).toBeVisible();

  // A fee above the law is refused with the reason, and one that was not agreed on.
  await page.getByRole("button", { name: "Ändra", exact: true }).click();
  const form = page.getByRole("dialog", { name: "Påminnelser från Brf Ekbacken" });
  await form.getByRole("checkbox", { name: "Påminn om fakturor" }).check();
  await form.getByRole("textbox", { name: "Påminnelseavgift, SEK" }).fill("61");
  await form.getByRole("checkbox", { name: "Ta ut dröjsmålsränta" }).check();
  await form.getByRole("textbox", { name: "Minsta belopp, SEK" }).fill("10");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form.getByText("Avgiften är högre än lagen tillåter.")).toBeVisible();
  await expect(form.getByText("bara tas ut om den har avtalats")).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await form.getByRole("textbox", { name: "Påminnelseavgift, SEK" }).fill("60");
  await form.getByRole("checkbox", { name: "Avgiften är avtalad" }).check();
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form).toBeHidden();
  await picture(page, "reminder-settings");

  // The rate of a half-year is added with its source. What was posted today has no interest yet.
  for (const from of new Set([halfYear(late), halfYear(new Date())])) {
    await page.getByRole("button", { name: "Lägg till siffra" }).click();
    const figure = page.getByRole("dialog", { name: "Lägg till siffra" });
    await figure.getByRole("textbox", { name: "Gäller från" }).fill(from);
    await figure.getByRole("textbox", { name: "Procent per år" }).fill("2");
    await figure.getByRole("textbox", { name: "Källa" }).fill("Riksbanken");
    await figure.getByRole("button", { name: /^(Spara|Lägg till)/ }).click();
    await expect(figure).toBeHidden();
    await expect(page.getByRole("row", { name: new RegExp(from) })).toContainText("Tillagd här");
  }

  await page.getByRole("button", { name: "Titta på vilka som påminns" }).click();
  const row = page.getByRole("row", { name: /Åsa Öberg/ });
  await expect(row).toContainText("30 dagar sen");
  await expect(row).toContainText("60,00");
  expect(await faults(page)).toEqual([]);
  await picture(page, "reminder-run");
  await page.getByRole("button", { name: "Gör en påminnelse" }).click();
  await expect(page.getByText(/En påminnelse gjordes/)).toBeVisible();
  await expect(page.getByText("Ett brev väntar på att släppas")).toBeVisible();
  await expect(page.getByText(/Betalningspåminnelse \d{4}-0001/)).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.getByRole("button", { name: "Skicka brevet" }).click();
  await expect(page.getByText("Ett meddelande är på väg")).toBeVisible();

  // The list says what is left to pay of each, and the invoice which reminders it has had.
  await page.goto(`${host.url}/admin/documents?open=${id}`);
  const panel = page.getByRole("complementary", { name: /^Faktura/ });
  await expect(panel.getByRole("link", { name: /^Påminnelse \d{4}-0001/ })).toBeVisible();
  await panel.getByRole("button", { name: "Pausa" }).click();
  const pause = page.getByRole("dialog", { name: "Pausa påminnelser om fakturan" });
  await pause.getByRole("textbox", { name: /Anledning|Varför/ }).fill("bestrider fakturan");
  await pause.getByRole("button", { name: "Pausa" }).click();
  await expect(panel.getByText("bestrider fakturan").first()).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await panel.getByRole("link", { name: /^Påminnelse/ }).click();
  const reminder = page.getByRole("complementary", { name: /^Påminnelse/ });
  await expect(reminder.getByRole("cell", { name: "Påminnelseavgift" })).toBeVisible();
  await picture(page, "reminder");
  const { items } = await (await page.request.get(`${host.url}/api/v1/documents?kind=reminder`)).json();
  const pdf = await page.request.get(`${host.url}/api/v1/documents/${items[0].id}/file`);
  paper(await pdf.body(), "reminder-paper");
});
