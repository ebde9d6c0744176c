// What payers accept by paying: written at the desk, read by anybody, and kept with the payment.
import { faults } from "./faults";
import { expect, place, put, test } from "./fixtures";
import { invoice } from "./invoiceToPay";
import { withPayson } from "./paymentDouble";
import { picture } from "./picture";

withPayson();

test("terms are written, read before paying, and seen with the payment and the account", async ({
  host,
  desk: page,
  browser,
}) => {
  await invoice(page, host.url);
  const { organisation } = await place(page, host.url);
  await put(page, host.url, `/payment-agreement?organisationId=${organisation}&with=payson`, 0, {
    agentId: "4",
    secret: "2acab30d-fe50-426f-90d7-8c60a7eb31d4",
    active: true,
  });

  await page.goto(`${host.url}/admin/organisations`);
  await page.getByRole("row", { name: /Brf Ekbacken/ }).click();
  await page.getByRole("button", { name: "Ny version: Köpvillkor" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("textbox", { name: "Text" }).first().fill("1. Vad du köper\n\nEl till din laddplats.");
  await form.getByRole("textbox", { name: "Text" }).last().fill("1. What you buy\n\nEnergy for your space.");
  expect.soft(await faults(page), "form").toEqual([]);
  await picture(page, "terms-form");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form).toBeHidden();
  await page.getByRole("button", { name: "Ny version: Integritetspolicy" }).click();
  await form.getByRole("textbox", { name: "Eller en adress" }).first().fill("https://ekbacken.se/integritet");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form).toBeHidden();
  const panel = page.getByRole("complementary");
  await expect(panel.getByText("Version 1, från", { exact: false })).toHaveCount(2);
  await panel.getByText("Version 1, från").first().click();
  await expect(panel).toContainText("El till din laddplats.");
  await panel.getByText("Villkor som godkänns vid betalning").scrollIntoViewIfNeeded();
  await picture(page, "terms-desk");

  // Somebody who has not signed in, on a phone.
  const stranger = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await stranger.setViewportSize({ width: 390, height: 844 });
  await stranger.goto(`${host.url}/terms/${organisation}`);
  await expect(stranger.getByRole("heading", { level: 1 })).toContainText("Brf Ekbacken");
  await expect(stranger.getByText("Energy for your space.")).toBeVisible();
  expect.soft(await faults(stranger), "public").toEqual([]);
  await picture(stranger, "terms-public");

  await page.goto(`${host.url}/`);
  await page.getByRole("button", { name: /^Betala nu: Faktura/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("link", { name: /^Köpvillkor/ })).toHaveAttribute(
    "href",
    `/terms/${organisation}`,
  );
  expect.soft(await faults(page), "pay").toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await picture(page, "terms-pay");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("button", { name: /^Betala 16/ }).click();
  await expect(page.getByText("Fortsätt hos betaltjänsten")).toBeVisible();

  await page.goto(`${host.url}/admin/payments`);
  await page.getByRole("row", { name: /Maria Ek/ }).click();
  await expect(panel).toContainText("Godkända villkor");
  await expect(panel).toContainText("Köpvillkor, version 1 från");
  await panel.getByText("Godkända villkor").scrollIntoViewIfNeeded();
  await picture(page, "terms-payment");

  const path = `/api/v1/accounts?organisationId=${organisation}&kind=receivable`;
  const accounts = await (await page.request.get(`${host.url}${path}`)).json();
  await page.goto(`${host.url}/admin/accounts/${accounts.items[0].id}`);
  await page.getByText("Godkända villkor: 2").click();
  await expect(page.getByText("Köpvillkor, version 1 från")).toBeVisible();
  expect.soft(await faults(page), "account").toEqual([]);
  await picture(page, "terms-account");
});
