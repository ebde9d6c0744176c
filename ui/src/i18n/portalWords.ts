// The words that the portal says; the build leaves those of the desk out.
import type { Catalogues } from "./text";

export const portalWords: Catalogues = {
  sv: () => import("words-of-the-portal/sv"),
  nb: () => import("words-of-the-portal/nb"),
  en: () => import("words-of-the-portal/en"),
};
