// The host goes away and comes back under an open desk, with a change in between that no live event tells of.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { addPerson, BINARY, expect, test } from "./fixtures";

test("a lost connection is said, and what was missed is fetched when it is back", async ({
  desk: page,
  host,
}) => {
  await addPerson(page, host.url, { givenName: "Anna", familyName: "Andersson" });
  await page.goto(`${host.url}/admin/people`);
  const grid = page.getByRole("grid", { name: "Personer" });
  await expect(grid.getByText("Anna Andersson")).toBeVisible();
  const banner = page.getByRole("status").filter({ hasText: "Ingen kontakt med Stolpe sedan" });
  await expect(banner).toBeHidden();

  await host.restart(async (folder) => {
    await expect(banner).toBeVisible({ timeout: 30_000 });
    // What was on screen stays to be read.
    await expect(grid.getByText("Anna Andersson")).toBeVisible();
    const file = join(folder, "missed.csv");
    writeFileSync(file, ["Lgh;Förnamn;Efternamn", "A1001;Åsa;Öberg"].join("\r\n"));
    execFileSync(BINARY, ["import", "people", "--data", folder, "--facility", "EK1100", file]);
  });
  await expect(banner).toBeHidden({ timeout: 30_000 });
  await expect(grid.getByText("Åsa Öberg")).toBeVisible();
  await expect(page.getByText("2 personer", { exact: true })).toBeVisible();

  // The new connection carries changes as the old one did.
  await addPerson(page, host.url, { givenName: "Bo", familyName: "Bergström" });
  await expect(grid.getByText("Bo Bergström")).toBeVisible();
});

test("a desk that is opened while the host is away says so, and goes on by itself", async ({
  desk: page,
  host,
}) => {
  await page.goto(`${host.url}/admin/people`);
  await expect(page.getByText("Inga personer här än")).toBeVisible();
  await host.restart(async () => {
    await page.getByRole("link", { name: "Utskick", exact: true }).click();
    await expect(page.getByRole("alert")).toBeVisible({ timeout: 30_000 });
  });
  await expect(page.getByText("Inga utskick än")).toBeVisible({ timeout: 30_000 });
});
