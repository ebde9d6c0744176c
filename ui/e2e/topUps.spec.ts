import { faults } from "./faults";
import { expect, make, OWNER, place, test } from "./fixtures";
import { invoice, reference } from "./invoiceToPay";
import { agreement, withPayson } from "./paymentDouble";
import { inAllLanguages, paper, picture } from "./picture";

const payson = withPayson();

const BALANCE = { sv: "Mitt saldo", nb: "Min saldo", en: "My balance" };

test("a resident puts money in by the rule of the facility, and the receipt is kept", async ({
  host,
  desk: page,
}) => {
  test.setTimeout(120_000);
  await invoice(page, host.url);
  const { facility } = await place(page, host.url);
  const me = await (await page.request.get(`${host.url}/api/v1/me`)).json();
  const unit = await make<{ id: string }>(page, host.url, `/units?facilityId=${facility}`, {
    code: "A1101",
    kind: "apartment",
  });
  await make(page, host.url, "/tenancies", { personId: me.personId, unitId: unit.id });
  await agreement(page, host.url);

  // Off until the desk says by which rule.
  await page.goto(`${host.url}/`);
  await expect(page.getByRole("heading", { name: "Mina fakturor" })).toBeVisible();
  await expect(page.getByText("Mitt saldo")).toHaveCount(0);
  await page.goto(`${host.url}/admin/facilities`);
  await page.getByRole("row", { name: /Brf Ekbacken/ }).click();
  const section = page
    .getByRole("complementary")
    .locator("section", { has: page.getByRole("heading", { name: "Förskottsbetalning" }) });
  await expect(section).toContainText("Av. Förskott tas bara emot i kassan.");
  await section.getByRole("button", { name: "Ändra" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("switch", { name: "Boende kan sätta in pengar på Mina sidor" }).click();
  await form.getByLabel("Minst åt gången (SEK)").fill("50,50");
  await form.getByLabel("Högst åt gången (SEK)").fill("500");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form.getByText("Ange hela kronor")).toBeVisible();
  await form.getByLabel("Minst åt gången (SEK)").fill("50");
  expect.soft(await faults(page), "setting").toEqual([]);
  await picture(page, "top-up-setting");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form).toBeHidden();
  await expect(section).toContainText(/Minst 50,00\skr\. Hela kronor\. Högst 500,00\skr åt gången\./);

  // The rule stands there before anybody breaks it.
  await page.goto(`${host.url}/`);
  await expect(page.getByText(/^0,00\skr$/)).toBeVisible();
  await inAllLanguages(page, host.url, "top-up-portal", BALANCE);
  await page.getByRole("button", { name: /^Sätta in pengar/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(/Minst 50,00\skr\. Hela kronor\./);
  await dialog.getByLabel("Belopp i SEK").fill("20");
  await dialog.getByRole("button", { name: "Sätta in pengar" }).click();
  await expect(dialog).toContainText("Det är mindre än det minsta som tas emot");
  expect.soft(await faults(page), "dialog").toEqual([]);
  await picture(page, "top-up-dialog");
  await dialog.getByLabel("Belopp i SEK").fill("200");
  await dialog.getByRole("button", { name: /^Betala 200,00/ }).click();
  await expect(page.getByText("Fortsätt hos betaltjänsten")).toBeVisible();
  expect.soft(await faults(page), "waiting").toEqual([]);

  // What is denied is tried again, as the same purchase; then it is paid.
  await payson.outside({ id: await reference(page, host.url), status: "denied" });
  await expect(page.getByText("Betalningen nekades.")).toBeVisible();
  await page.getByRole("button", { name: "Försök igen" }).click();
  await expect(page.getByRole("dialog").getByLabel("Belopp i SEK")).toHaveValue("200");
  await page.getByRole("button", { name: /^Betala 200,00/ }).click();
  await expect(page.getByText("Fortsätt hos betaltjänsten")).toBeVisible();
  await payson.outside({ id: await reference(page, host.url), status: "readyToShip" });
  await expect(page.getByText("Tack! Betalningen är mottagen.")).toBeVisible();
  await expect(page.getByText(/Ditt saldo efter betalningen: 200,00\skr/)).toBeVisible();
  expect.soft(await faults(page), "paid").toEqual([]);
  await picture(page, "top-up-paid");
  await page.getByRole("button", { name: "Till Mina sidor" }).click();
  await expect(page.getByRole("button", { name: /^Öppna kvitto \d{4}-0001$/ })).toBeVisible();
  await inAllLanguages(page, host.url, "top-up-balance", BALANCE);
  const balances = await (await page.request.get(`${host.url}/api/v1/me/balances`)).json();
  const receipt = balances.items[0].receipts[0].id;
  const file = await page.request.get(`${host.url}/api/v1/me/top-up-receipts/${receipt}/file`);
  paper(await file.body(), "top-up-receipt");

  // At the desk.
  await page.goto(`${host.url}/admin/payments`);
  await expect(page.getByRole("row", { name: /Förskott \d{4}-0001/ })).toBeVisible();
  await page.getByRole("row", { name: new RegExp(`${OWNER.givenName} ${OWNER.familyName}`) }).click();
  const panel = page.getByRole("complementary");
  await expect(panel).toContainText("Försök 2");
  await expect(panel.getByRole("button", { name: /^Öppna \d{4}-0001$/ })).toBeVisible();
  expect.soft(await faults(page), "desk").toEqual([]);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await picture(page, "top-up-desk");
});
