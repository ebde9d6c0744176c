// The shell of the desktop: the only file that knows Tauri.
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebviewWindow } from "@tauri-apps/api/webviewWindow";
import type { Change } from "../api/feed";
import { Problem } from "../api/problem";
import type { Host, MenuAct, Network, Place } from ".";

export function desktop(): Host {
  return {
    kind: "desktop",
    setup: {
      place: async () => (await invoke<{ place: Place | null }>("place_get")).place,
      choose: (place, terms) => invoke("place_choose", { place, ...terms }),
      reopen: () => invoke("place_reopen"),
      chooseKeyFolder: () => invoke<string | null>("key_folder_choose"),
    },
    network: {
      read: () => invoke<Network | null>("network_get"),
      change: (reach, port) => invoke("network_change", { reach, port }),
      chooseFile: (isKey) => invoke<string | null>("network_file_choose", { isKey }),
    },
    follow: (onChange, onConnection) => {
      const stopChanges = heard<Change>("change", onChange);
      const stopConnection = heard<boolean>("connection", onConnection);
      onConnection(true);
      return () => {
        stopChanges();
        stopConnection();
      };
    },
    followMenu: (onAct) => heard<MenuAct>("menu", onAct),
    followDrops: (onDrag, onFile) =>
      heard<Drag>("file", (drag) => {
        onDrag(drag.state === "over");
        if (drag.state === "dropped") onFile(dropped(drag.name));
        if (drag.state === "refused") onFile(refused());
      }),
    speak: (language) => void invoke("set_language", { language }),
    notify: (title, body) => void invoke("notify", { title, body }),
    openWindow: (path) => void invoke("open_window", { path }),
    saveFile: async (name, blob) => invoke<boolean>("save_file", await bytesOf(blob), named(name)),
    openFile: async (name, blob) => invoke("open_file", await bytesOf(blob), named(name)),
  };
}

/** As `src-tauri/drops.rs` writes it. */
type Drag = { state: "over" } | { state: "away" } | { state: "refused" } | { state: "dropped"; name: string };

// What is meant for all windows, or for this one.
function heard<Payload>(event: string, act: (payload: Payload) => void): () => void {
  const target = getCurrentWebviewWindow().label;
  const listening = listen<Payload>(event, ({ payload }) => act(payload), { target });
  return () => void listening.then((stop) => stop());
}

async function dropped(name: string): Promise<File> {
  return new File([await invoke<ArrayBuffer>("take_dropped")], name);
}

async function refused(): Promise<File> {
  throw new Problem({ status: 409, code: "import.wrong_kind" });
}

// Files travel as raw bytes, so their name goes beside them.
async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

function named(name: string) {
  return { headers: { name: encodeURIComponent(name) } };
}
