// Pictures that are dropped on the desk go to whoever is there to take one.
import { useEffect, useRef } from "react";

type Take = (file: File) => void;

let takers: Take[] = [];

/** Takes pictures that are dropped anywhere on the desk for as long as this is shown. */
export function usePictureDrops(active: boolean, take: Take): void {
  // Enlisting anew for each rendering would miss what comes meanwhile.
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    if (!active) return;
    const taker: Take = (file) => latest.current(file);
    takers = [...takers, taker];
    return () => {
      takers = takers.filter((it) => it !== taker);
    };
  }, [active]);
}

/** Hands a file that was dropped to whoever takes pictures; answers whether it is one and somebody has. */
export function tookPicture(file: File): boolean {
  const taker = takers.at(-1);
  if (!taker || !/\.(png|jpe?g|svg|gif|webp)$/i.test(file.name)) return false;
  taker(file);
  return true;
}
