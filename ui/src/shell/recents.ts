// What the user opened last, newest first, so that the palette can offer it before anything is typed.
import { useLocalStorage } from "@mantine/hooks";
import { useCallback } from "react";

export interface Recent {
  key: string;
  title: string;
  to: string;
  search?: Record<string, string>;
}

const KEPT = 8;

export function useRecents() {
  const [recents, setRecents] = useLocalStorage<Recent[]>({
    key: "stolpe.recents",
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  const remember = useCallback(
    (recent: Recent) =>
      setRecents((was) => [recent, ...was.filter(({ key }) => key !== recent.key)].slice(0, KEPT)),
    [setRecents],
  );
  return { recents, remember };
}
