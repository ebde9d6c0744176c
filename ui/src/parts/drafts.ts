// What was typed into a form and not saved yet, kept on this device so that a reload or a crash does not take it.
import type { Values } from "./changes";

export interface Draft {
  /** When it was last typed in. */
  at: string;
  /** Only what differs from the record, and never what is secret. */
  values: Values;
}

const PREFIX = "stolpe.draft.";
/** Long enough to find a crash the same day, short enough not to surprise the next one. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** Names of fields that are never kept on a device. */
const SECRET = /password|personalNumber|secret|token|credential/i;

/** Which draft it is: whose it is, of which form, and of which record; the last is absent for one that is made. */
export function draftKey(userId: string, form: string, record: string | undefined): string {
  return `${PREFIX}${userId}.${form}.${record ?? "new"}`;
}

/** What of a form's changes may be kept on the device. */
export function keepable(changed: Values): Values {
  return Object.fromEntries(Object.entries(changed).filter(([name]) => !SECRET.test(name)));
}

/** Keeps what was typed; nothing worth keeping leaves no draft. */
export function keepDraft(key: string, changed: Values, now: Date): void {
  const values = keepable(changed);
  if (Object.keys(values).length === 0) {
    dropDraft(key);
    return;
  }
  try {
    localStorage.setItem(key, JSON.stringify({ at: now.toISOString(), values } satisfies Draft));
  } catch {
    // A full or forbidden store takes the safety net away, never the form.
  }
}

/** The draft of a form, unless it is too old, or broken; such ones are dropped. */
export function readDraft(key: string, now: Date): Draft | undefined {
  const kept = localStorage.getItem(key);
  if (kept === null) return undefined;
  const draft = parsed(kept);
  if (draft && isYoung(draft, now)) return { at: draft.at, values: keepable(draft.values) };
  dropDraft(key);
  return undefined;
}

export function dropDraft(key: string): void {
  localStorage.removeItem(key);
}

/** Forgets what was typed here: all of it at a sign-out, only what is too old at a start. */
export function dropDrafts(olderThanADayAt?: Date): void {
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
    const draft = parsed(localStorage.getItem(key) ?? "");
    if (!olderThanADayAt || !draft || !isYoung(draft, olderThanADayAt)) dropDraft(key);
  }
}

function isYoung({ at }: Draft, now: Date): boolean {
  return now.getTime() - new Date(at).getTime() < KEPT_MS;
}

function parsed(text: string): Draft | undefined {
  try {
    const found = JSON.parse(text) as Partial<Draft> | null;
    const whole = found && typeof found.at === "string" && typeof found.values === "object" && found.values;
    return whole && Number.isFinite(Date.parse(found.at as string)) ? (found as Draft) : undefined;
  } catch {
    return undefined;
  }
}
