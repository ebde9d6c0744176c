// Forms at the side: leaving one is asked about once, and a refusal stands where it can be mended.
import { expect, make, place, test } from "./fixtures";

test("Esc in a changed form asks before it goes, and the next Esc goes back to the form", async ({
  desk: page,
  host,
}) => {
  await page.goto(`${host.url}/admin/people?create=1`);
  const form = page.getByRole("dialog", { name: "Ny person" });
  await form.getByLabel("Förnamn").fill("Åsa");
  await page.keyboard.press("Escape");
  const question = page.getByRole("dialog", { name: "Lämna utan att spara?" });
  await expect(question).toBeVisible();
  await expect(question.getByRole("button").filter({ hasText: /\w/ }).first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  await expect(form.getByLabel("Förnamn")).toHaveValue("Åsa");
  await page.keyboard.press("Escape");
  await question.getByRole("button", { name: "Lämna" }).click();
  await expect(form).toBeHidden();
});

test("a code that is taken is said at its field", async ({ desk: page, host }) => {
  const { facility } = await place(page, host.url);
  await make(page, host.url, `/units?facilityId=${facility}`, { code: "A1001", kind: "apartment" });
  await page.goto(`${host.url}/admin/units?create=1`);
  const form = page.getByRole("dialog");
  const code = form.getByRole("textbox", { name: "Objekt" });
  await code.fill("A1001");
  await page.keyboard.press("Control+s");
  await expect(code).toHaveAccessibleDescription(/Ett objekt har redan den koden/);
  await expect(code).toBeFocused();
});
