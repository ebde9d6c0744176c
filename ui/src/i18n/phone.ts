// Phone numbers as each language writes them. Apart from the other formats: the plans of every country are heavy, and
// who signs in has no number on screen.
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { Language } from "../api/views";

/** A stored number (E.164) for reading. What cannot be read is shown as it is. */
export function writtenPhone(e164: string, language: Language): string {
  const parsed = parsePhoneNumberFromString(e164);
  if (!parsed) return e164;
  const { country, nationalNumber } = parsed;
  const home = (language === "sv" && country === "SE") || (language === "nb" && country === "NO");
  // Norwegians read their mobile numbers in three, two and three, which the library does not know.
  const mobile = country === "NO" && /^([49]\d{2})(\d{2})(\d{3})$/.exec(nationalNumber);
  if (mobile) return [...(home ? [] : ["+47"]), ...mobile.slice(1)].join(" ");
  return home ? parsed.formatNational() : parsed.formatInternational();
}
