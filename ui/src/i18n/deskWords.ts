// The words that the desk says; the build leaves those of the portal out.
import type { Catalogues } from "./text";

export const deskWords: Catalogues = {
  sv: () => import("words-of-the-desk/sv"),
  nb: () => import("words-of-the-desk/nb"),
  en: () => import("words-of-the-desk/en"),
};
