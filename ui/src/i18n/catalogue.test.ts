import { parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { describe, expect, it } from "vitest";
import { filesIn, keysSaid } from "../../scripts/saidWords";
import en from "./en.json";
import nb from "./nb.json";
import sv from "./sv.json";

const catalogues = { sv, nb, en } as Record<string, Record<string, string>>;
const keys = Object.keys(en);

/** The placeholders of a message, with the kind of each. */
function placeholders(message: string): string[] {
  const found = new Set<string>();
  const walk = (parts: ReturnType<typeof parse>) => {
    for (const part of parts) {
      if (part.type === TYPE.argument || part.type === TYPE.number) found.add(part.value);
      if (part.type === TYPE.plural || part.type === TYPE.select) {
        found.add(part.value);
        for (const option of Object.values(part.options)) walk(option.value);
      }
    }
  };
  walk(parse(message, { ignoreTag: true }));
  return [...found].sort();
}

describe("the catalogues", () => {
  it.each(["sv", "nb"])("%s has exactly the keys of English", (language) => {
    expect(Object.keys(catalogues[language] ?? {}).sort()).toEqual([...keys].sort());
  });

  it.each(keys)("%s says something, with the same placeholders, in every language", (key) => {
    const wanted = placeholders(en[key as keyof typeof en]);
    for (const language of ["sv", "nb"]) {
      const message = catalogues[language]?.[key] ?? "";
      expect(message.trim(), `${language} is empty`).not.toBe("");
      expect(placeholders(message), language).toEqual(wanted);
    }
  });

  it("have no key that nothing says", () => {
    const said = new Set(keysSaid(filesIn("src"), keys));
    const unsaid = keys.filter((key) => !said.has(key));
    expect(unsaid).toEqual([]);
  });
});
