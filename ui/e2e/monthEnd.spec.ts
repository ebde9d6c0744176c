// A month ends: what is still open is said, the month is locked, the accountant gets a ZIP, and what comes late stands on the
// first open day, until somebody opens the month again and says why.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { faults } from "./faults";
import { expect, place, test } from "./fixtures";
import { billing } from "./invoiceToPay";
import { picture } from "./picture";

/** A part of the page by its heading. */
function card(page: Page, name: RegExp): Locator {
  return page.locator("section", { has: page.getByRole("heading", { name }) });
}

/** The tenth of the month before this one. */
function lastMonth(): string {
  const now = new Date();
  const day = new Date(Date.UTC(now.getFullYear(), now.getMonth() - 1, 10));
  return day.toISOString().slice(0, 10);
}

/** A BgMax file of one deposit without a reference. */
function bgmax(serial: number, on: string, minor: number): Buffer {
  const figure = (value: number, width: number) => String(value).padStart(width, "0");
  const date = on.replaceAll("-", "");
  const lines = [
    `01BGMAX               01${date}173035010331P`,
    "050054029681          SEK",
    `200001234567${" ".repeat(25)}${figure(minor, 18)}02${figure(serial, 12)}0`,
    "26ÅSA ÖBERG",
    `15${figure(0, 35)}${date}${figure(serial, 5)}${figure(minor, 18)}SEK${figure(1, 8)}`,
    `70${figure(1, 8)}${figure(0, 8)}${figure(0, 8)}${figure(1, 8)}`,
  ];
  return Buffer.from(lines.map((line) => line.padEnd(80)).join("\r\n"), "latin1");
}

/** Takes a deposit in that the bank dates into the last month. */
async function deposit(page: Page, url: string, serial: number, minor: number): Promise<void> {
  const { organisation } = await place(page, url);
  const path = `/bank-files?organisationId=${organisation}&fileName=${serial}.txt`;
  const answer = await page.request.post(`${url}/api/v1${path}`, {
    headers: { "X-Requested-With": "stolpe", "Content-Type": "application/octet-stream" },
    data: bgmax(serial, lastMonth(), minor),
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

test("a month is closed: what is open, the lock, the ZIP, what comes late, and opened again for a reason", async ({
  host,
  desk: page,
}) => {
  test.setTimeout(180_000);
  await billing(page, host.url);
  await deposit(page, host.url, 1, 12_300);

  await page.goto(`${host.url}/admin/bookkeeping`);
  const end = card(page, /^Avsluta /);
  await expect(end.getByText("1 inbetalning är inte placerad")).toBeVisible();
  await expect(end.getByText("Inga utkast")).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await picture(page, "month-end");

  await end.getByRole("button", { name: /^Lås / }).click();
  const asked = page.getByRole("dialog");
  await expect(asked).toContainText("Allt är inte klart.");
  expect(await faults(page)).toEqual([]);
  await asked.getByRole("button", { name: "Lås", exact: true }).click();
  await expect(end.getByText("Inget bokförs i den längre.", { exact: false })).toBeVisible();
  expect(await faults(page)).toEqual([]);

  const folder = await mkdtemp(join(tmpdir(), "stolpe-month-"));
  try {
    const saved = page.waitForEvent("download");
    await end.getByRole("button", { name: "Spara ZIP till revisorn" }).click();
    const zip = join(folder, "month.zip");
    await (await saved).saveAs(zip);
    const digest = createHash("sha256")
      .update(await readFile(zip))
      .digest("hex");
    await expect(end.getByText(`SHA-256 ${digest}`)).toBeVisible();
    execFileSync("unzip", ["-q", zip, "-d", folder]);
    // Whoever gets the archive checks it by what every computer has.
    execFileSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: folder });
    expect(await readFile(join(folder, "vouchers-sek.csv"), "utf8")).toContain("123,00");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }

  const booked = card(page, /^Bokfört /);
  await deposit(page, host.url, 2, 4_500);
  await page.reload();
  await expect(booked.getByText("En verifikation.", { exact: false })).toBeVisible();
  await page.getByRole("combobox", { name: "Månad" }).click();
  await page.getByRole("option").first().click();
  await expect(booked.getByText("En verifikation gäller en tidigare månad", { exact: false })).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await picture(page, "month-late");
  await expect(end.getByText("Månaden är inte slut än.")).toBeVisible();
  await expect(end.getByRole("button", { name: /^Lås / })).toBeDisabled();

  await page.goto(`${host.url}/admin/bookkeeping`);
  await end.getByRole("button", { name: /^Öppna / }).click();
  const why = page.getByRole("dialog");
  await expect(why.getByRole("button", { name: "Öppna", exact: true })).toBeDisabled();
  await why.getByRole("textbox").fill("En faktura saknas");
  expect(await faults(page)).toEqual([]);
  await why.getByRole("button", { name: "Öppna", exact: true }).click();
  await expect(end.getByRole("button", { name: /^Lås / })).toBeEnabled();
  await page.goto(`${host.url}/admin/audit`);
  await expect(page.getByText("Månad öppnad igen").first()).toBeVisible();
});
