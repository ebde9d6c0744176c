// The counter: a till is opened, takes cash for an invoice without the mouse and a card beforehand, takes one back, and is
// closed with a difference (PRE-11, MAR-19).
import { bgmax } from "./bankFile";
import { faults } from "./faults";
import { addPerson, expect, place, test } from "./fixtures";
import { invoice } from "./invoiceToPay";
import { paper, picture } from "./picture";

test("a clerk takes payments at the counter and closes the till with a difference", async ({
  host,
  desk: page,
}) => {
  test.setTimeout(180_000);
  const asa = await addPerson(page, host.url, {
    givenName: "Åsa",
    familyName: "Öberg",
    email: "asa@example.se",
  });
  await invoice(page, host.url, asa.id);
  await addPerson(page, host.url, { givenName: "Bo", familyName: "Lind" });

  // It is off until its owner has read what it is not.
  await page.goto(`${host.url}/admin/till`);
  await expect(page.getByText("Stolpe är inget certifierat kassaregister")).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.getByRole("button", { name: "Slå på kassan" }).click();
  const consent = page.getByRole("dialog", { name: "Slå på kassan" });
  await expect(consent).toContainText("SKVFS 2014:9");
  await consent.getByRole("button", { name: "Slå på kassan" }).click();
  await expect(page.getByText("Ingen kassa har öppnats än")).toBeVisible();
  await expect(page.getByRole("button", { name: "Öppna kassa" })).toBeVisible();

  // Without the mouse: a till with 500 kronor, and the invoice in cash.
  await page.keyboard.press("Control+n");
  const opening = page.getByRole("dialog", { name: "Öppna kassa" });
  await expect(opening.getByRole("textbox", { name: "Växelkassa i SEK" })).toBeFocused();
  await page.keyboard.type("500,50");
  await expect(opening.getByText("Ange hela kronor, noll eller mer")).toBeVisible();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("500");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "Öppen kassa" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Ta betalt" })).toHaveCount(2);
  await page.keyboard.press("Control+n");
  const taking = page.getByRole("dialog", { name: "Ta betalt" });
  await expect(taking.getByRole("combobox", { name: "Vem betalar" })).toBeFocused();
  await page.keyboard.type("Åsa");
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const amount = taking.getByRole("textbox", { name: "Betalas i SEK" });
  await expect(amount).toHaveValue("16,00");
  await amount.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("20");
  await expect(taking.getByText(/4,00\skr blir förskott/)).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await picture(page, "till-take");
  await page.keyboard.press("Enter");
  const panel = page.getByRole("complementary", { name: "Öppen kassa" });
  const entries = panel.getByRole("region", { name: "Betalningar" });
  await expect(entries).toContainText("Åsa Öberg");
  await expect(panel).toContainText(/520,00\skr/);

  // By card, beforehand, by the rule of the facility; and taken back again.
  await panel.getByRole("button", { name: "Ta betalt" }).click();
  await taking.getByRole("combobox", { name: "Vem betalar" }).fill("Bo");
  await page.getByRole("option", { name: "Bo Lind" }).click();
  await expect(taking.getByText("Inga öppna fakturor. Beloppet blir förskott.")).toBeVisible();
  await amount.fill("100,50");
  await expect(taking.getByText("Kontanter finns bara i hela kronor")).toBeVisible();
  await taking.getByRole("radio", { name: "Kort" }).check();
  await amount.fill("100,50");
  await expect(taking.getByText(/Minst 10,00\skr\. Hela kronor\./)).toBeVisible();
  // Whoever may adjust the rule says that they do, and why.
  await expect(taking.getByRole("textbox", { name: "Anledning" })).toHaveCount(0);
  const allTheSame = taking.getByRole("button", { name: "Ta emot beloppet ändå" });
  await allTheSame.click();
  // Of another amount it is said anew, and what is typed stays in the amount.
  await amount.fill("");
  await amount.pressSequentially("100,50");
  await expect(amount).toHaveValue("100,50");
  await expect(amount).toBeFocused();
  await expect(taking.getByRole("textbox", { name: "Anledning" })).toHaveCount(0);
  await allTheSame.click();
  await expect(taking.getByText(/^Beloppet passar inte i stegen\. Beloppet tas emot ändå när/)).toBeVisible();
  await expect(taking.getByRole("button", { name: /^Ta betalt 100,50/ })).toBeDisabled();
  await expect(taking.getByRole("textbox", { name: "Anledning" })).toBeFocused();
  await page.keyboard.type("terminalen drog så");
  expect(await faults(page)).toEqual([]);
  await picture(page, "till-adjust");
  await taking.getByRole("textbox", { name: "Kortterminalens referens" }).fill("004711");
  await taking.getByRole("button", { name: /^Ta betalt 100,50/ }).click();
  await expect(entries).toContainText("Bo Lind");
  await expect(entries).toContainText("Skäl: terminalen drog så");
  await entries.getByRole("button", { name: /^Återta \d{4}-0002$/ }).click();
  const back = page.getByRole("dialog", { name: /^Återta/ });
  await back.getByRole("textbox", { name: "Anledning" }).fill("fel person");
  await back.getByRole("button", { name: "Återta", exact: true }).click();
  await expect(entries).toContainText(/återtar \d{4}-0002/);
  expect(await faults(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await entries.scrollIntoViewIfNeeded();
  await picture(page, "till");

  // Counted, with twenty kronor missing: said before, and with a reason.
  await panel.getByRole("button", { name: "Räkna och stäng" }).click();
  const closing = page.getByRole("dialog", { name: "Räkna och stäng" });
  await closing.getByRole("textbox", { name: "Räknat i SEK" }).fill("500");
  await expect(closing.getByRole("alert")).toContainText(/Differens .20,00\skr/);
  await expect(closing.getByRole("button", { name: "Räkna och stäng" })).toBeDisabled();
  await closing.getByRole("textbox", { name: "Varför stämmer det inte" }).fill("felväxlat");
  expect(await faults(page)).toEqual([]);
  await picture(page, "till-close");
  await closing.getByRole("button", { name: "Räkna och stäng" }).click();
  const report = page.getByRole("complementary", { name: /^Kassarapport \d{4}-0001$/ });
  await expect(report).toContainText("felväxlat");
  await expect(report.getByRole("button", { name: "Ta betalt" })).toHaveCount(0);
  expect(await faults(page)).toEqual([]);
  await picture(page, "till-closed");

  // The report as a paper, and a receipt.
  const opened = page.context().waitForEvent("page");
  await report.getByRole("button", { name: "Rapport som PDF" }).click();
  await (await opened).close();
  const till = new URL(page.url()).searchParams.get("open");
  const pdf = await page.request.get(`${host.url}/api/v1/tills/${till}/report`);
  expect(pdf.headers()["content-type"]).toBe("application/pdf");
  paper(await pdf.body(), "till-report");
  const read = await (await page.request.get(`${host.url}/api/v1/tills/${till}`)).json();
  const receipt = await page.request.get(`${host.url}/api/v1/till-entries/${read.entries[0].id}/receipt`);
  paper(await receipt.body(), "till-receipt");
  const table = page.waitForEvent("download");
  await report.getByRole("button", { name: "Exportera" }).click();
  await page.getByRole("menuitem", { name: /Excel/ }).first().click();
  expect((await table).suggestedFilename()).toMatch(/\.(csv|xlsx)$/);

  // The cash is brought to the bank, whose file tells of it.
  const { organisation } = await place(page, host.url);
  const took = await page.request.post(
    `${host.url}/api/v1/bank-files?organisationId=${organisation}&fileName=bgmax.txt`,
    {
      headers: { "X-Requested-With": "stolpe", "Content-Type": "application/octet-stream" },
      data: bgmax([[2_000, "", "INSATTNING"]]),
    },
  );
  expect(took.ok(), await took.text()).toBe(true);
  const tills = page.url();
  await page.goto(`${host.url}/admin/incoming-payments`);
  await page.getByRole("grid").getByText("INSATTNING").click();
  await page.getByRole("button", { name: "Det är kassans" }).click();
  const brought = page.getByRole("dialog", { name: "Pengar från kassan" });
  expect(await faults(page)).toEqual([]);
  await brought.getByRole("button", { name: "Det är kassans" }).click();
  await expect(page.getByText("Kontanter från kassan", { exact: true })).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await picture(page, "till-at-the-bank");
  // What was taken was missing when the till was counted, so the bank has more than there was to bring.
  await page.goto(`${host.url}/admin/reconciliation`);
  const much = page.getByRole("row", { name: /^Banken fick mer än som togs emot i kassan/ });
  await expect(much).toContainText("Kontanter i kassan");
  await expect(much).toContainText(/20,00\skr/);
  await expect(much.getByRole("link", { name: "INSATTNING" })).toBeVisible();
  await expect(much.getByRole("button", { name: "Ansvarig för INSATTNING" })).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await picture(page, "till-reconciliation");
  await page.goto(tills);

  // The other languages, in the dark.
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  for (const language of ["nb", "en"]) {
    const changed = await page.request.patch(`${host.url}/api/v1/me`, {
      headers: { "X-Requested-With": "stolpe" },
      data: { language },
    });
    expect(changed.ok(), await changed.text()).toBe(true);
    await page.reload();
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await expect(page.getByRole("complementary")).toContainText(/0001/);
    await picture(page, `till-${language}`);
  }
});
