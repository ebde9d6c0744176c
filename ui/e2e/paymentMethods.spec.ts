// The desk says by which methods residents of a facility may pay, in which order and from which day.
import { faults } from "./faults";
import { expect, test } from "./fixtures";
import { invoice } from "./invoiceToPay";
import { agreement, withPayson } from "./paymentDouble";
import { picture } from "./picture";

withPayson();

test("methods are chosen for a facility, and residents are offered those", async ({ host, desk: page }) => {
  await invoice(page, host.url);
  await agreement(page, host.url);

  // Swish comes first, for the day on which it is there; until then it is not offered.
  await page.goto(`${host.url}/admin/facilities`);
  await page.getByRole("row", { name: /Brf Ekbacken/ }).click();
  const panel = page.getByRole("complementary");
  await expect(panel).toContainText("I dag erbjuds: Kort eller bank (Payson).");
  const section = panel.locator("section", {
    has: page.getByRole("heading", { name: "Betalsätt för boende" }),
  });
  await section.getByRole("button", { name: "Ändra", exact: true }).click();
  const form = page.getByRole("dialog");
  await form.getByText("De här, i den här ordningen").click();
  await form.getByRole("checkbox", { name: /^Swish/ }).check();
  await form.getByRole("button", { name: "Flytta upp Swish" }).click();
  await expect(form.getByRole("listitem").first()).toContainText("Swish");
  expect.soft(await faults(page), "form").toEqual([]);
  await picture(page, "methods-form");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form).toBeHidden();
  await expect(section).toContainText("Swish, Kort eller bank (Payson)");
  await expect(panel).toContainText("I dag erbjuds: Kort eller bank (Payson).");

  // Whoever turns everything off leaves residents with what stands on the invoice.
  await section.getByRole("button", { name: "Ändra", exact: true }).click();
  for (const name of [/^Swish/, /^Kort/]) await form.getByRole("checkbox", { name }).uncheck();
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form).toBeHidden();
  await expect(section).toContainText("I dag erbjuds inget betalsätt");
  await expect(section).toContainText("Ersatt");
  expect.soft(await faults(page), "section").toEqual([]);
  await picture(page, "methods");
  await page.goto(`${host.url}/`);
  await expect(page.getByText(/Faktura \d/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Betala nu/ })).toHaveCount(0);
});
