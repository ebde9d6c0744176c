import { describe, expect, it } from "vitest";
import { inOrder, moved, toggled } from "./methodOrder";

describe("the order in which methods are offered", () => {
  it("shows what is chosen first, in its order", () => {
    expect(inOrder(["c", "a"], ["a", "b", "c"])).toEqual(["c", "a", "b"]);
  });
  it("keeps the place of what was chosen before", () => {
    expect(toggled(["b", "a"], ["a", "b", "c"])).toEqual(["b", "a", "c"]);
    expect(toggled(["b", "a"], ["a"])).toEqual(["a"]);
  });
  it("moves one past its neighbour, and not past the end", () => {
    expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
    expect(moved(["a", "b"], 1, 1)).toEqual(["a", "b"]);
  });
});
