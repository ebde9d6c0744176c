// The order in which methods are offered, while it is chosen.

/** Those that are chosen in their order, then the others as they are listed. */
export const inOrder = <M>(chosen: readonly M[], possible: readonly M[]): M[] => [
  ...chosen.filter((it) => possible.includes(it)),
  ...possible.filter((it) => !chosen.includes(it)),
];

/** What is chosen keeps its place; what is new comes last. */
export const toggled = <M>(before: readonly M[], chosen: readonly M[]): M[] => [
  ...before.filter((it) => chosen.includes(it)),
  ...chosen.filter((it) => !before.includes(it)),
];

/** One of them changes places with its neighbour. */
export function moved<M>(methods: readonly M[], place: number, by: 1 | -1): M[] {
  const next = [...methods];
  const [one, other] = [next[place], next[place + by]];
  if (one === undefined || other === undefined) return next;
  next[place] = other;
  next[place + by] = one;
  return next;
}
