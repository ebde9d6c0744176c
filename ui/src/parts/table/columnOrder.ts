// The order of columns, as a list of their ids.

/** Every column once: first those that were put in order, then those that are new since, as they are declared. */
export function wholeOrder(order: readonly string[], columns: readonly { id: string }[]): string[] {
  const known = order.filter((id) => columns.some((column) => column.id === id));
  return [...known, ...columns.map(({ id }) => id).filter((id) => !known.includes(id))];
}

/** Takes a column to where another stands; that one and those between make room. */
export function movedTo(order: readonly string[], id: string, target: string): string[] {
  const from = order.indexOf(id);
  const to = order.indexOf(target);
  if (from < 0 || to < 0 || from === to) return [...order];
  const rest = order.filter((each) => each !== id);
  rest.splice(to, 0, id);
  return rest;
}

/** Takes a column one step among those that are shown; hidden ones are stepped over. */
export function stepped(
  order: readonly string[],
  shown: readonly string[],
  id: string,
  by: 1 | -1,
): string[] {
  const among = order.filter((each) => shown.includes(each));
  const target = among[among.indexOf(id) + by];
  return target === undefined ? [...order] : movedTo(order, id, target);
}
