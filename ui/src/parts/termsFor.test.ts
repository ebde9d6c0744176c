import { describe, expect, it } from "vitest";
import { termsFor } from "./termsFor";

describe("which text of terms somebody reads", () => {
  const texts = { sv: { text: "Köpvillkor" }, en: { address: "https://example.se/terms" } };
  it("is that of their language", () => {
    expect(termsFor(texts, "en", "SE")).toMatchObject({
      language: "en",
      address: "https://example.se/terms",
    });
  });
  it("is that of the country where theirs is missing", () => {
    expect(termsFor(texts, "nb", "SE")).toMatchObject({ language: "sv", text: "Köpvillkor" });
  });
  it("is any that there is before it is none", () => {
    expect(termsFor({ en: { text: "Terms" } }, "nb", "SE")?.language).toBe("en");
    expect(termsFor({}, "sv", "SE")).toBeUndefined();
  });
});
