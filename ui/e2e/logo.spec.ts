// The logo of an organisation: chosen at the desk, seen as it stands on paper, and on the papers themselves.
import { crc32, deflateSync } from "node:zlib";
import { faults } from "./faults";
import { expect, test } from "./fixtures";
import { invoice } from "./invoiceToPay";
import { paper, picture } from "./picture";

/** A PNG of rings on nothing. */
function png(width: number, height: number): Buffer {
  const part = (name: string, content: Buffer) => {
    const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    check.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits of red, green, blue and how much is seen.
  head.set([8, 6], 8);
  const rows = Buffer.alloc(height * (1 + width * 4));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const off = ((x % height) - height / 2) ** 2 + (y - height / 2) ** 2;
      if (off < height ** 2 / 4 && off > height ** 2 / 16)
        rows.set([178, 58, 36, 255], y * (1 + width * 4) + 1 + x * 4);
    }
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    part("IHDR", head),
    part("IDAT", deflateSync(rows)),
    part("IEND", Buffer.alloc(0)),
  ]);
}

test("a logo is chosen, seen as on paper, stands on an invoice, and is removed", async ({
  host,
  desk: page,
}) => {
  await page.goto(`${host.url}/admin/organisations`);
  await page.getByRole("row", { name: /Brf Ekbacken/ }).click();
  const panel = page.getByRole("complementary");
  await expect(panel).toContainText("Ingen logotyp är vald.");
  const choose = async (button: string, name: string, mimeType: string, buffer: Buffer) => {
    const chooser = page.waitForEvent("filechooser");
    await panel.getByRole("button", { name: button }).click();
    await (await chooser).setFiles({ name, mimeType, buffer });
  };

  // What it is called makes no picture of it.
  await choose(
    "Välj fil",
    "logga.png",
    "image/png",
    Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"),
  );
  await expect(panel).toContainText("Filen är varken PNG eller JPEG.");
  await expect(panel).toContainText("Ingen logotyp är vald.");

  await choose("Välj fil", "logga.png", "image/png", png(1_200, 280));
  const logo = panel.getByRole("img", { name: "Logotypen för Brf Ekbacken" });
  await expect(logo).toBeVisible();
  await expect(panel).not.toContainText("Filen är varken PNG eller JPEG.");
  expect(await logo.evaluate((it: HTMLImageElement) => [it.naturalWidth, it.naturalHeight])).toEqual([
    1_200, 280,
  ]);
  expect.soft(await faults(page), "panel").toEqual([]);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await picture(page, `logo-desk-${colorScheme}`);
  }

  await choose("Byt fil", "logga.png", "image/png", png(400, 400));
  await expect
    .poll(() => logo.evaluate((it: HTMLImageElement) => [it.naturalWidth, it.naturalHeight]))
    .toEqual([400, 400]);

  await invoice(page, host.url);
  const { items } = await (await page.request.get(`${host.url}/api/v1/documents`)).json();
  const pdf = await page.request.get(`${host.url}/api/v1/documents/${items[0].id}/file`);
  paper(await pdf.body(), "logo-invoice");

  await page.goto(`${host.url}/admin/organisations`);
  await page.getByRole("row", { name: /Brf Ekbacken/ }).click();
  await panel.getByRole("button", { name: "Ta bort logotypen" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Ta bort" }).click();
  await expect(panel).toContainText("Ingen logotyp är vald.");
  await expect(logo).toBeHidden();
});
