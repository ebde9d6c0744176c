// What was paid for a credited invoice goes back: one asks, another approves, and the resident sees it.
import { colleague } from "./colleague";
import { faults } from "./faults";
import { expect, make, place, put } from "./fixtures";
import { invoice, reference } from "./invoiceToPay";
import { test } from "./mailServer";
import { withPayson } from "./paymentDouble";
import { picture } from "./picture";

const payson = withPayson();

test("one asks that money goes back, another approves it, and it goes back once", async ({
  host,
  desk: page,
  mail,
  browser,
}) => {
  const { organisation } = await place(page, host.url);
  const read = async (path: string) => (await page.request.get(`${host.url}/api/v1${path}`)).json();
  await invoice(page, host.url);
  await put(page, host.url, `/payment-agreement?organisationId=${organisation}&with=payson`, 0, {
    agentId: "4",
    secret: "2acab30d-fe50-426f-90d7-8c60a7eb31d4",
    active: true,
  });
  const [open] = (await read("/me/invoices")).items;
  await make(page, host.url, "/me/payments", { documentId: open.id, provider: "payson" });
  await payson.outside({ id: await reference(page, host.url), status: "readyToShip" });
  await expect(async () => {
    expect((await read("/me/invoices")).items[0].paymentState).toBe("succeeded");
  }).toPass();

  // What pays for an invoice that stands stays.
  await page.goto(`${host.url}/admin/payments`);
  await page.getByRole("row", { name: /Maria Ek/ }).click();
  const panel = page.getByRole("complementary");
  await expect(panel).toContainText("Ingenting kan betalas tillbaka nu");
  const document = await read(`/documents/${open.id}`);
  const credited = await page.request.post(`${host.url}/api/v1/documents/${open.id}/credit`, {
    headers: { "X-Requested-With": "stolpe", "If-Match": `"${document.rowVersion}"` },
    data: { reason: "fel pris" },
  });
  expect(credited.ok(), await credited.text()).toBe(true);
  await page.reload();

  // The owner asks. Nobody else is there who could approve, and that is said.
  await panel.getByRole("button", { name: "Begär återbetalning" }).click();
  const dialog = page.getByRole("dialog", { name: "Begär återbetalning" });
  await expect(dialog).toContainText("Ingen annan kan godkänna");
  await dialog.getByLabel("Belopp i SEK").fill("1000000");
  await expect(dialog).toContainText("Ange ett belopp på högst");
  await dialog.getByLabel("Belopp i SEK").fill("10,50");
  await dialog.getByLabel("Anledning").fill("krediterad faktura");
  expect.soft(await faults(page), "ask").toEqual([]);
  await picture(page, "ask");
  await dialog.getByRole("button", { name: "Begär återbetalning" }).click();
  await expect(panel).toContainText("Väntar på godkännande");

  // A colleague is invited, finds it among what waits, and approves by keyboard.
  const desk = await colleague(page, host.url, mail, browser);
  await desk.getByRole("link", { name: /Återbetalningar att godkänna/ }).click();
  await desk.getByRole("row", { name: /Maria Ek/ }).click();
  await expect(desk.getByRole("complementary")).toContainText("krediterad faktura");
  expect.soft(await faults(desk), "queue").toEqual([]);
  await picture(desk, "queue");
  await desk.keyboard.press("a");
  const consent = desk.getByRole("dialog", { name: "Godkänn" });
  await expect(consent).toContainText("Det går inte att ångra");
  await consent.getByRole("button", { name: "Godkänn" }).click();
  await expect(desk.getByRole("complementary")).toContainText("Betaltjänsten säger att pengarna är framme");
  expect.soft(await faults(desk), "done").toEqual([]);
  await picture(desk, "done");
  await desk.context().close();

  // In the portal.
  await page.goto(`${host.url}/`);
  await expect(page.getByText(/^Återbetald \d{4}-\d{2}-\d{2}/)).toBeVisible();
  await picture(page, "portal");
});
