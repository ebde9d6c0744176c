// A dialog that exists only while it is open gives the focus back when it goes.
import { useEffect, useState } from "react";

/** Remembers what had the focus when the dialog was asked for, and returns it there once the dialog is gone. */
export function useFocusGivenBack(): void {
  const [origin] = useState(asker);
  useEffect(
    () => () => {
      // Effects end after the dialog has left the page; focus that has been put elsewhere by then stays there.
      if (document.activeElement === document.body) origin?.focus({ preventScroll: true });
    },
    [origin],
  );
}

/** What has the focus; for an entry of a menu, which is about to go too, the button the menu belongs to. */
function asker(): HTMLElement | undefined {
  const focused = document.activeElement;
  const menu = focused?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  const origin = menu ? document.getElementById(menu) : focused;
  return origin instanceof HTMLElement ? origin : undefined;
}
