// Words in the reader's language. Each language is a file of its own, fetched when it is spoken; a test keeps them equal.
import { IntlMessageFormat } from "intl-messageformat";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { Language } from "../api/views";
import type en from "./en.json";
import { type Formats, formats } from "./format";

export type Key = keyof typeof en;
type Values = Record<string, string | number | Date>;
/** The messages of one language that a page can say. */
export type Catalogue = { readonly [Message in Key]?: string };

export const LANGUAGES: readonly Language[] = ["sv", "nb", "en"];
/** Each language in its own words, which is how a reader recognises it. */
export const LANGUAGE_NAMES: Record<Language, string> = { sv: "Svenska", nb: "Norsk bokmål", en: "English" };
export const LOCALES: Record<Language, string> = { sv: "sv-SE", nb: "nb-NO", en: "en-GB" };

/** Where a page fetches its words, once for each language. */
export type Catalogues = Record<Language, () => Promise<{ default: Catalogue }>>;

export interface Text {
  language: Language;
  t: (key: Key, values?: Values) => string;
  /** A word for a code that comes from the API; the fallback key answers for codes this version does not know. */
  word: (family: string, code: string, fallback?: Key, values?: Values) => string;
  has: (key: string) => boolean;
  format: Formats;
}

/** The text functions of one language. */
export function textIn(language: Language, catalogue: Catalogue, timeZone?: string): Text {
  const compiled = new Map<string, IntlMessageFormat>();
  const message = (key: string): IntlMessageFormat | undefined => {
    const source = (catalogue as Record<string, string>)[key];
    if (source === undefined) return undefined;
    let found = compiled.get(key);
    if (!found) {
      found = new IntlMessageFormat(source, LOCALES[language], undefined, { ignoreTag: true });
      compiled.set(key, found);
    }
    return found;
  };
  const say = (key: string, values?: Values) => {
    const found = message(key);
    return found ? String(found.format(values)) : undefined;
  };
  return {
    language,
    t: (key, values) => say(key, values) ?? key,
    word: (family, code, fallback, values) =>
      say(`${family}.${code}`, values) ?? (fallback ? say(fallback, { code, ...values }) : undefined) ?? code,
    has: (key) => message(key) !== undefined,
    format: formats(language, timeZone),
  };
}

const TextContext = createContext<Text | null>(null);

export function TextProvider({
  language,
  catalogue,
  children,
}: {
  language: Language;
  catalogue: Catalogue;
  children: ReactNode;
}) {
  const text = useMemo(() => textIn(language, catalogue), [language, catalogue]);
  return <TextContext.Provider value={text}>{children}</TextContext.Provider>;
}

export function useText(): Text {
  const text = useContext(TextContext);
  if (!text) throw new Error("useText is called outside Providers");
  return text;
}

/** The language to begin with, before anyone has signed in: what was used last here, else what the system speaks. */
export function firstLanguage(kept: string | null, system: readonly string[]): Language {
  if (kept && (LANGUAGES as readonly string[]).includes(kept)) return kept as Language;
  for (const tag of system) {
    const base = tag.toLowerCase().split("-")[0];
    if (base === "sv") return "sv";
    if (base === "nb" || base === "no" || base === "nn") return "nb";
    if (base === "en") return "en";
  }
  return "sv";
}
