import { describe, expect, it } from "vitest";
import { deskWords } from "./deskWords";
import en from "./en.json";
import { portalWords } from "./portalWords";
import sv from "./sv.json";
import { firstLanguage, textIn } from "./text";

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

describe("each language is fetched with its own words", () => {
  const of = (catalogues: typeof deskWords) =>
    Promise.all(
      (["sv", "nb", "en"] as const).map(async (language) => (await catalogues[language]()).default),
    );

  it("on the desk", async () => {
    const words = await of(deskWords);
    expect(words.map((catalogue) => catalogue["room.people"])).toEqual(["Personer", "Personer", "People"]);
    for (const catalogue of words) expect(catalogue).not.toHaveProperty(["portal.hello"]);
  });

  it("in the portal, with what can be said there and without what only the desk says", async () => {
    for (const catalogue of await of(portalWords)) {
      expect(catalogue).toHaveProperty(["signIn.password"]);
      expect(catalogue).toHaveProperty(["problem.access.signed_out"]);
      expect(catalogue).not.toHaveProperty(["room.people"]);
      expect(catalogue).not.toHaveProperty(["people.count"]);
    }
  });
});
