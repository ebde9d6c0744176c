// What the window, the tab and the history call the page.
import { useEffect } from "react";

const PRODUCT = "Stolpe";

/** The page first, since tabs are cut from the end: page, place, product. */
export function documentTitle(...parts: readonly (string | undefined)[]): string {
  const said = [...parts.filter((part) => part), PRODUCT];
  return said.filter((part, at) => said.indexOf(part) === at).join(" · ");
}

/** Names the page for as long as it is shown. */
export function useDocumentTitle(...parts: readonly (string | undefined)[]): void {
  const title = documentTitle(...parts);
  useEffect(() => {
    document.title = title;
  }, [title]);
}
