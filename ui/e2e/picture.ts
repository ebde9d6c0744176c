// Pictures that the journeys take on their way: those of the README are chosen from them.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { expect, type Page } from "@playwright/test";

const PICTURES = resolve(import.meta.dirname ?? __dirname, "../../target/pictures");

/** The window as it is. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

/** The portal in all three languages, light and dark; the heading says when a language has come. */
export async function inAllLanguages(
  page: Page,
  url: string,
  name: string,
  heading: Record<"sv" | "nb" | "en", string>,
): Promise<void> {
  for (const language of ["nb", "en", "sv"] as const) {
    const answer = await page.request.patch(`${url}/api/v1/me`, {
      headers: { "X-Requested-With": "stolpe" },
      data: { language },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    await page.reload();
    await expect(page.getByRole("heading", { name: heading[language] })).toBeVisible();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.getByRole("heading", { level: 1 }).scrollIntoViewIfNeeded();
      await picture(page, `${name}-${language}-${colorScheme}`);
    }
  }
}

/** The first page of a PDF, as it comes out of a printer. */
export function paper(pdf: Buffer, name: string): void {
  mkdirSync(PICTURES, { recursive: true });
  execFileSync("pdftoppm", ["-png", "-r", "80", "-singlefile", "-", `${PICTURES}/${name}`], { input: pdf });
}
