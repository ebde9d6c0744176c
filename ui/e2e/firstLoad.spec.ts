// What a browser fetches before anything can be read, as it comes over the wire at best: scripts and styles, zipped.
import { gzipSync } from "node:zlib";
import type { Page, Response } from "@playwright/test";
import { expect, signIn, test } from "./fixtures";

const KB = 1_000;
// Half of the portal is React and the router, and 18 kB are the words that it says, in one language. Of the desk 67 kB are
// words, those of all rooms. What grows past this has to be fetched later, or to earn its place here, as the words of paying,
// in advance too, of giving back and of reconciling did.
const PORTAL_BUDGET = 207 * KB;
const DESK_BUDGET = 352 * KB;

/** Follows what a page fetches until it is asked how much that was. */
function weighed(page: Page): () => Promise<{ bytes: number; files: string[] }> {
  const files = new Map<string, Promise<number>>();
  const note = (response: Response) => {
    const { pathname } = new URL(response.url());
    if (!/\.(js|css)$/.test(pathname)) return;
    expect.soft(response.headers()["content-encoding"], pathname).toBe("gzip");
    files.set(
      pathname,
      response.body().then((body) => gzipSync(body).length),
    );
  };
  page.on("response", note);
  return async () => {
    page.off("response", note);
    const sizes = await Promise.all(files.values());
    return { bytes: sizes.reduce((sum, size) => sum + size, 0), files: [...files.keys()] };
  };
}

test("a resident's first page is light, and holds nothing of the desk", async ({
  host,
  installation: _,
  page,
}) => {
  const load = weighed(page);
  await page.goto(`${host.url}/sign-in`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const { bytes, files } = await load();
  test.info().annotations.push({ type: "portal, first page", description: `${Math.round(bytes / KB)} kB` });
  expect(bytes).toBeLessThan(PORTAL_BUDGET);
  expect(files.filter((file) => /Page-|Palette|phone|Dates|index-/.test(file))).toEqual([]);
  // One language, not all of them.
  expect(files.filter((file) => /\/(sv|nb|en)-/.test(file))).toHaveLength(1);
});

test("the desk's first screen is light, and fetches a room when it is entered", async ({
  host,
  installation: _,
  page,
}) => {
  await signIn(page, host.url);
  const fresh = await page.context().newPage();
  const load = weighed(fresh);
  await fresh.goto(`${host.url}/admin/`);
  await expect(fresh.getByRole("heading", { level: 1 })).toContainText("v. ");
  const { bytes, files } = await load();
  test.info().annotations.push({ type: "desk, first screen", description: `${Math.round(bytes / KB)} kB` });
  expect(bytes).toBeLessThan(DESK_BUDGET);
  const room = /AuditPage-.*\.js$/;
  expect(files.filter((file) => room.test(file))).toEqual([]);
  const entered = fresh.waitForResponse((response) => room.test(new URL(response.url()).pathname));
  await fresh.getByRole("link", { name: "Händelselogg" }).click();
  await entered;
  await expect(fresh.getByRole("heading", { level: 1, name: "Händelselogg" })).toBeVisible();
});

test("a language that is chosen is fetched then, and spoken at once", async ({
  host,
  installation: _,
  page,
}) => {
  await page.goto(`${host.url}/sign-in`);
  const fetched = page.waitForResponse((response) => /\/nb-.*\.js$/.test(new URL(response.url()).pathname));
  await page.getByText("Norsk bokmål").click();
  await fetched;
  await expect(page.getByRole("button", { name: "Logg inn" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "nb");
});

test("no part of the portal is without its style", async ({ host, installation: _, page }) => {
  for (const screen of ["sign-in", "forgot", "reset#token"]) {
    await page.goto(`${host.url}/${screen}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    expect.soft(await bare(page), screen).toEqual([]);
  }
});

/** The classes of the component library that stand on the page and in no stylesheet. */
async function bare(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const styled = new Set<string>();
    const read = (rules: CSSRuleList) => {
      for (const rule of rules) {
        if (rule instanceof CSSStyleRule)
          for (const name of rule.selectorText.match(/\.m_[0-9a-f]+/g) ?? []) styled.add(name.slice(1));
        if (rule instanceof CSSGroupingRule) read(rule.cssRules);
      }
    };
    for (const sheet of document.styleSheets) read(sheet.cssRules);
    const used = [...document.querySelectorAll("[class]")].flatMap((element) =>
      [...element.classList].filter((name) => /^m_[0-9a-f]+$/.test(name)),
    );
    return [...new Set(used)].filter((name) => !styled.has(name));
  });
}
