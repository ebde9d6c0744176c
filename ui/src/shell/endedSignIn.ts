// A sign-in that has ended while a form holds something: the page stays, and one signs in again on it.
import { useSyncExternalStore } from "react";
import { isAnyFormChanged } from "../parts/changedForms";

/** Waits for the answer: whether the same person has signed in again. */
type Waiting = (same: boolean) => void;

let ended = false;
let waiting: Waiting[] = [];
const listeners = new Set<() => void>();

function set(now: boolean): void {
  ended = now;
  for (const listener of listeners) listener();
}

/**
 * Takes note that nobody is signed in any more. With a changed form on the page that is asked about in its place;
 * otherwise `leave` goes to the door.
 */
export function signInEnded(leave: () => void): void {
  if (ended) return;
  if (isAnyFormChanged()) set(true);
  else leave();
}

/** Resolves once somebody has signed in again, or has left: whether what was refused may be tried once more. */
export function signedInAgain(): Promise<boolean> {
  if (!ended) return Promise.resolve(false);
  return new Promise((resolve) => waiting.push(resolve));
}

/** Ends the wait: the same person is back, or the page is left. */
export function settleSignIn(same: boolean): void {
  const told = waiting;
  waiting = [];
  set(false);
  for (const tell of told) tell(same);
}

/** Whether the page waits for somebody to sign in again. */
export function useEndedSignIn(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ended,
  );
}
