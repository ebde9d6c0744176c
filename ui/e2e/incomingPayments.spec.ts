// Money that comes to the bank: a file is looked at, taken in once, and what is not plain is placed by hand.
import type { Page } from "@playwright/test";
import { bgmax } from "./bankFile";
import { faults } from "./faults";
import { addPerson, expect, place, test } from "./fixtures";
import { billing, chargedMonth } from "./invoiceToPay";
import { picture } from "./picture";

/** One invoice of sixteen kronor to Åsa Öberg; answers its reference. */
async function invoice(page: Page, url: string): Promise<string> {
  await billing(page, url);
  const { id } = await addPerson(page, url, { givenName: "Åsa", familyName: "Öberg" });
  await chargedMonth(page, url, id);
  const { items } = await (await page.request.get(`${url}/api/v1/documents`)).json();
  expect(items[0].payable.minor).toBe(1_600);
  return items[0].reference;
}

test("a bank file is looked at, taken in once, and the rest is placed by hand (PRE-18)", async ({
  host,
  desk: page,
}) => {
  test.setTimeout(180_000);
  const reference = await invoice(page, host.url);
  const file = (name: string, buffer: Buffer) => ({ name, mimeType: "text/plain", buffer });
  await page.goto(`${host.url}/admin/incoming-payments`);
  await expect(page.getByText("Inga inbetalningar än")).toBeVisible();
  expect(await faults(page)).toEqual([]);

  await page.getByRole("button", { name: "Läs in bankfil" }).click();
  const dialog = page.getByRole("dialog", { name: "Läs in bankfil" });
  const chooser = async (chosen: ReturnType<typeof file>) => {
    const opened = page.waitForEvent("filechooser");
    await dialog.getByRole("button", { name: "Bankfil" }).click();
    await (await opened).setFiles(chosen);
  };
  const whole = bgmax([
    [1_000, reference, "ÅSA ÖBERG"],
    [600, "", "ÅSA ÖBERG"],
  ]);
  await chooser(file("halv.txt", whole.subarray(0, 300)));
  await expect(dialog.getByRole("alert")).toContainText("Filen slutar för tidigt");
  expect(await faults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Rensa" }).click();
  await chooser(file("bgmax.txt", whole));
  await expect(dialog.getByRole("table", { name: "Utfall" })).toContainText("Delbetalning");
  await expect(dialog.getByRole("table", { name: "Inbetalningar i filen" })).toContainText("ÅSA ÖBERG");
  expect(await faults(page)).toEqual([]);
  await picture(page, "bank-file");
  await dialog.getByRole("button", { name: "Läs in", exact: true }).click();
  await expect(page.getByText("2 inbetalningar är inlästa.")).toBeVisible();

  // The same file once more says when it was taken in, and offers nothing.
  await page.getByRole("button", { name: "Läs in bankfil" }).click();
  await chooser(file("kopia.txt", whole));
  await expect(dialog.getByRole("alert")).toContainText("Filen är redan inläst");
  await expect(dialog.getByRole("alert")).toContainText("av Maria Ek");
  await expect(dialog.getByRole("button", { name: "Läs in", exact: true })).toBeDisabled();
  expect(await faults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Avbryt" }).click();

  await page.goto(`${host.url}/admin/incoming-payments?where=open:is:true`);
  const row = page.getByRole("row", { name: /ÅSA ÖBERG/ });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("Inte kopplad");
  await row.click();
  const panel = page.getByRole("complementary", { name: /^Inbetalning 6,00/ });
  await expect(panel.getByRole("list", { name: "Förslag" })).toContainText("samma belopp, samma namn");
  await expect(panel.getByText(/^200001234567/)).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await picture(page, "incoming-payment");

  await panel.getByRole("textbox", { name: "Fakturanummer, OCR eller KID" }).fill(reference);
  await panel.getByRole("button", { name: "Sök" }).click();
  const amount = panel.getByRole("textbox", { name: "Belopp att placera" });
  await amount.fill("6,01");
  await expect(panel.getByText("Ett belopp på högst")).toBeVisible();
  await amount.fill("1");
  await panel.getByRole("button", { name: "Placera", exact: true }).click();
  await expect(page.getByText(/Placerat på faktura/)).toBeVisible();
  await panel.getByRole("button", { name: /^Placera .* på faktura/ }).click();
  await expect(panel.getByText("Betald")).toBeVisible();
  await panel.getByRole("link", { name: /^Faktura/ }).click();
  await expect(page.getByRole("row", { name: /Åsa Öberg/ })).toContainText("Betald");

  await page.goto(`${host.url}/admin/incoming-payments`);
  await page.getByRole("button", { name: "Inlästa filer" }).click();
  const files = page.getByRole("dialog", { name: "Inlästa filer" });
  await expect(files.getByRole("listitem")).toHaveCount(1);
  expect(await faults(page)).toEqual([]);
  await files.getByRole("button", { name: "bgmax.txt" }).click();
  await expect(page.getByRole("row", { name: /ÅSA ÖBERG/ })).toHaveCount(2);

  // It was for something else: what was said is taken back, with a reason, and the invoice is open again.
  await page.getByRole("row", { name: /ÅSA ÖBERG.*10,00/ }).click();
  const matched = page.getByRole("complementary", { name: /^Inbetalning 10,00/ });
  await matched.getByRole("button", { name: /^Ta tillbaka från/ }).click();
  const back = page.getByRole("dialog", { name: "Ta tillbaka placeringen" });
  await expect(back.getByRole("button", { name: "Ta tillbaka" })).toBeDisabled();
  await back.getByRole("textbox").fill("gällde grannen");
  expect(await faults(page)).toEqual([]);
  await back.getByRole("button", { name: "Ta tillbaka" }).click();
  await expect(matched.getByText("Återtagen placering")).toBeVisible();
  await expect(matched.getByRole("list", { name: "Förslag" })).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await picture(page, "incoming-payment-taken-back");

  // The statement of the account has the whole deposit as one sum: it is the same money, and counted once.
  const { organisation } = await place(page, host.url);
  const sent = await page.request.post(
    `${host.url}/api/v1/bank-files?organisationId=${organisation}&fileName=kontoutdrag.xml`,
    {
      headers: { "X-Requested-With": "stolpe", "Content-Type": "application/octet-stream" },
      data: Buffer.from(
        "<Document><BkToCstmrStmt><GrpHdr><MsgId>S1</MsgId><CreDtTm>2026-11-24T06:00:00</CreDtTm></GrpHdr><Stmt>" +
          '<Id>S1</Id><Acct><Id><IBAN>SE4550000000058398257466</IBAN></Id></Acct><Ntry><Amt Ccy="SEK">16.00</Amt>' +
          "<CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-24</Dt></BookgDt>" +
          "<AcctSvcrRef>B1</AcctSvcrRef></Ntry></Stmt></BkToCstmrStmt></Document>",
      ),
    },
  );
  expect(sent.ok(), await sent.text()).toBe(true);
  await page.goto(`${host.url}/admin/incoming-payments?where=open:is:true`);
  await page.getByRole("row", { name: /Okänd betalare/ }).click();
  const sum = page.getByRole("complementary", { name: /^Inbetalning 16,00/ });
  await expect(sum.getByRole("list", { name: "Samma insättning i en annan fil" })).toContainText(
    "bgmax.txt, 2026-11-21: 2 inbetalningar",
  );
  expect(await faults(page)).toEqual([]);
  await picture(page, "same-deposit");
  await sum.getByRole("button", { name: "Det är samma insättning" }).click();
  await expect(sum.getByText("Beloppet räknas i den andra filen.")).toBeVisible();
  expect(await faults(page)).toEqual([]);
});
