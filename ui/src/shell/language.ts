// The language on screen, and its words.
import { useLocalStorage } from "@mantine/hooks";
import { useEffect, useState } from "react";
import type { Language } from "../api/views";
import { type Catalogue, type Catalogues, firstLanguage } from "../i18n/text";

const KEY = "stolpe.language";

/** A language with its words, and where the page has those of the others. */
export interface Spoken {
  language: Language;
  catalogue: Catalogue;
  catalogues: Catalogues;
}

/** The language on screen. Signed in it follows the user; before that it is what was last used here. */
export function useLanguage() {
  return useLocalStorage<Language>({
    key: KEY,
    defaultValue: firstLanguage(null, navigator.languages),
    getInitialValueInEffect: false,
    serialize: (language) => language,
    deserialize: (kept) => firstLanguage(kept ?? null, navigator.languages),
  });
}

/** Fetches the words that the first screen is written in. */
export async function spokenFirst(catalogues: Catalogues): Promise<Spoken> {
  const language = firstLanguage(localStorage.getItem(KEY), navigator.languages);
  return { language, catalogue: (await catalogues[language]()).default, catalogues };
}

/** What is spoken now. A language that is chosen is spoken once its words are here; until then, the one before. */
export function useSpoken(first: Spoken): Spoken {
  const [language] = useLanguage();
  const [spoken, setSpoken] = useState(first);
  const { catalogues } = first;
  useEffect(() => {
    let chosen = true;
    catalogues[language]().then(
      ({ default: catalogue }) => chosen && setSpoken({ language, catalogue, catalogues }),
      // Out of reach: the words that are here go on being spoken, and the banner says that the connection is lost.
      () => {},
    );
    return () => {
      chosen = false;
    };
  }, [language, catalogues]);
  return spoken;
}
