// Puts an earlier value of one field back, as an ordinary change of the record.
import { type ReactNode, useState } from "react";
import { toProblem } from "../../api/problem";
import type { AuditRow } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConflictDialog } from "../ConflictDialog";
import { same, type Values } from "../changes";
import { showProblem } from "../ErrorNotice";
import { useUndo } from "../undo";
import type { Difference } from "./differences";
import { fieldWords, valueWords } from "./historyWords";
import { RECORD_FIELDS } from "./recordName";
import { isRestorable, withValue } from "./restorable";

/** The record whose history is shown, and how it is changed. */
export interface Restoring<View extends { id: string; rowVersion: number }> {
  view: View;
  /** The fields that the ordinary form changes. What is sealed or has an act of its own is not among them. */
  fields: readonly (keyof View & string)[];
  /** Changes the record unless it is another than `view` by now. */
  save: (view: View, patch: Values) => Promise<View>;
}

export interface Restore {
  may: (row: AuditRow, difference: Difference) => boolean;
  run: (difference: Difference) => void;
  busy: boolean;
  /** What is asked when somebody else changed the record meanwhile. */
  conflict: ReactNode;
}

export function useRestore<View extends { id: string; rowVersion: number }>(
  restoring: Restoring<View> | undefined,
): Restore {
  const text = useText();
  const offerUndo = useUndo();
  const [busy, setBusy] = useState(false);
  const [clash, setClash] = useState<{ mine: Values; theirs: View; path: string }>();
  const only = (from: Values, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, from[name] ?? null]));

  const put = async (known: View, patch: Values, path: string) => {
    if (!restoring) return;
    setBusy(true);
    const before = only(known as unknown as Values, Object.keys(patch));
    try {
      const saved = await restoring.save(known, patch);
      offerUndo(text.t("history.restored", { field: fieldWords(path, text) }), async () => {
        const back = await restoring.save(saved, before);
        return () => restoring.save(back, patch);
      });
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.isStale && problem.current)
        setClash({ mine: patch, theirs: problem.current as View, path });
      else showProblem(thrown, text);
    } finally {
      setBusy(false);
    }
  };

  const conflict = () => {
    if (!clash || !restoring) return null;
    const names = Object.keys(clash.mine);
    const theirs = only(clash.theirs as unknown as Values, names);
    return (
      <ConflictDialog<Values>
        labels={Object.fromEntries(names.map((name) => [name, fieldWords(name, text)]))}
        base={only(restoring.view as unknown as Values, names)}
        mine={clash.mine}
        theirs={theirs}
        onClose={() => setClash(undefined)}
        onSettled={(settled) => {
          setClash(undefined);
          if (names.some((name) => !same(settled[name], theirs[name])))
            void put(clash.theirs, only(settled, names), clash.path);
        }}
      />
    );
  };

  return {
    may: (row, difference) =>
      restoring !== undefined &&
      row.subjectId === restoring.view.id &&
      isRestorable(row, difference, restoring.view as unknown as Values, restoring.fields),
    run: (difference) => {
      if (!restoring || busy) return;
      const patch = withValue(restoring.view as unknown as Values, difference.path, difference.before);
      void put(restoring.view, patch, difference.path);
    },
    busy,
    conflict: conflict(),
  };
}

/** What a button puts back, in words; a record is not named in it, as its name may still be on its way. */
export function restoreWords({ path, before }: Difference, text: ReturnType<typeof useText>): string {
  const field = fieldWords(path, text);
  const isRecord = (path.split(".").at(-1) ?? path) in RECORD_FIELDS;
  const value = isRecord ? "" : valueWords(path, before, text);
  return value
    ? text.t("history.restoreTo", { field, value })
    : text.t(isRecord && before ? "history.restoreField" : "history.restoreEmpty", { field });
}
