// Keeps what is typed into a form while it is not saved, and offers it when the form opens again.
import { Alert, Button, Group } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useText } from "../i18n/text";
import { useMe } from "../shell/session";
import type { Values } from "./changes";
import { type Draft, draftKey, dropDraft, keepDraft, readDraft } from "./drafts";

/** So that a long note is not written to the device with every letter. */
const PAUSE_MS = 400;

export interface FormDraft {
  /** Notes how the form differs from the record now. */
  note: (changed: Values) => void;
  /** What was typed is saved or given up. */
  drop: () => void;
  found: Draft | undefined;
  /** The reader has chosen about what was found. */
  settle: () => void;
}

/** The draft of a form, named by what it is and by the record it changes. */
export function useDraft(form: string, record: string | undefined): FormDraft {
  const key = draftKey(useMe().loginId, form, record);
  const [found, setFound] = useState(() => readDraft(key, new Date()));
  const latest = useRef<Values | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const write = () => {
    clearTimeout(timer.current);
    if (latest.current) keepDraft(key, latest.current, new Date());
    latest.current = undefined;
  };
  const writing = useRef(write);
  useEffect(() => {
    writing.current = write;
  });
  useEffect(() => {
    // Going away while something is typed asks once; whatever the answer, it is kept first.
    const hidden = () => writing.current();
    window.addEventListener("pagehide", hidden);
    return () => {
      window.removeEventListener("pagehide", hidden);
      writing.current();
    };
  }, []);
  return {
    found,
    settle: () => setFound(undefined),
    note: (changed) => {
      latest.current = changed;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => writing.current(), PAUSE_MS);
    },
    drop: () => {
      clearTimeout(timer.current);
      latest.current = undefined;
      dropDraft(key);
      setFound(undefined);
    },
  };
}

/** Asks before the window is left while a form holds something unsaved. */
export function useAskBeforeUnload(dirty: { readonly current: boolean }): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (dirty.current) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [dirty]);
}

/** The offer above a form: what was left unsaved, and when. */
export function DraftOffer({
  draft,
  onContinue,
  onDiscard,
}: {
  draft: Draft;
  onContinue: () => void;
  onDiscard: () => void;
}) {
  const { t, format } = useText();
  const at = new Date(draft.at);
  const today = at.toDateString() === new Date().toDateString();
  return (
    <Alert color="blue" role="status" icon={<IconFileText />}>
      <Group justify="space-between" gap="xs">
        <span>{t("draft.found", { time: today ? format.time(at) : format.dateTime(draft.at) })}</span>
        <Group gap="xs">
          <Button size="compact-sm" onClick={onContinue}>
            {t("draft.continue")}
          </Button>
          <Button size="compact-sm" variant="default" onClick={onDiscard}>
            {t("draft.discard")}
          </Button>
        </Group>
      </Group>
    </Alert>
  );
}
