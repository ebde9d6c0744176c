// Where the bars of a small chart stand. Pure: values in, boxes out, in a field of one for each bar by a hundred.

export interface Bar {
  key: string;
  /** Nothing where there is no value. */
  value: number | undefined;
  /** Whether the value is measured; else it is estimated. */
  sure: boolean;
  /** What the bar says when it is pointed at. */
  title: string;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The field is so high. */
export const HEIGHT = 100;
/** Left between neighbours, of the width of one. */
const BETWEEN = 0.12;

/** The box of each bar, and how high the line of zero lies. Values below nothing hang from it. */
export function boxesOf(bars: readonly Bar[]): { boxes: Box[]; zero: number; most: number } {
  const values = bars.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const most = Math.max(0, ...values);
  const least = Math.min(0, ...values);
  // A little air above the highest.
  const scale = most === least ? 0 : (HEIGHT * 0.92) / (most - least);
  const zero = HEIGHT * 0.04 + (most === least ? HEIGHT * 0.92 : most * scale);
  const boxes = bars.map(({ value }, place): Box => {
    const at = { x: place + BETWEEN / 2, width: 1 - BETWEEN };
    // Where nothing is known the whole height stands empty.
    if (value === undefined) return { ...at, y: 0, height: HEIGHT };
    const height = Math.abs(value) * scale;
    return { ...at, y: value < 0 ? zero : zero - height, height };
  });
  return { boxes, zero, most };
}
