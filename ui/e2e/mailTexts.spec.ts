// The words of mail: an organisation's own, seen as they will be read while they are typed; and mail that is tried out.
import { faults } from "./faults";
import { expect } from "./fixtures";
import { test } from "./mailServer";
import { picture } from "./picture";

test("a text of mail is written with the mail beside it, keeps its link, and goes back to the standard", async ({
  host,
  desk: page,
}) => {
  await page.goto(`${host.url}/admin/settings/mail-texts`);
  await page.getByRole("button", { name: "Ändra: Nytt lösenord, Svenska" }).press("Enter");
  const form = page.getByRole("dialog", { name: "Nytt lösenord, Svenska" });
  const preview = form.getByRole("region", { name: "Så här blir mejlet" });
  await expect(preview).toContainText("Hej Maria Ek!");
  const text = form.getByRole("textbox", { name: "Text" });

  await text.fill("Tja {namn}!");
  await expect(preview).toContainText("{namn} är inget som fylls i i det här mejlet");
  await text.fill("Tja {name}!");
  await expect(preview).toContainText("{link} måste stå i texten");
  await page.keyboard.press("Control+s");
  await expect(form.getByText("Något som måste stå i texten saknas")).toBeVisible();
  await text.fill("Tja {name}!\n\n");
  await form.getByRole("button", { name: "Länken {link}" }).click();
  await expect(preview).toContainText("/admin/reset#…");
  await expect(preview.getByRole("listitem")).toHaveCount(0);
  expect.soft(await faults(page)).toEqual([]);
  await picture(page, "mail-text");
  await form.getByRole("button", { name: "Spara" }).click();
  await expect(form).toHaveCount(0);
  await expect(page.getByRole("row", { name: /Nytt lösenord/ })).toContainText("Egen text");
  await picture(page, "mail-texts");

  await page.getByRole("button", { name: "Ändra: Nytt lösenord, Svenska" }).click();
  await page.getByRole("button", { name: "Återställ standardtexten" }).click();
  await page
    .getByRole("dialog", { name: "Återställ standardtexten" })
    .getByRole("button", { name: "Återställ standardtexten" })
    .click();
  await expect(page.getByRole("row", { name: /Nytt lösenord/ })).not.toContainText("Egen text");
});

test("while mail is tried out every page says so, and the outbox which mail went there", async ({
  host,
  desk: page,
  mail,
}) => {
  await page.goto(`${host.url}/admin/settings/mail`);
  await page.getByRole("textbox", { name: "Testläge: skicka allt hit i stället" }).fill("prov@ekbacken.se");
  // The mailbox for what comes back is saved by a button of its own, further down.
  await page.getByRole("button", { name: "Spara" }).first().click();
  await expect(page.getByText("Testläge: alla utskick går till prov@ekbacken.se")).toBeVisible();
  const asked = await page.request.post(`${host.url}/api/v1/password-resets`, {
    headers: { "X-Requested-With": "stolpe" },
    data: { username: "maria@ekbacken.se" },
  });
  expect(asked.status()).toBe(202);
  const link = await mail.link("prov@ekbacken.se");
  expect(decodeURIComponent(link.hash)).toBe("#…");
  await page.goto(`${host.url}/admin/notices`);
  const row = page.getByRole("row", { name: /maria@ekbacken.se/ });
  await expect(row).toContainText("Till testadressen");
  await row.getByText("maria@ekbacken.se").click();
  await expect(page.getByText("prov@ekbacken.se", { exact: true })).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await picture(page, "diverted");
});
