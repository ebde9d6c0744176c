// Which forms on the page hold something that is not saved: what must not be left because a sign-in has ended.
import { useEffect } from "react";

const forms = new Set<{ readonly current: boolean }>();

/** Counts a form among those that may hold something unsaved, for as long as it is shown. */
export function useCountedForm(changed: { readonly current: boolean }): void {
  useEffect(() => {
    forms.add(changed);
    return () => void forms.delete(changed);
  }, [changed]);
}

/** Whether any form on the page holds something that is not saved. */
export function isAnyFormChanged(): boolean {
  return [...forms].some(({ current }) => current);
}
