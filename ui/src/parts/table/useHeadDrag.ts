import { type PointerEvent, useRef, useState } from "react";

/** A shake of the hand is a click, not a drag. */
const THRESHOLD_PX = 6;

/**
 * Drags a column by its head. By pointer events: the desktop takes the browser's own drag and drop for files that are
 * dropped on the window.
 */
export function useHeadDrag(onDrop: (id: string, target: string) => void) {
  const start = useRef<{ id: string; x: number } | undefined>(undefined);
  const [dragged, setDragged] = useState<string>();
  const [over, setOver] = useState<string>();
  const end = () => {
    start.current = undefined;
    setDragged(undefined);
    setOver(undefined);
  };
  return {
    dragged,
    over,
    /** What a head cell listens to. */
    listeners: (id: string) => ({
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.button === 0 && event.pointerType !== "touch") start.current = { id, x: event.clientX };
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (!start.current || (!dragged && Math.abs(event.clientX - start.current.x) < THRESHOLD_PX)) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragged(start.current.id);
        const under = document
          .elementsFromPoint(event.clientX, event.clientY)
          .find((element) => element.getAttribute("data-head"));
        setOver(under?.getAttribute("data-head") ?? undefined);
      },
      onPointerUp: (event: PointerEvent<HTMLElement>) => {
        if (dragged && over && over !== dragged) onDrop(dragged, over);
        if (dragged) {
          // The click that follows belongs to the drag, and must not sort.
          event.currentTarget.addEventListener("click", (click) => click.stopPropagation(), {
            capture: true,
            once: true,
          });
        }
        end();
      },
      onPointerCancel: end,
      onLostPointerCapture: end,
    }),
  };
}
