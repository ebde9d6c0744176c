// Where the keyboard is when what it was on goes away.
import { useEffect, useRef } from "react";

/**
 * Takes the focus to the room itself when the thing in it that had it is gone: a link that led away, a button whose
 * work is done. Otherwise the browser drops it at the top of the page, and the next Tab starts from the rail.
 */
export function useKeptFocus<Room extends HTMLElement>() {
  const room = useRef<Room>(null);
  useEffect(() => {
    let last: Element | undefined;
    const onFocus = (event: FocusEvent) => {
      const target = event.target instanceof Element ? event.target : undefined;
      // Dialogs and menus lie outside the room and give the focus back themselves.
      last = target && target !== room.current && room.current?.contains(target) ? target : undefined;
    };
    const watch = new MutationObserver(() => {
      if (!last || last.isConnected) return;
      last = undefined;
      if (document.activeElement === document.body) room.current?.focus({ preventScroll: true });
    });
    document.addEventListener("focusin", onFocus);
    watch.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", onFocus);
      watch.disconnect();
    };
  }, []);
  return room;
}
