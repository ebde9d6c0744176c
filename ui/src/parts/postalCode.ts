// Post codes while they are typed: what the host will take, so that a slip is told where it was made.
import type { Country } from "../api/views";
import type { Key } from "../i18n/text";

const HOME: Record<Country, { mark: RegExp; shape: RegExp }> = {
  SE: { mark: /^SE?-/i, shape: /^[1-9]\d{4}$/ },
  NO: { mark: /^NO?-/i, shape: /^(?!0000)\d{4}$/ },
};

/** What is wrong with the post code of an address, as a key of the catalogue; nothing for one that is left out. */
export function postalCodeFault(home: Country, typed: string): Key | undefined {
  const text = typed.replace(/\s/g, "");
  if (text === "") return undefined;
  const named = (["SE", "NO"] as const).find((country) => HOME[country].mark.test(text));
  // Other countries write letters, or are named before the code; what they mean by it is not judged here.
  if (!named && /\p{L}/u.test(text)) return undefined;
  const { mark, shape } = HOME[named ?? home];
  const code = text.replace(mark, "");
  if (shape.test(code)) return undefined;
  if ((named ?? home) === "NO" && /^\d{3}$/.test(code)) return "field.postal_code.leading_zero_lost";
  return home === "SE" ? "field.postalCodeSE" : "field.postalCodeNO";
}

/** As it stands on an envelope: 903 20, 0123. Codes of other countries stay as they are. */
export function writtenPostalCode(code: string): string {
  return code.replace(/^(\d{3})(\d{2})$/, "$1 $2");
}
