// Where the user was when the window closed, so that the next start begins there.
const KEY = "stolpe.place";

export function keepPlace(href: string): void {
  localStorage.setItem(KEY, href);
}

/** The place to return to, once per start; only a path of our own is ever followed. */
export function lastPlace(): string | undefined {
  const kept = localStorage.getItem(KEY);
  return kept && /^\/(?!\/)/.test(kept) ? kept : undefined;
}
