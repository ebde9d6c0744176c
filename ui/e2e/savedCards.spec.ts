import { faults } from "./faults";
import { expect, make, place, put, test } from "./fixtures";
import { invoice } from "./invoiceToPay";
import { withPayson } from "./paymentDouble";
import { inAllLanguages, picture } from "./picture";

const payson = withPayson();

const SAVED_CARD = { sv: "Sparat kort", nb: "Lagret kort", en: "Saved card" };

/** The payer saves the card at Payson. */
async function saveAtPayson(): Promise<void> {
  const told = await payson.outside({ last: "RecurringSubscriptions" });
  const { id } = told.find(({ event }) => event === "last") as unknown as { id: string };
  await payson.outside({ id, status: "customerSubscribed" });
}

test("a resident has a card remembered, pays with it by one press, and removes it", async ({
  host,
  desk: page,
}) => {
  test.setTimeout(120_000);
  await invoice(page, host.url);
  const { facility, organisation } = await place(page, host.url);
  const me = await (await page.request.get(`${host.url}/api/v1/me`)).json();
  const unit = await make<{ id: string }>(page, host.url, `/units?facilityId=${facility}`, {
    code: "A1101",
    kind: "apartment",
  });
  await make(page, host.url, "/tenancies", { personId: me.personId, unitId: unit.id });
  await put(page, host.url, `/payment-agreement?organisationId=${organisation}&with=payson`, 0, {
    agentId: "4",
    secret: "2acab30d-fe50-426f-90d7-8c60a7eb31d4",
    active: true,
  });
  await put(page, host.url, `/top-up-setting?facilityId=${facility}`, 0, {
    on: true,
    leastMinor: 5_000,
    stepMinor: 100,
  });
  // The host asks Payson whether it keeps cards.
  await expect(async () => {
    const mine = await (await page.request.get(`${host.url}/api/v1/me/invoices`)).json();
    expect(mine.items[0].cards.remembers).toEqual(["payson"]);
  }).toPass();

  // By keyboard: the box is ticked, and the invoice is paid.
  await page.goto(`${host.url}/`);
  await expect(page.getByRole("heading", { name: "Sparat kort" })).toHaveCount(0);
  await page.getByRole("button", { name: /^Betala nu/ }).click();
  const dialog = page.getByRole("dialog");
  const box = dialog.getByRole("checkbox", { name: "Kom ihåg mitt kort" });
  await expect(box).not.toBeChecked();
  await expect(dialog).toContainText("Payson sparar kortet, vi gör det inte.");
  await box.focus();
  await page.keyboard.press("Space");
  expect.soft(await faults(page), "dialog").toEqual([]);
  await picture(page, "saved-card-dialog");
  await page.keyboard.press("Enter");

  // The card is saved first; whoever reloads the page begins nothing anew.
  await expect(page.getByText("Spara kortet hos betaltjänsten.")).toBeVisible();
  await page.reload();
  const onward = page.getByRole("link", { name: "Fortsätt till kortet" });
  await expect(onward).toHaveAttribute("href", /\/me\/payments\/[0-9a-f-]+\/frame$/);
  expect.soft(await faults(page), "saving").toEqual([]);
  await picture(page, "saved-card-saving");
  await saveAtPayson();
  // Nothing is pressed any more.
  await expect(page.getByText("Tack! Betalningen är mottagen.")).toBeVisible({ timeout: 15_000 });
  const told = await payson.outside({ counts: true });
  const { counts } = told.find(({ event }) => event === "counted") as unknown as { counts: object };
  expect(counts).toMatchObject({ Checkouts: 0, RecurringSubscriptions: 1, RecurringPayments: 1 });

  // It is seen, and is the first way to pay.
  await page.getByRole("button", { name: "Till Mina sidor" }).click();
  await expect(page.getByRole("heading", { name: "Sparat kort" })).toBeVisible();
  await inAllLanguages(page, host.url, "saved-card-portal", SAVED_CARD);
  await page.getByRole("button", { name: /^Sätta in pengar/ }).click();
  await expect(dialog.getByRole("radio", { name: "Sparat kort hos Payson" })).toBeChecked();
  await expect(dialog.getByRole("radio", { name: "Kort eller bank (Payson)" })).toBeVisible();
  await expect(box).toHaveCount(0);
  await dialog.getByLabel("Belopp i SEK").fill("200");
  // As wide as a phone, or twice as large as a window is wide.
  await page.setViewportSize({ width: 360, height: 740 });
  expect.soft(await faults(page), "saved card").toEqual([]);
  await picture(page, "saved-card-narrow");
  await page.setViewportSize({ width: 1280, height: 800 });
  await dialog.getByRole("button", { name: /^Betala 200,00/ }).click();
  await expect(page.getByText("Tack! Betalningen är mottagen.")).toBeVisible();

  // At the desk: in the payment, and in the panel of whose it is.
  await page.goto(`${host.url}/admin/payments`);
  await page.getByRole("row", { name: /Förskott \d{4}-0001/ }).click();
  const panel = page.getByRole("complementary");
  await expect(panel).toContainText("Kortet drogs");
  expect.soft(await faults(page), "payment").toEqual([]);
  await picture(page, "saved-card-payment");
  await page.goto(`${host.url}/admin/people?open=${me.personId}`);
  const section = panel.locator("section", { has: page.getByRole("heading", { name: "Sparat kort" }) });
  await expect(section).toContainText(/Ja, hos Payson sedan \d{4}-\d{2}-\d{2}/);
  await expect(section).toContainText("Inget kortnummer finns här");
  expect.soft(await faults(page), "person").toEqual([]);
  await section.scrollIntoViewIfNeeded();
  await picture(page, "saved-card-person");

  // It is removed in the portal, and Payson lets go of it.
  await page.goto(`${host.url}/`);
  await page.getByRole("button", { name: "Ta bort kortet" }).click();
  await expect(dialog).toContainText("Kortet används inte mer, och Payson får besked");
  expect.soft(await faults(page), "removing").toEqual([]);
  await picture(page, "saved-card-remove");
  await dialog.getByRole("button", { name: "Ta bort kortet" }).click();
  await expect(page.getByText("Kortet är borttaget.")).toBeVisible({ timeout: 15_000 });
  await page.goto(`${host.url}/admin/people?open=${me.personId}`);
  await expect(section).toContainText("Nej, inget kort är sparat.");
  await expect(section).toContainText("borttaget av den boende");
  await picture(page, "saved-card-gone");
});
