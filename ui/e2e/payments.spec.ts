// An invoice is paid in the portal through a provider; the desk sees what became of it.
import { faults } from "./faults";
import { expect, test } from "./fixtures";
import { invoice, reference } from "./invoiceToPay";
import { agreement, withPayson } from "./paymentDouble";
import { picture } from "./picture";

const payson = withPayson();

test("a resident pays an invoice through a provider, and the desk sees it", async ({ host, desk: page }) => {
  await invoice(page, host.url);

  // The owner says through whom residents can pay.
  await agreement(page, host.url);
  await page.getByRole("button", { name: /^Prova Kort/ }).click();
  await expect(page.getByText("Betaltjänsten kände igen oss")).toBeVisible();
  expect.soft(await faults(page), "agreement").toEqual([]);
  await picture(page, "agreement");

  // In the portal.
  await page.goto(`${host.url}/`);
  await page.getByRole("button", { name: /^Betala nu: Faktura/ }).click();
  await expect(page.getByRole("dialog")).toContainText("Hur vill du betala?");
  expect.soft(await faults(page), "pay").toEqual([]);
  await picture(page, "pay");
  await page.getByRole("button", { name: /^Betala 16/ }).click();
  await expect(page.getByText("Fortsätt hos betaltjänsten")).toBeVisible();
  expect.soft(await faults(page), "waiting").toEqual([]);
  await picture(page, "waiting");

  // The first try is denied, and the next one is the same purchase.
  await payson.outside({ id: await reference(page, host.url), status: "denied" });
  await expect(page.getByText("Betalningen nekades.")).toBeVisible();
  expect.soft(await faults(page), "denied").toEqual([]);
  await page.getByRole("button", { name: "Försök igen" }).click();
  await page.getByRole("button", { name: /^Betala 16/ }).click();
  await expect(page.getByText("Fortsätt hos betaltjänsten")).toBeVisible();
  await payson.outside({ id: await reference(page, host.url), status: "readyToShip" });
  await expect(page.getByText("Tack! Betalningen är mottagen.")).toBeVisible();
  await picture(page, "paid");
  await page.getByRole("button", { name: "Till Mina sidor" }).click();
  await expect(page.getByText("Betald", { exact: true })).toBeVisible();

  // At the desk.
  await page.goto(`${host.url}/admin/payments`);
  await page.getByRole("row", { name: /Maria Ek/ }).click();
  const panel = page.getByRole("complementary");
  await expect(panel).toContainText("Försök 2");
  await expect(panel).toContainText("Nekad");
  expect.soft(await faults(page), "desk").toEqual([]);
  await picture(page, "desk");
});
