// A sign-in that ends inside a form: one signs in again on the page, and what was typed is still there.
import type { Page } from "@playwright/test";
import { addPerson, expect, make, OWNER } from "./fixtures";
import { test } from "./mailServer";

/** Opens a form on a person, types into it, and finds at saving that the sign-in has ended. */
async function endInside(page: Page, url: string) {
  const person = await addPerson(page, url, { givenName: "Åsa", familyName: "Öberg" });
  await page.goto(`${url}/admin/people?open=${person.id}`);
  const panel = page.getByRole("complementary", { name: "Åsa Öberg" });
  await panel.getByRole("button", { name: "Ändra", exact: true }).click();
  const form = page.getByRole("dialog").filter({ has: page.getByLabel("Förnamn") });
  await form.getByLabel("Anteckning").fill("ring efter 18");
  // Another window of the same browser has signed out.
  await page.context().clearCookies();
  await page.keyboard.press("Control+s");
  const again = page.getByRole("dialog", { name: "Logga in igen" });
  await expect(again).toContainText("det du skrev finns kvar");
  return { person, form, again };
}

test("the same person signs in again where they are, and the form is saved", async ({ desk: page, host }) => {
  const { person, form, again } = await endInside(page, host.url);
  await expect(again.getByLabel("E-post eller användarnamn")).toHaveValue(OWNER.email);
  await page.keyboard.press("Escape");
  await expect(again).toBeVisible();
  await again.getByRole("textbox", { name: "Lösenord" }).fill("fel lösenord");
  await again.getByRole("button", { name: "Logga in" }).click();
  await expect(again.getByRole("alert")).toBeVisible();
  await again.getByRole("textbox", { name: "Lösenord" }).fill(OWNER.password);
  await again.getByRole("button", { name: "Logga in" }).click();
  await expect(again).toBeHidden();
  await expect(form).toBeHidden();
  await expect(page.getByText("ring efter 18").first()).toBeVisible();
  const kept = await (await page.request.get(`${host.url}/api/v1/persons/${person.id}`)).json();
  expect(kept).toMatchObject({ note: "ring efter 18", rowVersion: person.rowVersion + 1 });
});

test("somebody else who signs in gets none of the form, and is told that it was not saved", async ({
  desk: page,
  host,
  mail,
  browser,
}) => {
  const colleague = { givenName: "Per", familyName: "Gran", email: "per@ekbacken.se" };
  const { items } = await (await page.request.get(`${host.url}/api/v1/organisations`)).json();
  await make(page, host.url, "/staff", {
    ...colleague,
    language: "sv",
    role: "manager",
    scope: { kind: "organisation", id: items[0].id },
  });
  const token = (await mail.link(colleague.email)).hash.slice(1);
  const elsewhere = await browser.newContext();
  const joined = await elsewhere.request.put(`${host.url}/api/v1/invitations/${token}`, {
    headers: { "X-Requested-With": "stolpe" },
    data: { password: "Sommarhatt!2027" },
  });
  expect(joined.ok(), await joined.text()).toBe(true);

  const { person, form, again } = await endInside(page, host.url);
  await again.getByLabel("E-post eller användarnamn").fill(colleague.email);
  await again.getByRole("textbox", { name: "Lösenord" }).fill("Sommarhatt!2027");
  await again.getByRole("button", { name: "Logga in" }).click();
  await expect(page.getByText("Formuläret stängdes utan att sparas")).toBeVisible();
  await expect(page.getByText(/Det som Maria Ek skrev sparades inte, för Per Gran loggade in/)).toBeVisible();
  await expect(form).toBeHidden();
  await expect(again).toBeHidden();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("v. ");
  // Nothing on the page is that of the one before.
  await expect(page.getByRole("button", { name: "Konto: Per Gran" })).toBeVisible();
  const kept = await (await page.request.get(`${host.url}/api/v1/persons/${person.id}`)).json();
  expect(kept.rowVersion).toBe(person.rowVersion);
});

test("a setting that is being typed waits for the sign-in, and for what a colleague saved meanwhile", async ({
  desk: page,
  host,
}) => {
  await page.goto(`${host.url}/admin/settings/installation`);
  const address = page.getByLabel("Adress som brev och mejl hänvisar till");
  const save = page.getByRole("button", { name: "Spara", exact: true });
  await expect(save).toBeDisabled();
  await address.fill("https://el.ekbacken.se");
  // A colleague saves another one, and the sign-in of this window ends.
  const setting = `${host.url}/api/v1/settings/address`;
  const before = await (await page.request.get(setting)).json();
  const colleague = await page.request.put(setting, {
    headers: { "X-Requested-With": "stolpe", "If-Match": `"${before.rowVersion}"` },
    data: { publicUrl: "https://kollega.ekbacken.se" },
  });
  expect(colleague.ok(), await colleague.text()).toBe(true);
  await page.context().clearCookies();
  await save.click();
  const again = page.getByRole("dialog", { name: "Logga in igen" });
  await again.getByRole("textbox", { name: "Lösenord" }).fill(OWNER.password);
  await again.getByRole("button", { name: "Logga in" }).click();
  await expect(again).toBeHidden();
  const conflict = page.getByRole("dialog", { name: "Någon annan hann före" });
  await expect(conflict.getByText("https://kollega.ekbacken.se")).toBeVisible();
  await conflict.getByText("https://el.ekbacken.se").click();
  await conflict.getByRole("button", { name: "Spara valen" }).click();
  await expect(conflict).toBeHidden();
  await expect(save).toBeDisabled();
  await expect(address).toHaveValue("https://el.ekbacken.se");
  expect(await (await page.request.get(setting)).json()).toMatchObject({
    publicUrl: "https://el.ekbacken.se",
    rowVersion: before.rowVersion + 2,
  });
});
