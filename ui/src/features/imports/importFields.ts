// What a column of an import file can mean. The host guesses; the user decides.
export const IMPORT_FIELDS = [
  "unitCode",
  "unitSection",
  "givenName",
  "familyName",
  "fullName",
  "email",
  "phone",
  "street",
  "postalCode",
  "city",
  "personalNumber",
  "language",
  "username",
  "movedInOn",
  "department",
  "staffNumber",
  "note",
] as const;

export type ImportField = (typeof IMPORT_FIELDS)[number];

/** Fields chosen for more than one column; each field can be read from one column only. */
export function fieldsChosenTwice(columns: readonly (string | null)[]): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const field of columns) {
    if (field === null) continue;
    if (seen.has(field)) twice.add(field);
    seen.add(field);
  }
  return [...twice];
}
