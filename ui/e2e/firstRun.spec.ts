import { expect, OWNER, test } from "./fixtures";

test("a new owner sets up, adds a resident, and finds it all in the event log", async ({ host, page }) => {
  await page.goto(`${host.url}/admin/`);
  await expect(page.getByRole("heading", { name: "Välkommen till Stolpe" })).toBeVisible();
  await page.getByLabel("Förnamn").fill(OWNER.givenName);
  await page.getByLabel("Efternamn").fill(OWNER.familyName);
  await page.getByLabel("E-post").fill(OWNER.email);
  await page.getByLabel("Nytt lösenord").fill(OWNER.password);
  await page.getByLabel("Lösenordet igen").fill(OWNER.password);
  await page.getByRole("button", { name: "Nästa" }).click();

  await page.getByRole("textbox", { name: /^Namn/ }).fill("Brf Ekbacken");
  await page.getByLabel("Organisationsnummer").fill("556016-0681");
  await expect(page.getByText("Numret stämmer inte. Kontrollera siffrorna.")).toBeVisible();
  await page.getByLabel("Organisationsnummer").fill("5560160680");
  await page.getByRole("button", { name: "Använd SE556016068001" }).press("Enter");
  await expect(page.getByLabel("Momsnummer")).toBeFocused();
  await page.getByLabel("Gatuadress").fill("Ekvägen 2");
  await page.getByLabel("Postnummer").fill("392 31");
  await page.getByLabel("Postort").fill("Kalmar");
  await page.getByRole("button", { name: "Nästa" }).click();

  await page.getByLabel("Anläggnings-ID").fill("EK1100");
  await page.getByRole("button", { name: "Skapa och fortsätt" }).click();

  const code = (await page.getByTestId("recovery-code").textContent()) ?? "";
  await page.getByLabel("Skriv den sista gruppen i koden").fill("FEL1");
  await page.getByRole("button", { name: "Koden är sparad" }).click();
  await expect(page.getByText("Det stämmer inte med den sista gruppen.")).toBeVisible();
  await page.getByLabel("Skriv den sista gruppen i koden").fill(code.trim().split("-").at(-1) ?? "");
  await page.getByRole("button", { name: "Koden är sparad" }).click();
  await expect(page.getByText("Allt klart")).toBeVisible();

  await page.getByRole("link", { name: "Personer" }).click();
  await page.getByRole("button", { name: "Ny person" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Förnamn").fill("Åsa");
  await form.getByLabel("Efternamn").fill("Öberg");
  await form.getByLabel("Telefon").fill("070-123 45 67");
  await page.keyboard.press("Control+s");
  await expect(page.getByRole("heading", { name: "Åsa Öberg" })).toBeVisible();
  await expect(page.getByRole("link", { name: "070-123 45 67" })).toBeVisible();

  await page.getByRole("link", { name: "Händelselogg" }).click();
  await expect(page.getByText("Person lades till").first()).toBeVisible();
  await expect(page.getByText(/^Obruten:/)).toBeVisible();
});
