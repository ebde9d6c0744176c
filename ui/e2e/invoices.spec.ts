// The main job: what a charge point reports becomes an invoice, looked at first, charged once, and mailed as it was issued.
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { charged } from "./chargedSession";
import { faults } from "./faults";
import { addPerson, expect, make, place, put } from "./fixtures";
import { test } from "./mailServer";
import { paper, picture } from "./picture";

/** The words of a PDF, by poppler. */
function words(pdf: Buffer): string {
  return execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf })
    .toString()
    .replaceAll("\u00a0", " ");
}

test("a month is looked at, charged and mailed, from the charge point to the recipient's PDF (EVC-13)", async ({
  host,
  desk: page,
  mail,
}) => {
  test.setTimeout(180_000);
  await page.emulateMedia({ reducedMotion: "reduce" });
  const { organisation, facility } = await place(page, host.url);
  const price = { per_kwh: { microPerKwh: 1_250_000, currency: "SEK" } };
  const row = { kind: "energy", rate: price, validFrom: "2020-01-01", vat: "2500", source: "Avtal" };
  await put(page, host.url, `/tariff?facilityId=${facility}`, 0, { components: [row] });
  const person = await addPerson(page, host.url, {
    givenName: "Åsa",
    familyName: "Öberg",
    email: "asa@example.se",
  });
  await make(page, host.url, `/tags?organisationId=${organisation}`, {
    idTag: "04A2B3C4",
    personId: person.id,
  });
  await charged(page, host.url, "04A2B3C4");

  await page.goto(`${host.url}/admin/organisations?open=${organisation}`);
  const payment = page.getByRole("region", { name: "Betalning och fakturor" });
  await expect(payment.getByText("Innan dess kan inget faktureras", { exact: false })).toBeVisible();
  await payment.getByRole("button", { name: "Ändra" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("textbox", { name: "Kontonummer" }).fill("5402-9682");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form.getByText("Kontrollsiffran stämmer inte")).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await form.getByRole("textbox", { name: "Kontonummer" }).fill("5402-9681");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(payment.getByText("5402-9681")).toBeVisible();

  await page.goto(`${host.url}/admin/month-runs`);
  await page.getByRole("combobox", { name: "Till och med" }).click();
  await page.getByRole("option").first().click();
  await page.getByRole("button", { name: "Titta på månaden" }).click();
  await expect(page.getByRole("cell", { name: "Åsa Öberg" })).toBeVisible();
  await expect(page.getByRole("row", { name: /Åsa Öberg/ })).toContainText("10,000 kWh");
  await expect(page.getByText("Saknar adress")).toHaveCount(0);
  await picture(page, "month-run");
  expect(await faults(page)).toEqual([]);
  await page.getByRole("button", { name: "Debitera: gör en faktura" }).click();
  await expect(page.getByText("En faktura är klar.")).toBeVisible();

  const waiting = page.getByRole("region", { name: "Ett brev väntar" });
  await expect(page.getByText("Här kommer faktura", { exact: false })).toBeVisible();
  await expect(waiting.or(page.getByText("Ett brev väntar på att släppas"))).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.getByRole("button", { name: "Skicka brevet" }).click();
  const { name, content } = await mail.file("asa@example.se");
  expect(name).toMatch(/^faktura-\d{4}-0001\.pdf$/);
  paper(content, "invoice");
  const read = words(content);
  // 10 kWh × 1.25 kronor and a quarter of VAT, in whole kronor.
  for (const word of ["Åsa Öberg", "5402-9681", "16,00 kr", "10,000"]) expect(read).toContain(word);

  // What is owed stands in the ledger, and its statement says why (PRE-18).
  await page.goto(`${host.url}/admin/`);
  await expect(page.getByText("Huvudboken stämmer", { exact: false })).toBeVisible();
  await page.goto(`${host.url}/admin/people?open=${person.id}`);
  await page.getByRole("button", { name: "Mer", exact: true }).click();
  await page.getByRole("menuitem", { name: "Kontoutdrag" }).click();
  const owed = page.getByRole("row", { name: /Kundfordran/ });
  await expect(owed).toContainText("16,00");
  expect(await faults(page)).toEqual([]);
  await owed.click();
  await expect(page.getByRole("heading", { level: 1, name: "Kundfordran · Åsa Öberg" })).toBeVisible();
  const balances = page.getByRole("region", { name: "Saldon och summor för perioden" });
  await expect(balances).toContainText(/Ingående saldo\s*0,00/);
  await expect(balances).toContainText(/Utgående saldo\s*16,00/);
  await expect(page.getByRole("row", { name: /Intäkt · Energi/ })).toContainText("12,50");
  await picture(page, "statement");
  expect(await faults(page)).toEqual([]);
  // Any amount opens down to what it was made of, and what was posted with it.
  await page
    .getByRole("row", { name: /Intäkt · Energi/ })
    .getByText("12,50")
    .first()
    .click();
  const opened = page.getByRole("complementary", { name: /^Överföring 12,50/ });
  await expect(opened.getByRole("link", { name: /^Kundfordran · Åsa Öberg$/ }).first()).toBeVisible();
  await expect(opened.getByRole("link", { name: /^Faktura \d{4}-0001$/ })).toBeVisible();
  await expect(opened.getByRole("row")).toHaveCount(4);
  await picture(page, "transfer");
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(opened).toBeHidden();
  const table = page.waitForEvent("download");
  await page.getByRole("button", { name: "Exportera" }).click();
  await page.getByRole("menuitem", { name: "CSV för Excel på svenska eller norska" }).first().click();
  expect((await readFile(await (await table).path())).toString()).toMatch(/Utgående saldo;[^\r]*;16,00;SEK/);
  const drawn = await page.request.get(
    `${host.url}/api/v1/accounts/${new URL(page.url()).pathname.split("/").at(-1)}/statement/file`,
  );
  paper(await drawn.body(), "statement-paper");
  await page
    .getByRole("link", { name: /-0001$/ })
    .first()
    .click();
  await expect(page.getByRole("heading", { name: /^Faktura \d{4}-0001/ })).toBeVisible();

  await page.goto(`${host.url}/admin/documents`);
  const invoice = page.getByRole("row", { name: /-0001/ });
  await expect(invoice).toContainText("Skickad");
  await expect(page.getByRole("region", { name: "Summa" })).toContainText("16,00");
  await invoice.click();
  await expect(page.getByRole("heading", { name: /^Faktura \d{4}-0001/ })).toBeVisible();
  await expect(page.getByRole("cell", { name: /^Laddning .*, P-01/ })).toBeVisible();
  await picture(page, "documents");
  // From the amount to what proves it, and from there back to the paper.
  await page.getByRole("link", { name: /^Laddning .*, P-01/ }).click();
  const proof = page.getByRole("complementary", { name: "P-01 · uttag 1" });
  const papers = proof.getByRole("list", { name: "Fakturor" });
  await expect(papers).toContainText("Skickad");
  await picture(page, "proof-sheet");
  expect(await faults(page)).toEqual([]);
  await papers.getByRole("link", { name: /^Faktura \d{4}-0001$/ }).click();
  await expect(page.getByRole("heading", { name: /^Faktura \d{4}-0001/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Makulera" })).toHaveCount(0);
  expect(await faults(page)).toEqual([]);
  await page.getByRole("button", { name: "Kreditera" }).click();
  const credit = page.getByRole("dialog");
  await credit.getByRole("textbox").waitFor();
  expect(await faults(page)).toEqual([]);
  await credit.getByRole("textbox").fill("fel pris");
  await credit.getByRole("button", { name: "Kreditera" }).click();
  await expect(page.getByRole("row", { name: /Kreditfaktura/ })).toBeVisible();
  await expect(page.getByRole("region", { name: "Summa" })).toContainText("0,00");
  await page.getByRole("link", { name: /^Laddning .*, P-01/ }).click();
  await expect(papers.first()).toContainText("Krediterad");
  await expect(proof.getByRole("list", { name: "Krediteras av" })).toContainText(/Kreditfaktura \d{4}-0001/);

  // Sessions by what was charged, with the number of the invoice for whoever wants it.
  await page.goto(`${host.url}/admin/sessions`);
  await page.getByRole("button", { name: "Kolumner" }).click();
  const columns = page.getByRole("dialog", { name: "Kolumner" });
  await columns.getByLabel("Fakturanummer").check();
  await columns.getByLabel("Debitering").check();
  await page.keyboard.press("Escape");
  const session = page.getByRole("row", { name: /P-01 · uttag 1/ });
  await expect(session).toContainText("Debiterad");
  await expect(session).toContainText(/\d{4}-0001/);
  await page.goto(`${host.url}/admin/sessions?where=charge:is:not_charged`);
  await expect(
    page.getByRole("button", { name: "Debitering är Inte debiterad än", exact: true }),
  ).toBeVisible();
  await expect(session).toHaveCount(0);
  await page.goto(`${host.url}/admin/documents`);

  // The accountant gets what stands there, and what is booked of it.
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Exportera" }).click();
  expect(await faults(page)).toEqual([]);
  await page.getByRole("menuitem", { name: "CSV för Excel på svenska eller norska" }).first().click();
  const list = (await readFile(await (await saved).path())).toString();
  expect((await saved).suggestedFilename()).toMatch(/^fakturor-.*\.csv$/);
  expect(list).toMatch(/Faktura;Krediterad;Åsa Öberg;16,00;SEK/);
  expect(list).toMatch(/Kreditfaktura;[^\r]*;Åsa Öberg;-16,00;SEK/);
  const booked = page.waitForEvent("download");
  await page.getByRole("button", { name: "Exportera" }).click();
  await page.getByRole("menuitem", { name: "CSV för Excel på svenska eller norska" }).last().click();
  expect((await booked).suggestedFilename()).toMatch(/^fakturarader-.*\.csv$/);
});
