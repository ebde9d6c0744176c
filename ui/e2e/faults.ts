// What a machine finds wrong with a screen as it stands (axe-core).
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** The rules that a change of colours alone can break. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/** The accessibility faults in light, and in dark those of colours: nothing else differs there. Light is what stays. */
export async function faults(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const axe = new AxeBuilder({ page }).setLegacyMode();
    const runOnly = colorScheme === "dark" ? { runOnly: OF_COLOURS } : {};
    const { violations } = await axe.options({ resultTypes: ["violations"], ...runOnly }).analyze();
    found.push(
      ...violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${colorScheme} ${id}: ${node.html.slice(0, 160)}`),
      ),
    );
  }
  return found;
}
