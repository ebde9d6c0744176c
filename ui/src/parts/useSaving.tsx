// Saving a record: a sign-in that has ended is waited for, refusals land on their fields, and a record someone else
// changed meanwhile is settled field by field.
import type { UseFormReturnType } from "@mantine/form";
import { type ReactNode, useState } from "react";
import { type Problem, toProblem } from "../api/problem";
import { useText } from "../i18n/text";
import { signedInAgain, signInEnded } from "../shell/endedSignIn";
import { ConflictDialog, type Labels, type ShownAs } from "./ConflictDialog";
import type { Values } from "./changes";
import { fieldWords } from "./ErrorNotice";
import { oneKeyOneLayer } from "./oneKeyOneLayer";

/** A record as the form last knew it, and as form values; no record yet when one is made. */
export interface Base<V extends Values, View> {
  view: View | undefined;
  values: V;
}

/** Sends the values, as changes of what they began as, and does what follows. */
type Send<V extends Values, View> = (values: V, against: Base<V, View>) => Promise<void>;

export interface SavedForm<V extends Values, View> {
  form: UseFormReturnType<V>;
  initial: Base<V, View>;
  labels: Labels<V>;
  /** How values are said that are no words themselves. */
  shownAs?: ShownAs<V> | undefined;
  /**
   * Reads the record as form values, beside what is typed; nothing when what the form is about is no longer in it. Without
   * it a record that moved on is refused in words.
   */
  valuesOf?: ((view: View, mine: V) => V | undefined) | undefined;
  /** What else is to be seen of the record as it is now, beside what the form is about. */
  besides?: ((theirs: View, base: View | undefined) => ReactNode) | undefined;
}

export interface SavingState<V extends Values, View> {
  saving: boolean;
  /** What was refused, unless it stands at its field. */
  failed: Problem | undefined;
  base: Base<V, View>;
  setBase: (base: Base<V, View>) => void;
  /** Saves, unless that is already under way. */
  run: (values: V, send: Send<V, View>) => Promise<void>;
  /** Lies above the form while the two versions of the record are settled. */
  conflict: ReactNode;
}

export function useSaving<V extends Values, View>({
  form,
  initial,
  labels,
  shownAs,
  valuesOf,
  besides,
}: SavedForm<V, View>): SavingState<V, View> {
  const text = useText();
  const [base, setBase] = useState(initial);
  const [saving, setSaving] = useState(false);
  const [failed, setFailed] = useState<Problem>();
  const [stale, setStale] = useState<{ theirs: View; send: Send<V, View> }>();

  const attempt = async (values: V, send: Send<V, View>, against: Base<V, View>): Promise<void> => {
    setSaving(true);
    setFailed(undefined);
    let again = false;
    try {
      await send(values, against);
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.isSignedOut) {
        // The page waits for the same person to sign in again, and then this is sent once more under the same key.
        signInEnded(() => setFailed(problem));
        again = await signedInAgain();
      } else if (problem.isStale && problem.current && valuesOf)
        setStale({ theirs: problem.current as View, send });
      else {
        const words = fieldWords(problem, text);
        form.setErrors(words);
        const unplaced = Object.keys(words).some((field) => !(field in values));
        setFailed(Object.keys(words).length === 0 || unplaced ? problem : undefined);
        form.getInputNode(Object.keys(words)[0] ?? "")?.focus();
      }
    } finally {
      setSaving(false);
    }
    if (again) await attempt(values, send, against);
  };

  const mine = form.getValues();
  const theirs = stale && valuesOf?.(stale.theirs, mine);
  return {
    saving,
    failed,
    base,
    setBase,
    run: async (values, send) => {
      if (!saving) await attempt(values, send, base);
    },
    conflict: stale && valuesOf && (
      <ConflictDialog
        labels={labels}
        shownAs={shownAs}
        mine={mine}
        base={base.values}
        theirs={theirs}
        besides={besides?.(stale.theirs, base.view)}
        onClose={() => oneKeyOneLayer(() => setStale(undefined))}
        onSettled={(values) => {
          const from = { view: stale.theirs, values: theirs ?? base.values };
          setStale(undefined);
          setBase(from);
          form.setValues(values);
          void attempt(values, stale.send, from);
        }}
      />
    ),
  };
}
