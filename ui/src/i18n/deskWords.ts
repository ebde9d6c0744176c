// Every word, for the desk.
import type { Catalogues } from "./text";

export const deskWords: Catalogues = {
  sv: () => import("./sv.json"),
  nb: () => import("./nb.json"),
  en: () => import("./en.json"),
};
