import { describe, expect, it } from "vitest";
import { documentTitle } from "./documentTitle";

describe("the title of the window", () => {
  it("says the page, the place and the product", () => {
    expect(documentTitle("Personer", "Brf Ekbacken")).toBe("Personer · Brf Ekbacken · Stolpe");
  });
  it("says nothing empty, and nothing twice", () => {
    expect(documentTitle(undefined, "")).toBe("Stolpe");
    expect(documentTitle("Stolpe", undefined)).toBe("Stolpe");
  });
});
