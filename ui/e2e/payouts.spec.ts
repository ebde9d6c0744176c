// What somebody has left goes out to their bank account: one asks, another approves, a file goes to the bank, and its answer
// is taken in.
import { readFile } from "node:fs/promises";
import { colleague } from "./colleague";
import { faults } from "./faults";
import { expect, place } from "./fixtures";
import { invoice } from "./invoiceToPay";
import { test } from "./mailServer";
import { picture } from "./picture";

/** A BgMax file of one payment with its reference. */
function bgmax(minor: number, reference: string): Buffer {
  const figure = (value: number, width: number) => String(value).padStart(width, "0");
  const lines = [
    "01BGMAX               0120261121173035010331P",
    "050054029681          SEK",
    `200001234567${reference.padStart(25)}${figure(minor, 18)}22${figure(1, 12)}0`,
    "26MARIA EK",
    `15${figure(0, 35)}2026112100001${figure(minor, 18)}SEK${figure(1, 8)}`,
    `70${figure(1, 8)}${figure(0, 8)}${figure(0, 8)}${figure(1, 8)}`,
  ];
  return Buffer.from(lines.map((line) => line.padEnd(80)).join("\r\n"), "latin1");
}

test("one asks that money is paid out, another approves, and the bank says that it has", async ({
  host,
  desk: page,
  mail,
  browser,
}) => {
  test.setTimeout(180_000);
  const { organisation } = await place(page, host.url);
  const read = async (path: string) => (await page.request.get(`${host.url}/api/v1${path}`)).json();
  await invoice(page, host.url);
  const [listed] = (await read("/documents")).items;
  const taken = await page.request.post(
    `${host.url}/api/v1/bank-files?organisationId=${organisation}&fileName=bgmax.txt`,
    {
      headers: { "X-Requested-With": "stolpe", "Content-Type": "application/octet-stream" },
      data: bgmax(listed.payable.minor, listed.reference),
    },
  );
  expect(taken.ok(), await taken.text()).toBe(true);
  const document = await read(`/documents/${listed.id}`);
  const credited = await page.request.post(`${host.url}/api/v1/documents/${listed.id}/credit`, {
    headers: { "X-Requested-With": "stolpe", "If-Match": `"${document.rowVersion}"` },
    data: { reason: "fel pris" },
  });
  expect(credited.ok(), await credited.text()).toBe(true);

  // The owner says which bank pays out.
  await page.goto(`${host.url}/admin/payouts`);
  await expect(page.getByText("Inga utbetalningar")).toBeVisible();
  expect.soft(await faults(page), "empty").toEqual([]);
  await page.getByRole("button", { name: "Bankuppgifter" }).click();
  const bank = page.getByRole("dialog", { name: "Banken som betalar ut" });
  await bank.getByLabel("Bankens BIC").fill("handsess");
  expect.soft(await faults(page), "bank").toEqual([]);
  await bank.getByRole("button", { name: "Spara" }).click();
  await expect(bank).toBeHidden();

  // What is left is on the list, and asked for there. An account that is typed wrong is said to be so.
  await page.goto(`${host.url}/admin/left-money`);
  await expect(page.getByRole("row", { name: /Maria Ek/ })).toContainText("16,00");
  expect.soft(await faults(page), "left").toEqual([]);
  await picture(page, "left-money");
  await page.goto(`${host.url}/admin/left-money?show=moved_out`);
  await expect(page.getByText("Ingen passar in på urvalet")).toBeVisible();
  await picture(page, "left-money-none");
  await page.goto(`${host.url}/admin/left-money`);
  await page.getByRole("button", { name: "Betala ut" }).click();
  const dialog = page.getByRole("dialog", { name: "Begär utbetalning" });
  await expect(dialog).toContainText("Ingen annan kan godkänna");
  await dialog.getByLabel("Belopp i SEK").fill("1000000");
  await expect(dialog).toContainText("Ange ett belopp på högst");
  await dialog.getByLabel("Belopp i SEK").fill("10,50");
  await dialog.getByRole("textbox", { name: "Konto" }).fill("6789 123 456 788");
  await dialog.getByLabel("Anledning").fill("har flyttat");
  await dialog.getByRole("button", { name: "Begär utbetalning" }).click();
  await expect(dialog).toContainText("Kontrollsiffran stämmer inte");
  await dialog.getByRole("textbox", { name: "Konto" }).fill("6789 123 456 789");
  expect.soft(await faults(page), "ask").toEqual([]);
  await picture(page, "ask-payout");
  await dialog.getByRole("button", { name: "Begär utbetalning" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("row", { name: /Maria Ek/ })).toContainText("10,50");

  // A colleague is invited, finds it among what waits, and approves by keyboard.
  const desk = await colleague(page, host.url, mail, browser);
  await desk.getByRole("link", { name: /Utbetalningar att godkänna/ }).click();
  await desk.getByRole("row", { name: /Maria Ek/ }).click();
  await expect(desk.getByRole("complementary")).toContainText("har flyttat");
  await desk.keyboard.press("a");
  const consent = desk.getByRole("dialog", { name: "Godkänn" });
  await expect(consent).toContainText("6789-123456789");
  await consent.getByRole("button", { name: "Godkänn" }).click();
  await expect(desk.getByRole("complementary")).toContainText("Gör en fil och skicka den till banken");
  await desk.context().close();

  // A file is made and fetched; fetched again it is the same.
  await page.goto(`${host.url}/admin/payouts`);
  await page.getByRole("button", { name: "Gör bankfil" }).click();
  const making = page.getByRole("dialog", { name: "Gör bankfil" });
  await expect(making.getByRole("checkbox", { name: /10,50.*Maria Ek/ })).toBeChecked();
  expect.soft(await faults(page), "make").toEqual([]);
  await picture(page, "payout-file");
  const saved = page.waitForEvent("download");
  await making.getByRole("button", { name: "Gör bankfil" }).click();
  const written = await readFile(await (await saved).path(), "utf8");
  await page.getByRole("button", { name: "Filer" }).click();
  const files = page.getByRole("dialog", { name: "Filer" });
  await expect(files).toContainText("Hämtad");
  expect.soft(await faults(page), "files").toEqual([]);
  const again = page.waitForEvent("download");
  await files.getByRole("button", { name: "Hämta" }).click();
  expect(await readFile(await (await again).path(), "utf8")).toBe(written);
  await page.keyboard.press("Escape");

  // What the bank answers is looked at, and taken in once.
  const [, message] = /<MsgId>(\w+)</.exec(written) ?? [];
  const [, name] = /<EndToEndId>(\w+)</.exec(written) ?? [];
  const answer = Buffer.from(
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId>
    <CreDtTm>${new Date().toISOString()}</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>${message}</OrgnlMsgId>
    </OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>1</OrgnlPmtInfId><TxInfAndSts>
    <OrgnlEndToEndId>${name}</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>
    </CstmrPmtStsRpt></Document>`,
  );
  await page.getByRole("button", { name: "Läs in bankens svar" }).click();
  const taking = page.getByRole("dialog", { name: "Läs in bankens svar" });
  const choose = async (buffer: Buffer) => {
    const opened = page.waitForEvent("filechooser");
    await taking.getByRole("button", { name: /Bankens fil/ }).click();
    await (await opened).setFiles({ name: "svar.xml", mimeType: "application/xml", buffer });
  };
  await choose(answer.subarray(0, 200));
  await expect(taking.getByRole("alert")).toContainText("skadad på rad");
  await taking.getByRole("button", { name: "Rensa" }).click();
  await choose(answer);
  await expect(taking.getByRole("table")).toContainText("Betald (ACSC)");
  await expect(taking.getByRole("table")).toContainText("Ändras");
  expect.soft(await faults(page), "answer").toEqual([]);
  await picture(page, "payout-answer");
  await taking.getByRole("button", { name: "Läs in", exact: true }).click();
  await expect(taking).toBeHidden();
  await page.getByRole("row", { name: /Maria Ek/ }).click();
  await expect(page.getByRole("complementary")).toContainText("Banken har betalat");
  expect.soft(await faults(page), "paid").toEqual([]);
  await picture(page, "payout-paid");

  // Whoever gets the money is told so, and the outbox finds the message by its kind.
  await page.goto(`${host.url}/admin/notices?where=kind:is:payout_paid`);
  await page.getByRole("row", { name: /Utbetalning av 10,50/ }).click();
  await expect(page.getByRole("complementary")).toContainText("konto som slutar på 6789");
  expect.soft(await faults(page), "told").toEqual([]);
  await picture(page, "payout-told");

  // The bank's statement says so as well, and tells of money out that is no payout: looked at, taken in, and listed.
  const day = new Date().toISOString().slice(0, 10);
  const debit = (amount: string, reference: string, details: string) =>
    `<Ntry><Amt Ccy="SEK">${amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>${day}</Dt></BookgDt>
    <AcctSvcrRef>${reference}</AcctSvcrRef><NtryDtls><TxDtls>${details}</TxDtls></NtryDtls></Ntry>`;
  const statement = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>S1</MsgId>
    <CreDtTm>${day}T06:00:00</CreDtTm></GrpHdr><Stmt><Id>S1</Id><Acct><Id><IBAN>SE3550000000054910000003</IBAN></Id></Acct>
    ${debit("10.50", "B1", `<Refs><EndToEndId>${name}</EndToEndId></Refs><RltdPties><Cdtr><Nm>Maria Ek</Nm></Cdtr></RltdPties>`)}
    ${debit("700.00", "B2", "<RltdPties><Cdtr><Nm>Elbolaget AB</Nm></Cdtr></RltdPties>")}
    </Stmt></BkToCstmrStmt></Document>`;
  await page.goto(`${host.url}/admin/incoming-payments`);
  await page.getByRole("button", { name: "Läs in bankfil" }).click();
  const reading = page.getByRole("dialog", { name: "Läs in bankfil" });
  const chosen = page.waitForEvent("filechooser");
  await reading.getByRole("button", { name: "Bankfil" }).click();
  await (await chosen).setFiles({
    name: "kontoutdrag.xml",
    mimeType: "application/xml",
    buffer: Buffer.from(statement),
  });
  const lines = reading.getByRole("table", { name: "Uttag på kontot" });
  await expect(lines.getByRole("row", { name: /Maria Ek/ })).toContainText("Redan känt");
  await expect(lines.getByRole("row", { name: /Elbolaget AB/ })).toContainText("Ingen utbetalning härifrån");
  expect.soft(await faults(page), "statement").toEqual([]);
  await picture(page, "statement-preview");
  await reading.getByRole("button", { name: "Läs in", exact: true }).click();
  await expect(reading).toBeHidden();
  await page.getByRole("button", { name: "Uttag" }).click();
  const out = page.getByRole("dialog", { name: "Uttag" });
  await expect(out.getByRole("row", { name: /Elbolaget AB/ })).toContainText("700,00");
  await expect(out.getByRole("row", { name: /Maria Ek/ })).toHaveCount(0);
  await out.getByRole("switch", { name: "Visa även dem som hör till en utbetalning" }).click();
  await expect(out.getByRole("row", { name: /Maria Ek/ }).getByRole("link")).toHaveText(name ?? "");
  expect.soft(await faults(page), "money out").toEqual([]);
  await picture(page, "money-out");

  // The statement names it, and leads back.
  const person = (await read("/me")).personId;
  const account = (await read(`/accounts?organisationId=${organisation}&personId=${person}`)).items[0].id;
  await page.goto(`${host.url}/admin/accounts/${account}`);
  await page.getByRole("row", { name: /Utbetalning.*10,50/ }).click();
  await page.getByRole("complementary").getByRole("link", { name: "Öppna" }).last().click();
  await expect(page).toHaveURL(/\/payouts\?open=/);
});
