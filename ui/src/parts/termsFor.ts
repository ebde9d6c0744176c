// Which text of terms somebody reads.
import type { Country, Language, TermsTexts } from "../api/views";
import { LANGUAGES } from "../i18n/text";

const SPOKEN = { SE: "sv", NO: "nb" } as const satisfies Record<Country, Language>;

/** The text in the reader's language, or else in that of the country, and in which language it is. */
export function termsFor(texts: TermsTexts, language: Language, country: Country) {
  for (const one of [language, SPOKEN[country], ...LANGUAGES]) {
    const found = texts[one];
    if (found) return { language: one, ...found };
  }
  return undefined;
}
