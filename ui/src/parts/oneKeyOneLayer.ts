// Every open layer hears an Esc for itself; only one may answer it.

const spent = new WeakSet<Event>();

/**
 * Lets a keypress close one layer only: of those that are given this, the first that answers has it. What closes
 * without a key (a click beside it) is never held back.
 */
export function oneKeyOneLayer(close: () => void, key: Event | undefined = window.event): void {
  if (key instanceof KeyboardEvent) {
    if (spent.has(key)) return;
    spent.add(key);
  }
  close();
}
