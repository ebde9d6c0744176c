// Records that look like one person: told apart for good, and offered again when that was a mistake.
import { addPerson, expect, test } from "./fixtures";

test("two people who share a phone are told apart once, and that can be taken back", async ({
  desk: page,
  host,
}) => {
  for (const givenName of ["Bo", "Cia"])
    await addPerson(page, host.url, { givenName, familyName: "Öberg", phone: "070-174 06 05" });
  await page.goto(`${host.url}/admin/people/duplicates`);
  await expect(page.getByText("samma telefon")).toBeVisible();
  await page.getByRole("button", { name: "Inte samma person" }).click();
  await expect(page.getByText("Inga dubbletter")).toBeVisible();
  await page.getByRole("button", { name: "Ångra" }).click();
  await expect(page.getByText("samma telefon")).toBeVisible();

  await page.getByRole("button", { name: "Inte samma person" }).click();
  await expect(page.getByText("Inga dubbletter")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Inga dubbletter")).toBeVisible();
  await page.getByRole("button", { name: /^Föreslå (Bo|Cia) Öberg och/ }).click();
  await expect(page.getByText("samma telefon")).toBeVisible();
  await page.goto(`${host.url}/admin/audit`);
  await expect(page.getByText("Skildes från en annan person").first()).toBeVisible();
});
