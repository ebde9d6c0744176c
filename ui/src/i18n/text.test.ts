import { describe, expect, it } from "vitest";
import en from "./en.json";
import sv from "./sv.json";
import { catalogueOf, firstLanguage, textIn } from "./text";

describe("the first language", () => {
  it("is what was last used here", () => expect(firstLanguage("nb", ["sv-SE"])).toBe("nb"));
  it("is otherwise what the system speaks", () => expect(firstLanguage(null, ["de", "nn-NO"])).toBe("nb"));
  it("is Swedish when the system speaks none of ours", () =>
    expect(firstLanguage(null, ["fi-FI"])).toBe("sv"));
});

describe("words for codes", () => {
  const { word } = textIn("sv", sv);
  it("come from the family of the code", () => expect(word("role", "owner")).toBe("Ägare"));
  it("name the code when this version does not know it", () => {
    expect(word("event", "charger.melted", "event.other")).toBe("Händelse (charger.melted)");
  });
});

it("plurals follow the language", () => {
  const { t } = textIn("en", en);
  expect([t("people.count", { count: 1 }), t("people.count", { count: 312 })]).toEqual([
    "1 person",
    "312 people",
  ]);
});

it("each language is fetched with its own words", async () => {
  const words = await Promise.all((["sv", "nb", "en"] as const).map(catalogueOf));
  expect(words.map((catalogue) => catalogue["room.people"])).toEqual(["Personer", "Personer", "People"]);
});
