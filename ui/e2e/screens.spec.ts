// Every screen, in light and dark: no accessibility fault that a machine can find.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";

const SCREENS = [
  "",
  "people",
  "people?create=1",
  "people/duplicates",
  "letters",
  "facilities",
  "units",
  "organisations",
  "imports",
  "imports/new",
  "notices",
  "audit",
  "staff",
  "staff/roles",
  "settings/account",
  "settings/mail",
  "settings/password-policy",
  "settings/installation",
];

async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`no screen has an accessibility fault in ${colorScheme}`, async ({ host, desk: page }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const screen of SCREENS) {
      await page.goto(`${host.url}/admin/${screen}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.waitForLoadState("networkidle").catch(() => {});
      expect.soft(await faults(page), screen || "start").toEqual([]);
    }
    await page.context().clearCookies();
    for (const open of ["/admin/sign-in", "/admin/forgot", "/sign-in", "/forgot"]) {
      await page.goto(`${host.url}${open}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      expect.soft(await faults(page), open).toEqual([]);
    }
  });
}

test("nothing is lost sideways at 200 % zoom", async ({ host, desk: page }) => {
  await page.setViewportSize({ width: 640, height: 480 });
  await page.goto(`${host.url}/admin/people`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});
