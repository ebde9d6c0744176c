import { useLocalStorage } from "@mantine/hooks";
import type { Language } from "../api/views";
import { firstLanguage } from "../i18n/text";

const KEY = "stolpe.language";

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
