// Moving about with the keyboard alone, and looking at what a person who does so can see.
import type { Locator, Page } from "@playwright/test";
import { expect } from "./fixtures";

/** More stops than any screen has; a journey that needs them all has lost its way. */
const MOST_STOPS = 80;

/**
 * Presses Tab until `target` has the focus. Every stop on the way must show that it has it: its outline, border or
 * shadow differs from how it looked before, and the browser agrees that the focus is to be seen.
 */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await expect(target).toBeVisible();
  await rememberLooks(page);
  const passed: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press(key);
    passed.push(await expectSeen(page));
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  expect(passed, `the focus never came to ${target}`).toEqual([]);
}

/** The focus is on `target`, and it shows. */
export async function expectFocused(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeFocused();
  await expectSeen(page);
}

/** Keeps how each thing that can be focused looks while it is not. */
async function rememberLooks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const looks = new WeakMap<Element, string>();
    for (const element of document.querySelectorAll("a, button, input, select, textarea, [tabindex]")) {
      if (element === document.activeElement) continue;
      const { outline, border, boxShadow } = getComputedStyle(element);
      looks.set(element, [outline, border, boxShadow].join());
    }
    Object.assign(window, { looksAtRest: looks });
  });
}

/** Answers what has the focus, in words for a failure. */
async function expectSeen(page: Page): Promise<string> {
  const seen = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return { words: "nothing", shown: false };
      const { outline, outlineStyle, outlineWidth, border, boxShadow } = getComputedStyle(element);
      const atRest = (window as unknown as { looksAtRest?: WeakMap<Element, string> }).looksAtRest?.get(
        element,
      );
      const outlined = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
      const changed = atRest !== undefined && atRest !== [outline, border, boxShadow].join();
      const name = element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 40);
      return {
        words: `${element.tagName.toLowerCase()} "${name}"`,
        shown: element.matches(":focus-visible") && (outlined || changed),
      };
    });
  // A border may take a moment to change colour.
  await expect.poll(async () => (await seen()).shown, `${(await seen()).words} shows no focus`).toBe(true);
  return (await seen()).words;
}
