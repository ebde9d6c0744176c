// A list taken in, a tenant found and a letter made again, by someone who has no mouse.
import { expect, test } from "./fixtures";
import { expectFocused, tabTo } from "./keyboardFocus";

const LIST = [
  "Lgh;Förnamn;Efternamn;E-post;Ort",
  "A1001;Åsa;Öberg;asa@example.se;Kalmar",
  "A1002;Bo;Bergström;;Kalmar",
  "A1003;Leila;Åkesson;leila@example.se;Kalmar",
  "A1004;Fel;Adress;inte en adress;Kalmar",
].join("\r\n");

test("a list is taken in and a letter made again without a mouse", async ({ desk: page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });

  // From the top of the page, through the rail, to the file.
  await tabTo(page, page.getByRole("link", { name: "Import", exact: true }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Import" })).toBeVisible();
  await tabTo(page, page.getByRole("link", { name: "Ny import" }).first());
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Importera boende" })).toBeVisible();
  await expect(page.getByRole("main")).toBeFocused();
  await tabTo(page, page.locator("button", { hasText: "Välj fil" }));
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles({
    name: "boende.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(LIST, "utf8"),
  });

  // How the file was read: a column that was taken for something is put aside, and taken back.
  await expect(page.getByRole("heading", { level: 1, name: "boende.csv" })).toBeVisible();
  await expect(page.getByRole("main")).toBeFocused();
  const town = page.getByRole("combobox", { name: "Vad Ort betyder" });
  await expect(town).toHaveValue("Postort");
  await tabTo(page, town);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Anteckning");
  await expect(page.getByRole("option")).toHaveText(["Anteckning"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("columnheader", { name: "Anteckning" })).toBeVisible();
  await expectFocused(page, town);
  await expect(page.getByText("1 fel i filen")).toBeVisible();

  // Nothing is in the register until it is said so; then the task is followed to its end.
  await tabTo(page, page.getByRole("button", { name: "Importera 3 personer" }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("Importen är genomförd")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("main")).toBeFocused();
  const tasks = page.getByRole("button", { name: "Uppgifter" });
  await tabTo(page, tasks, "Shift+Tab");
  await page.keyboard.press("Enter");
  const centre = page.getByRole("dialog", { name: "Uppgifter" });
  await expect(centre.getByRole("listitem").filter({ hasText: "Import" })).toContainText("Klar");
  await page.keyboard.press("Escape");
  await expect(centre).toBeHidden();
  await expectFocused(page, tasks);

  // One of them has lost the letter.
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("textbox", { name: /Sök namn/ })).toBeFocused();
  await page.keyboard.type("åkesson");
  await expect(page.getByRole("button", { name: /Leila Åkesson/ })).toBeVisible();
  await page.keyboard.press("Enter");
  const panel = page.getByRole("complementary", { name: "Leila Åkesson" });
  await expect(panel).toBeVisible();
  const letter = panel.getByRole("button", { name: "Nytt inloggningsbrev" });

  await tabTo(page, letter);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Nytt inloggningsbrev till Leila Åkesson" });
  await expect(dialog).toContainText("Det här blir det första brevet");
  await expectFocused(page, dialog.getByRole("button", { name: "Gör brevet" }));
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expectFocused(page, letter);

  await page.keyboard.press("Enter");
  await expectFocused(page, dialog.getByRole("button", { name: "Gör brevet" }));
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("Brevet är klart.")).toBeVisible({ timeout: 30_000 });
  await tabTo(page, dialog.getByRole("button", { name: "Spara filen" }));
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expectFocused(page, letter);
  await expect(panel.getByText(/Ej bytt lösenord/).first()).toBeVisible();

  // Still on the password of the first letter: the second ends it.
  await page.keyboard.press("Enter");
  await expect(dialog).toContainText("Lösenordet i det förra brevet slutar gälla direkt.");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("Brevet är klart.")).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press("Escape");
  await expectFocused(page, letter);

  // Esc leaves the panel, and the list has the focus.
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await expectFocused(page, page.getByRole("grid", { name: "Personer" }));
});
