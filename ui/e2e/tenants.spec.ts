// The main story: 300 tenants from a spreadsheet, their letters, their portal, and everything on the log.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { picture } from "./picture";

/** What the first letter of the run says, read from the paper itself. */
async function firstLetter(page: Page, url: string): Promise<{ username: string; password: string }> {
  const jobs = await (await page.request.get(`${url}/api/v1/jobs`)).json();
  const job = jobs.items.find((it: { kind: string }) => it.kind.startsWith("letter"));
  const file = await page.request.get(`${url}/api/v1/jobs/${job.id}/file`);
  const pdf = join(tmpdir(), `letters-${job.id}.pdf`);
  writeFileSync(pdf, await file.body());
  const paper = execFileSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8", maxBuffer: 64_000_000 });
  rmSync(pdf);
  const password = /\b[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}\b/.exec(paper)?.[0] ?? "";
  const username = /Användarnamn\s+(\S+)/.exec(paper)?.[1] ?? "";
  return { username, password };
}

/** A list as a Swedish spreadsheet saves it: Windows-1252, semicolons, and four rows that cannot be taken in. */
function list(): Buffer {
  const given = ["Åsa", "Örjan", "Maja", "Elias", "Sølvi", "Håkon", "Leila", "Nils", "Ylva", "Bo"];
  const family = ["Öberg", "Ängström", "Lindqvist", "Ødegård", "Ek", "Dahl", "Åkesson", "Holm"];
  const rows = Array.from({ length: 300 }, (_, n) => {
    const stairwell = "ABCDE"[Math.floor(n / 60)];
    const email = n % 13 === 0 ? "" : `boende${n}@example.se`;
    const code = `${stairwell}${1000 + (n % 60)}`;
    return [
      code,
      stairwell,
      given[n % 10],
      family[n % 8],
      email,
      `070-174 06 ${String(5 + (n % 90)).padStart(2, "0")}`,
    ];
  });
  const faulty = [
    ["A1", "A", "Fel", "Adress", "inte en adress", ""],
    ["A2", "A", "För få"],
    rows[7] ?? [],
    ["A3", "A", "Fel", "Nummer", "", "123"],
  ];
  const text = [["Lgh", "Trapphus", "Förnamn", "Efternamn", "E-post", "Telefon"], ...rows, ...faulty]
    .map((row) => row.join(";"))
    .join("\r\n");
  return Buffer.from(text, "latin1");
}

test("300 tenants come in from a spreadsheet, and the first of them signs in with the letter", async ({
  desk: page,
  host,
  browser,
}) => {
  await page.getByRole("link", { name: "Import", exact: true }).click();
  await page
    .getByRole("link", { name: /Läs in|Ny import|Importera/ })
    .first()
    .click();
  const chooser = page.waitForEvent("filechooser");
  await page.locator("button", { hasText: "Välj fil" }).click();
  await (await chooser).setFiles({ name: "boende.csv", mimeType: "text/csv", buffer: list() });

  await expect(page.getByRole("heading", { name: "boende.csv" })).toBeVisible();
  await expect(
    page
      .getByText("Windows (västeuropeisk)")
      .or(page.locator('input[value="Windows (västeuropeisk)"]'))
      .first(),
  ).toBeVisible();
  await expect(page.getByRole("cell", { name: "Öberg", exact: true }).first()).toBeVisible();
  await picture(page, "import");
  await page.getByRole("button", { name: /300/ }).click();
  await expect(page.getByText("Importen är genomförd")).toBeVisible({ timeout: 60_000 });

  await page.getByRole("link", { name: "Skriv ut inloggningsbrev" }).click();
  await page.getByRole("button", { name: "Gör 300 brev" }).click();
  await expect(page.getByText("300 brev är klara att skriva ut.")).toBeVisible({ timeout: 90_000 });
  await picture(page, "letters");
  const { username, password } = await firstLetter(page, host.url);
  expect(username).toBe("A1000");

  await page.getByRole("link", { name: "Personer", exact: true }).click();
  await expect(page.getByText(/av 300 personer|300 personer/).first()).toBeVisible();
  await picture(page, "people");

  await page.getByRole("link", { name: "Händelselogg" }).click();
  await expect(page.getByText(/^Obruten:/)).toBeVisible();
  await picture(page, "audit");

  // The tenant takes over: from the paper to a password of their own.
  const phone = await (
    await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "sv-SE" })
  ).newPage();
  await phone.goto(`${host.url}/`);
  await phone.getByLabel("Anläggnings-ID").fill("EK1100");
  await phone.getByLabel("Användarnamn").fill(username);
  await phone.getByRole("textbox", { name: "Lösenord" }).fill(password);
  await phone.getByRole("button", { name: "Logga in" }).click();
  await expect(phone.getByRole("heading", { name: "Välj ett eget lösenord" })).toBeVisible();
  // The password from the paper was typed just now: it is not asked for twice.
  await expect(phone.getByLabel("Nuvarande lösenord")).toHaveCount(0);
  await phone.getByRole("textbox", { name: "Nytt lösenord" }).fill("Vintergatan!77");
  await phone.getByRole("textbox", { name: "Lösenordet igen" }).fill("Vintergatan!77");
  await phone.getByRole("button", { name: "Byt lösenord" }).click();
  await expect(phone.getByText("A1000").first()).toBeVisible();
  await picture(phone, "portal");

  await page.getByRole("link", { name: "Att göra" }).click();
  await expect(page.getByText("Brev att lämna ut")).toBeVisible();
  await picture(page, "todo");
});
