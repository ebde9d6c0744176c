import { addPerson, expect, test } from "./fixtures";

test("a resident is found, edited and put back without a mouse", async ({ host, desk: page }) => {
  for (const [givenName, familyName] of [
    ["Anna", "Andersson"],
    ["Bo", "Bergström"],
    ["Åsa", "Öberg"],
  ]) {
    await addPerson(page, host.url, { givenName, familyName });
  }

  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: /Sök namn/ }).fill("öberg");
  await expect(page.getByRole("button", { name: /Åsa Öberg/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Åsa Öberg" })).toBeVisible();

  const grid = page.getByRole("grid", { name: "Personer" });
  await page.keyboard.press("Escape");
  await grid.focus();
  await page.keyboard.press("Control+a");
  await expect(page.getByRole("toolbar")).toContainText("Alla 3 personer i urvalet");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("j");
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(page.getByRole("toolbar")).toContainText("2 personer markerade");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 2 })).toBeVisible();

  await page.getByRole("button", { name: "Ändra" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Gatuadress").fill("Ekvägen 14");
  await page.keyboard.press("Control+s");
  await expect(page.getByText("Ekvägen 14")).toBeVisible();
  await page.getByRole("button", { name: "Ångra" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Ekvägen 14")).toBeHidden();
});

test("two people change the same resident and settle it field by field", async ({ host, desk: page }) => {
  const person = await addPerson(page, host.url, {
    givenName: "Anna",
    familyName: "Andersson",
    street: "Ekvägen 1",
  });
  await page.goto(`${host.url}/admin/people?open=${person.id}`);
  await page.getByRole("button", { name: "Ändra" }).click();
  await page.getByLabel("Gatuadress").fill("Ekvägen 2");

  const other = await page.request.patch(`${host.url}/api/v1/persons/${person.id}`, {
    headers: { "X-Requested-With": "stolpe", "If-Match": `"${person.rowVersion}"` },
    data: { street: "Ekvägen 3" },
  });
  expect(other.ok()).toBe(true);

  await page.keyboard.press("Control+s");
  const dialog = page.getByRole("dialog", { name: "Någon annan hann före" });
  await expect(dialog).toContainText("Ekvägen 2");
  await expect(dialog).toContainText("Ekvägen 3");
  await dialog.getByLabel("Ekvägen 2").check();
  await dialog.getByRole("button", { name: "Spara valen" }).click();
  await expect(page.getByRole("complementary").getByText("Ekvägen 2")).toBeVisible();
});
