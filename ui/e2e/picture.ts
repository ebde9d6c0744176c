// Pictures that the journeys take on their way: those of the README are chosen from them.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "@playwright/test";

const PICTURES = resolve(import.meta.dirname ?? __dirname, "../../target/pictures");

/** The window as it is. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

/** The first page of a PDF, as it comes out of a printer. */
export function paper(pdf: Buffer, name: string): void {
  mkdirSync(PICTURES, { recursive: true });
  execFileSync("pdftoppm", ["-png", "-r", "80", "-singlefile", "-", `${PICTURES}/${name}`], { input: pdf });
}
