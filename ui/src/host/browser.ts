// The shell of a browser: cookie sign-in, server-sent events, downloads by link.
import type { Change } from "../api/feed";
import type { Host } from ".";

const EVENTS = "/api/v1/events";
/** A connection that drops for a moment is not worth a banner. */
const GRACE_MS = 4_000;
/** The browser must have read the file before its address is taken away. */
const KEEP_ADDRESS_MS = 60_000;

export function browser(): Host {
  return {
    kind: "browser",
    follow,
    followMenu: () => () => {},
    followDrops: () => () => {},
    speak: () => {},
    notify,
    openWindow: (path) => void window.open(path, "_blank", "noopener"),
    saveFile: async (name, blob) => {
      clickLink(blob, (link) => {
        link.download = name;
      });
      return true;
    },
    openFile: async (_name, blob) => {
      clickLink(blob, (link) => {
        link.target = "_blank";
        link.rel = "noopener";
      });
    },
  };
}

function clickLink(blob: Blob, prepare: (link: HTMLAnchorElement) => void): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  prepare(link);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEEP_ADDRESS_MS);
}

function notify(title: string, body: string): void {
  if (document.hidden && "Notification" in window && Notification.permission === "granted") {
    new Notification(title, { body });
  }
}

function follow(onChange: (change: Change) => void, onConnection: (up: boolean) => void): () => void {
  let source: EventSource | undefined;
  let grace: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  const open = () => {
    source = new EventSource(EVENTS, { withCredentials: true });
    source.addEventListener("change", (event) =>
      onChange(JSON.parse((event as MessageEvent<string>).data) as Change),
    );
    source.onopen = () => {
      clearTimeout(grace);
      grace = undefined;
      onConnection(true);
    };
    source.onerror = () => {
      grace ??= setTimeout(() => onConnection(false), GRACE_MS);
      // The browser retries by itself until an answer with the wrong status closes the source for good.
      if (source?.readyState === EventSource.CLOSED && !ended) retry = setTimeout(open, GRACE_MS);
    };
  };
  open();
  return () => {
    ended = true;
    clearTimeout(grace);
    clearTimeout(retry);
    source?.close();
  };
}
