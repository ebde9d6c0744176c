import { expect, test } from "vitest";
import { boxesOf, HEIGHT } from "./bars";

const bars = (...values: (number | undefined)[]) =>
  values.map((value, place) => ({ key: String(place), value, sure: true, title: "" }));

test("bars are as high as their values say, side by side", () => {
  const { boxes, zero, most } = boxesOf(bars(50, 100));
  expect(most).toBe(100);
  expect((boxes[1]?.height ?? 0) / (boxes[0]?.height ?? 1)).toBeCloseTo(2);
  expect(boxes.every(({ y, height }) => Math.abs(y + height - zero) < 1e-9)).toBe(true);
  expect((boxes[0]?.x ?? 9) + (boxes[0]?.width ?? 9)).toBeLessThan(boxes[1]?.x ?? 0);
});

test("a price below nothing hangs from the line of zero, inside the field", () => {
  const { boxes, zero } = boxesOf(bars(30, -10));
  expect(boxes[1]?.y).toBe(zero);
  expect((boxes[1]?.y ?? 0) + (boxes[1]?.height ?? 0)).toBeLessThanOrEqual(HEIGHT);
  expect(boxes[0]?.y).toBeGreaterThanOrEqual(0);
});

test("what is not known stands empty from top to bottom, and nothing but zeros is flat", () => {
  expect(boxesOf(bars(1, undefined)).boxes[1]).toMatchObject({ y: 0, height: HEIGHT });
  expect(boxesOf(bars(0, 0)).boxes.map(({ height }) => height)).toEqual([0, 0]);
  expect(boxesOf([]).boxes).toEqual([]);
});
