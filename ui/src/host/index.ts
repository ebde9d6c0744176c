// What the interface asks of the shell around it, so that no screen knows whether it runs in a browser.
// Signing in is not among it: a browser holds a cookie no script can read, and the desktop shell holds the token.
import type { Change } from "../api/feed";

/** Where the data of this desktop lives. */
export type Place =
  | { kind: "embedded" }
  | { kind: "postgres"; url: string }
  | { kind: "remote"; url: string };

/** What the menu of the window asks of the page: to go somewhere, or to act as if keys were pressed. */
export type MenuAct = { go: string } | { press: { key: string; ctrl: boolean; shift: boolean } };

/** What the user decided while choosing a place: the certificate they compared, and that the key goes to a file. */
export interface PlaceTerms {
  certificate?: string;
  key?: "file";
}

/** Choosing where the data lives. */
export interface PlaceSetup {
  place(): Promise<Place | null>;
  choose(place: Place, terms?: PlaceTerms): Promise<void>;
  /** Opens the place anew, such as after its keychain was unlocked. */
  reopen(): Promise<void>;
  /** Asks for the folder of a key file. Answers nothing when the user changed their mind. */
  chooseKeyFolder(): Promise<string | null>;
}

/** Who is let in to this computer over the network. */
export type Reach = "this_computer" | "charge_points" | "everybody";

/** Where others reach this computer, or why nobody does. */
export type Listening =
  | { kind: "open"; chargingAddress: string | null; address: string | null; fingerprint: string | null }
  | { kind: "failed"; code: string; port: number };

/** Whom this computer lets in, and how far that has come. */
export interface Network {
  reach: Reach;
  port: number;
  certificate: { chain: string; key: string } | null;
  listening: Listening;
}

/** Choosing whom this computer lets in. */
export interface NetworkSetup {
  /** Answers nothing where the host is elsewhere. */
  read(): Promise<Network | null>;
  change(reach: Reach, port: number): Promise<void>;
  /** Asks for the certificate or its key. Answers nothing when the user changed their mind. */
  chooseFile(isKey: boolean): Promise<string | null>;
}

export interface Host {
  readonly kind: "desktop" | "browser";
  /** Choosing where the data lives. Only a desktop has a choice. */
  readonly setup?: PlaceSetup;
  /** Choosing whom this computer lets in. Only a desktop has a choice. */
  readonly network?: NetworkSetup;
  /** Follows live changes; the answer stops it. */
  follow(onChange: (change: Change) => void, onConnection: (up: boolean) => void): () => void;
  /** Follows the window's own menu; the answer stops it. */
  followMenu(onAct: (act: MenuAct) => void): () => void;
  /**
   * Follows files that the shell takes because its web view keeps them from the page: whether one is over the window, and
   * one that was dropped. Where the page gets them by itself, nothing comes. The answer stops it.
   */
  followDrops(onDrag: (isOver: boolean) => void, onFile: (file: Promise<File>) => void): () => void;
  /** Tells the shell which language its own words should be in. */
  speak(language: string): void;
  /** Tells the user that something finished while they looked elsewhere. */
  notify(title: string, body: string): void;
  /** Opens a place of the desk in a window of its own. */
  openWindow(path: string): void;
  /** Saves a finished file where the user wants it. Answers false when the user changed their mind. */
  saveFile(name: string, blob: Blob): Promise<boolean>;
  /** Opens a finished file to read or print it. */
  openFile(name: string, blob: Blob): Promise<void>;
}

/** The shell this page runs in. */
export async function currentHost(): Promise<Host> {
  const inDesktop = "__TAURI_INTERNALS__" in window;
  return inDesktop ? (await import("./desktop")).desktop() : (await import("./browser")).browser();
}
