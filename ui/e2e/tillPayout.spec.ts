// Money that somebody has left is paid out in cash: asked for at the person, approved by a colleague, and handed over out of
// the till of a clerk, with a receipt to sign (PRE-11, PRE-19).
import { colleague } from "./colleague";
import { faults } from "./faults";
import { addPerson, expect, make, place, put } from "./fixtures";
import { invoice } from "./invoiceToPay";
import { test } from "./mailServer";
import { paper, picture } from "./picture";

test("what was approved is handed over at the counter", async ({ host, desk: page, mail, browser }) => {
  test.setTimeout(180_000);
  const { organisation } = await place(page, host.url);
  const api = `${host.url}/api/v1`;
  const asa = await addPerson(page, host.url, {
    givenName: "Åsa",
    familyName: "Öberg",
    email: "asa@example.se",
  });
  const headers = { "X-Requested-With": "stolpe" };
  await put(page, host.url, `/till-setting?organisationId=${organisation}`, 0, { active: true });
  const opening = { openingMinor: 50_000 };
  const till = await make<{ id: string }>(page, host.url, `/tills?organisationId=${organisation}`, opening);
  // What is too much for the invoice is left, to the öre.
  await invoice(page, host.url, asa.id);
  const { items } = await (await page.request.get(`${api}/documents?organisationId=${organisation}`)).json();
  const shares = [{ documentId: items[0].id, minor: 1_600 }];
  const tooMuch = { personId: asa.id, means: "card", minor: 31_650, shares };
  await make(page, host.url, `/tills/${till.id}/entries`, tooMuch);

  // Nothing waits at the counter, which says where one asks.
  await page.goto(`${host.url}/admin/till?open=${till.id}`);
  const panel = page.getByRole("complementary", { name: "Öppen kassa" });
  await panel.getByRole("button", { name: "Betala ut" }).click();
  const dialog = page.getByRole("dialog", { name: "Betala ut" });
  await expect(dialog).toContainText("Ingen utbetalning väntar");
  await expect(dialog.getByRole("button", { name: "Betala ut" })).toBeDisabled();
  expect.soft(await faults(page), "nothing").toEqual([]);

  // Asked for in whole kronor; the öre stay.
  await page.goto(`${host.url}/admin/people?open=${asa.id}`);
  await page.getByRole("button", { name: "Begär utbetalning" }).click();
  const asking = page.getByRole("dialog", { name: "Begär utbetalning" });
  const amount = asking.getByLabel("Belopp i SEK");
  await expect(amount).toHaveValue("300,50");
  await asking.getByRole("radio", { name: "Kontant i kassan" }).check();
  await expect(amount).toHaveValue("300,00");
  await amount.fill("300,50");
  await expect(asking).toContainText("Kontanter finns bara i hela kronor");
  await amount.fill("300");
  await asking.getByLabel("Anledning").fill("har flyttat");
  await expect(asking).toContainText("Åsa Öberg får pengarna i kassan");
  expect.soft(await faults(page), "ask").toEqual([]);
  await picture(page, "ask-payout-counter");
  await asking.getByRole("button", { name: "Begär utbetalning" }).click();
  await expect(asking).toBeHidden();

  // A colleague approves.
  const desk = await colleague(page, host.url, mail, browser);
  await desk.getByRole("link", { name: /Utbetalningar att godkänna/ }).click();
  await desk.getByRole("row", { name: /Åsa Öberg/ }).click();
  await expect(desk.getByRole("complementary")).toContainText("Kontant i kassan");
  await desk.keyboard.press("a");
  const consent = desk.getByRole("dialog", { name: "Godkänn" });
  await expect(consent).toContainText(/300,00\skr kan betalas ut kontant i kassan till Åsa Öberg/);
  await consent.getByRole("button", { name: "Godkänn" }).click();
  await expect(desk.getByRole("complementary")).toContainText("Den väntar i kassan");
  expect.soft(await faults(desk), "approved").toEqual([]);
  await picture(desk, "payout-at-counter");
  await desk.context().close();

  // Handed over: the start page says that it waits, and the till has so much less in it.
  await page.goto(`${host.url}/admin`);
  await page.getByRole("link", { name: /Utbetalningar som väntar i kassan/ }).click();
  await page.getByRole("button", { name: "Min öppna kassa" }).click();
  await panel.getByRole("button", { name: "Betala ut" }).click();
  await expect(dialog.getByRole("radio", { name: /Åsa Öberg, 300,00/ })).toBeChecked();
  await expect(dialog).toContainText("har flyttat");
  expect.soft(await faults(page), "pay out").toEqual([]);
  await picture(page, "till-pay-out");
  await dialog.getByRole("button", { name: /^Betala ut 300,00/ }).click();
  await expect(dialog).toBeHidden();
  const entries = panel.getByRole("region", { name: "Betalningar" });
  await expect(entries).toContainText("Utbetalt · Kontant");
  await expect(panel).toContainText(/Kontant utbetalt\s*−300,00\skr/);
  await expect(panel).toContainText(/Ska finnas i kassan\s*200,00\skr/);
  expect.soft(await faults(page), "paid out").toEqual([]);
  await picture(page, "till-paid-out");
  const read = await (await page.request.get(`${api}/tills/${till.id}`)).json();
  const receipt = await page.request.get(`${api}/till-entries/${read.entries[1].id}/receipt`);
  paper(await receipt.body(), "till-payout-receipt");
  paper(await (await page.request.get(`${api}/tills/${till.id}/report`)).body(), "till-payout-report");

  // What was handed over amiss comes back.
  await entries.getByRole("button", { name: /^Återta \d{4}-0002$/ }).click();
  const back = page.getByRole("dialog", { name: /^Återta/ });
  await expect(back).toContainText("läggs tillbaka i kassan");
  await back.getByRole("textbox", { name: "Anledning" }).fill("fel person");
  await back.getByRole("button", { name: "Återta", exact: true }).click();
  await expect(entries).toContainText("Utbetalning återlämnad");
  await expect(panel).toContainText(/Ska finnas i kassan\s*500,00\skr/);
  expect.soft(await faults(page), "came back").toEqual([]);

  // The other languages, in the dark.
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  for (const language of ["nb", "en"]) {
    const changed = await page.request.patch(`${api}/me`, { headers, data: { language } });
    expect(changed.ok(), await changed.text()).toBe(true);
    await page.reload();
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await expect(page.getByRole("complementary")).toContainText(/0003/);
    await picture(page, `till-paid-out-${language}`);
  }
});
