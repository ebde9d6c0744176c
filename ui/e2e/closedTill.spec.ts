// What was entered amiss is found when the till is closed already: it is put right in the one that is open, and each amount
// opens down to where it came from (PRE-11, PRE-18).
import { faults } from "./faults";
import { addPerson, expect, make, place, put, test } from "./fixtures";
import { picture } from "./picture";

test("what never came in a closed till is put right in the open one", async ({ host, desk: page }) => {
  test.setTimeout(120_000);
  const { organisation } = await place(page, host.url);
  const api = `${host.url}/api/v1`;
  const headers = { "X-Requested-With": "stolpe" };
  const asa = await addPerson(page, host.url, { givenName: "Åsa", familyName: "Öberg" });
  await put(page, host.url, `/till-setting?organisationId=${organisation}`, 0, { active: true });
  const tills = `/tills?organisationId=${organisation}`;
  const till = await make<{ id: string }>(page, host.url, tills, { openingMinor: 50_000 });
  const entries = `/tills/${till.id}/entries`;
  await make(page, host.url, entries, { personId: asa.id, means: "cash", minor: 20_000, shares: [] });
  await make(page, host.url, entries, { personId: asa.id, means: "cash", minor: 20_000, shares: [] });
  await make(page, host.url, entries, { personId: asa.id, means: "card", minor: 12_400, shares: [] });
  const now = await (await page.request.get(`${api}/tills/${till.id}`)).json();
  const closed = await page.request.post(`${api}/tills/${till.id}/close`, {
    headers: { ...headers, "If-Match": `"${now.rowVersion}"` },
    data: { countedMinor: 70_000, reason: "200 kronor fattas" },
  });
  expect(closed.ok(), await closed.text()).toBe(true);

  // Without a till of one's own there is nowhere for it, which is said before anything is typed.
  await page.goto(`${host.url}/admin/till?open=${till.id}`);
  const panel = page.getByRole("complementary", { name: /^Kassarapport/ });
  await panel.getByRole("button", { name: /^Återta \d{4}-0002$/ }).click();
  const dialog = page.getByRole("dialog", { name: /^Återta/ });
  await expect(dialog).toContainText("Öppna en egen kassa först");
  await expect(dialog.getByRole("button", { name: "Återta", exact: true })).toBeDisabled();
  expect.soft(await faults(page), "none open").toEqual([]);
  await page.keyboard.press("Escape");

  const own = await make<{ id: string }>(page, host.url, tills, { openingMinor: 30_000 });
  await page.reload();
  await panel.getByRole("button", { name: /^Återta \d{4}-0002$/ }).click();
  await expect(dialog).toContainText("rapporten som finns ändras inte");
  await expect(dialog).toContainText("Så här bokförs det");
  await picture(page, "closed-till-money");
  await dialog.getByRole("radio", { name: "Pengarna kom aldrig" }).check();
  await expect(dialog).toContainText("Kassadifferens");
  await dialog.getByRole("textbox", { name: "Anledning" }).fill("slogs in två gånger");
  expect.soft(await faults(page), "never came").toEqual([]);
  await picture(page, "closed-till-never-came");
  await dialog.getByRole("button", { name: "Återta", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(panel).toContainText("Återtaget · Kontant");
  await expect(panel.getByRole("link", { name: /^återtagen med \d{4}-0004$/ })).toBeVisible();
  expect.soft(await faults(page), "after").toEqual([]);
  await picture(page, "closed-till-after");

  // It stands in the till of today, in which nothing is missing by it.
  await page.getByRole("button", { name: "Min öppna kassa" }).click();
  const today = page.getByRole("complementary", { name: "Öppen kassa" });
  await expect(today).toContainText("Kom aldrig · Kontant");
  await expect(today).toContainText(/Betalningar som aldrig kom\s*−200,00\skr/);
  await expect(today).toContainText(/Ska finnas i kassan\s*300,00\skr/);
  expect.soft(await faults(page), "today").toEqual([]);
  await picture(page, "closed-till-today");
  expect(own.id).not.toBe(till.id);

  // The amount opens: what was posted, the account, the transfer, and back to the till.
  await today.getByRole("button", { name: /^Kvitto \d{4}-0004, .*öppna$/ }).click();
  const posted = page.getByRole("dialog", { name: /bokfört$/ });
  await expect(posted).toContainText("Kassadifferens");
  expect.soft(await faults(page), "posted").toEqual([]);
  await picture(page, "till-entry-posted");
  await posted.getByRole("link", { name: /öppna$/ }).click();
  const transfer = page.getByRole("complementary", { name: /200,00/ });
  await expect(transfer).toContainText("Kassadifferens");
  expect.soft(await faults(page), "transfer").toEqual([]);
  await picture(page, "till-entry-transfer");
  await transfer.getByRole("link", { name: "Öppna kassan" }).click();
  await expect(page.getByRole("complementary", { name: "Öppen kassa" })).toContainText("Kom aldrig");

  // The other languages, by day and by night.
  for (const [language, colorScheme] of [
    ["nb", "light"],
    ["en", "dark"],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const changed = await page.request.patch(`${api}/me`, { headers, data: { language } });
    expect(changed.ok(), await changed.text()).toBe(true);
    await page.goto(`${host.url}/admin/till?open=${till.id}`);
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await page.getByRole("button", { name: /0001$/ }).last().click();
    await expect(page.getByRole("dialog").getByRole("radio")).toHaveCount(2);
    await picture(page, `closed-till-${language}`);
  }
});
