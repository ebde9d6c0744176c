// SMS: an owner sets up a gateway, sees what a message costs, sends it, and sees it on the phone.
import type { Page } from "@playwright/test";
import { faults } from "./faults";
import { addPerson, expect, test } from "./fixtures";
import { billing, chargedMonth, publicAddress } from "./invoiceToPay";
import { type PaymentDouble, smsDouble } from "./paymentDouble";
import { picture } from "./picture";

let elks: PaymentDouble;

test.beforeAll(async () => {
  elks = await smsDouble("elks.py");
  // The host is started with what the environment says.
  process.env.STOLPE_SMS_ADDRESSES = `46elks=${elks.address}`;
});

test.afterAll(() => {
  delete process.env.STOLPE_SMS_ADDRESSES;
  elks.end();
});

/** A month that was looked at and made, with word to Åsa Öberg, who has a phone and no mail; answers the run. */
async function madeRun(page: Page, url: string): Promise<string> {
  await billing(page, url);
  await publicAddress(page, url);
  const person = await addPerson(page, url, {
    givenName: "Åsa",
    familyName: "Öberg",
    email: null,
    phone: "+46701234567",
  });
  return chargedMonth(page, url, person.id, { byMail: true });
}

test("a gateway is set up and tried, a run tells what its SMS cost, and each is seen on the phone", async ({
  host,
  desk: page,
}) => {
  test.setTimeout(180_000);
  await page.goto(`${host.url}/admin/settings/sms`);
  await page.getByLabel("Skicka SMS på riktigt").check();
  await page.getByLabel("Konto (användarnamn eller Account SID)").fill("u0123456789abcdef");
  await page.getByLabel("Lösenord eller Auth Token").fill("4B57A3B1");
  await page.getByLabel("Avsändare").fill("Ekbacken");
  await page.getByLabel("Pris per del").fill("0,35");
  await page.getByRole("button", { name: "Spara" }).click();
  await expect(page.getByText("SMS-inställningen är sparad.")).toBeVisible();
  await page.getByLabel("Till mobilnummer").fill("+46 70 123 45 67");
  await page.getByRole("button", { name: "Skicka prov" }).click();
  await expect(page.getByText(/Tjänsten tog emot: 1 del för 0,35/)).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await picture(page, "sms-setting");

  const run = await madeRun(page, host.url);
  await page.goto(`${host.url}/admin/month-runs/${run}`);
  await expect(page.getByText(/1 SMS i 1 del à 0,35.kr kostar 0,35.kr/)).toBeVisible();
  await expect(
    page.getByText(/Brf Ekbacken: faktura .* Se och betala: https:\/\/stolpe\.example/),
  ).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await picture(page, "sms-run");
  await page.getByRole("button", { name: "Skicka SMS:et" }).click();
  await expect(page.getByText("Ett meddelande är på väg")).toBeVisible();

  await page.goto(`${host.url}/admin/notices`);
  const row = page.getByRole("row").filter({ hasText: "+46701234567" });
  await expect(row.getByText("Skickat", { exact: true })).toBeVisible({ timeout: 30_000 });
  const told = await elks.outside({ status: "delivered" });
  const report = told.find(({ event }) => event === "callback");
  const path = (report?.address ?? "").replace("https://stolpe.example", host.url);
  const answer = await page.request.post(path, { headers: report?.headers, data: report?.text });
  expect(answer.status()).toBe(200);
  await expect(row.getByText("Framme", { exact: true })).toBeVisible({ timeout: 30_000 });
  await row.click();
  await expect(page.getByText("0,35 kr", { exact: false })).toBeVisible();
  await picture(page, "sms-notice");

  // Again, by itself: what it says and costs is shown first.
  const { items } = await (await page.request.get(`${host.url}/api/v1/documents`)).json();
  await page.goto(`${host.url}/admin/documents?open=${items[0].id}`);
  await page.getByRole("button", { name: "Skicka igen" }).click();
  await page.getByRole("menuitem", { name: "Med SMS och länk till portalen" }).click();
  const dialog = page.getByRole("dialog", { name: "Skicka med SMS" });
  await expect(dialog.getByText(/kostar 0,35/)).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await picture(page, "sms-document");
  await dialog.getByRole("button", { name: "Skicka SMS" }).click();
  await expect(page.getByText("+46701234567")).toHaveCount(2);
});
