// Files that are no lists, cells that look like formulas, and a draft that is thrown away.
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";

async function toImports(page: Page): Promise<void> {
  const menu = page.getByRole("navigation", { name: "Huvudmeny" });
  await menu.getByRole("link", { name: "Import", exact: true }).click();
}

async function give(page: Page, name: string, buffer: Buffer): Promise<void> {
  await toImports(page);
  await page.getByRole("link", { name: "Ny import" }).first().click();
  const chooser = page.waitForEvent("filechooser");
  await page.locator("button", { hasText: "Välj fil" }).click();
  await (await chooser).setFiles({ name, mimeType: "application/octet-stream", buffer });
}

test("what is no list is refused by what it is, and it is said that nothing was read", async ({
  desk: page,
}) => {
  await give(page, "hyresavtal.pdf", Buffer.from("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"));
  await expect(
    page.getByText(/ser ut som en bild, en PDF eller ett program\. Inget har lästs in/),
  ).toBeVisible();
  await give(page, "rubriker.csv", Buffer.from("Lgh;Förnamn;Efternamn\r\n"));
  await expect(page.getByText(/inga personer under den\. Inget har lästs in/)).toBeVisible();
  await toImports(page);
  await expect(page.getByText("Inga importer än")).toBeVisible();
});

test("a cell that looks like a formula is pointed out, and a draft is thrown away with its file", async ({
  desk: page,
}) => {
  await give(
    page,
    "boende.csv",
    Buffer.from("Lgh;Förnamn;Efternamn;Postnr\r\nA1;=1+1;Öberg;392 32\r\nA2;Bo;Ek;3923\r\n"),
  );
  await expect(page.getByRole("heading", { level: 1, name: "boende.csv" })).toBeVisible();
  await expect(page.getByText("1 cell att titta på")).toBeVisible();
  await expect(page.getByRole("cell", { name: /Texten börjar som en formel/ })).toBeVisible();
  await expect(page.getByRole("cell", { name: /Det är inget postnummer i landet/ })).toBeVisible();
  await page.getByRole("button", { name: "Kasta utkastet" }).click();
  const dialog = page.getByRole("dialog", { name: "Kasta utkastet?" });
  await expect(dialog).toContainText("Inget i registret ändras");
  await dialog.getByRole("button", { name: "Kasta utkastet" }).click();
  await expect(page.getByText("Utkastet är kastat")).toBeVisible();
  await expect(page.getByText("Inga importer än")).toBeVisible();
  await page.getByRole("link", { name: "Händelselogg" }).click();
  await expect(page.getByText("Importutkast kastades").first()).toBeVisible();
});
