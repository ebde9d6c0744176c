// A company that pays for three people: set at each of them, looked at in the month, read as one paper, one line taken back.
import { execFileSync } from "node:child_process";
import { charged } from "./chargedSession";
import { faults } from "./faults";
import { addPerson, expect, make, place } from "./fixtures";
import { billing } from "./invoiceToPay";
import { test } from "./mailServer";
import { paper, picture } from "./picture";

test("a company gets one invoice for three people and one of them is credited (EMP-15)", async ({
  host,
  desk: page,
  mail,
}) => {
  test.setTimeout(180_000);
  await page.emulateMedia({ reducedMotion: "reduce" });
  const { organisation } = await place(page, host.url);
  await billing(page, host.url);
  const tags = ["04A2B3C4", "04A2B3C5", "04A2B3C6"];
  for (const [index, givenName] of ["Åsa", "Bo", "Cecilia"].entries()) {
    const person = await addPerson(page, host.url, {
      givenName,
      familyName: "Öberg",
      email: `${index}@example.se`,
    });
    await make(page, host.url, `/tags?organisationId=${organisation}`, {
      idTag: tags[index],
      personId: person.id,
    });
    await page.goto(`${host.url}/admin/people?open=${person.id}`);
    await page.getByRole("button", { name: "Ange företag" }).click();
    const form = page.getByRole("dialog");
    for (const [field, value] of [
      ["Företag", "Åkeriet i Umeå AB"],
      ["Organisationsnummer", "556265-1892"],
      ["Gatuadress", "Storgatan 1"],
      ["Postnummer", "903 20"],
      ["Postort", "Umeå"],
      ["Er referens", "4711"],
      ["E-post för fakturor", "faktura@akeriet.example"],
    ] as const) {
      await form.getByRole("textbox", { name: field }).fill(value);
    }
    await form.getByRole("checkbox", { name: "Samla på en faktura" }).check();
    if (index === 0) {
      await picture(page, "payer-collects");
      expect(await faults(page)).toEqual([]);
    }
    await form.getByRole("button", { name: "Spara" }).click();
    await expect(page.getByText("Samlas på en faktura till företaget")).toBeVisible();
  }
  await charged(page, host.url, ...tags);

  await page.goto(`${host.url}/admin/month-runs`);
  await page.getByRole("combobox", { name: "Till och med" }).click();
  await page.getByRole("option").first().click();
  await page.getByRole("button", { name: "Titta på månaden" }).click();
  await page.getByText("Samlad faktura för 3 personer, referens 4711").click();
  await expect(page.getByRole("link", { name: "Cecilia Öberg" })).toBeVisible();
  await picture(page, "collected-run");
  expect(await faults(page)).toEqual([]);
  await page.getByRole("button", { name: "Debitera: gör en faktura" }).click();
  await expect(page.getByText("En faktura är klar.")).toBeVisible();
  await page.getByRole("button", { name: "Skicka brevet" }).click();
  const { name, content } = await mail.file("faktura@akeriet.example");
  expect(name).toMatch(/^faktura-\d{4}-0001\.pdf$/);
  paper(content, "collected-invoice");
  const read = execFileSync("pdftotext", ["-layout", "-", "-"], { input: content })
    .toString()
    .replaceAll("\u00a0", " ");
  for (const word of ["Åkeriet i Umeå AB", "Åsa Öberg", "Bo Öberg", "Cecilia Öberg", "4711"])
    expect(read).toContain(word);
  expect(read.match(/Summa utan moms +12,50/g)).toHaveLength(3);

  await page.goto(`${host.url}/admin/documents`);
  await page.getByRole("row", { name: /-0001/ }).click();
  await expect(page.getByText("Summa för personen, utan moms")).toHaveCount(3);
  await picture(page, "collected-document");
  expect(await faults(page)).toEqual([]);
  await page.getByRole("button", { name: "Kreditera" }).click();
  const credit = page.getByRole("dialog");
  await credit.getByRole("radio", { name: "Vissa rader" }).check();
  await credit.getByRole("checkbox", { name: /^Bo Öberg/ }).check();
  await credit.getByRole("textbox").first().fill("Fel bil");
  await credit.getByRole("button", { name: "Kreditera" }).click();
  await expect(credit).toBeHidden();
  await page.goto(`${host.url}/admin/accounts`);
  await expect(page.getByRole("row", { name: /Åkeriet i Umeå AB/ })).toContainText("31,37");
});
