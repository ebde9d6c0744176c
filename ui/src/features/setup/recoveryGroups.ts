// The groups of a recovery code, as they are read aloud and typed.

/** The last group of a code written in groups by hyphen or space. */
export function lastGroup(code: string): string {
  return (
    code
      .trim()
      .split(/[-\s]+/)
      .at(-1) ?? ""
  );
}

/** Whether the typed letters are that group; case and stray spaces are forgiven. */
export function sameGroup(typed: string, group: string): boolean {
  const plain = (letters: string) => letters.replace(/[\s-]/g, "").toUpperCase();
  return group !== "" && plain(typed) === plain(group);
}
