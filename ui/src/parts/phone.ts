// Phone numbers as they are typed at the desk, to the form they are stored in.
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { Country } from "../api/views";

/** The E.164 form of what was typed; what cannot be read goes as it is, for the host to refuse with a reason. */
export function phoneToStore(typed: string, country: Country): string {
  const text = typed.trim();
  if (text === "") return "";
  const parsed = parsePhoneNumberFromString(text, country);
  return parsed?.isPossible() ? parsed.number : text;
}
