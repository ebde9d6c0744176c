import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { filesFrom, keysSaid } from "./scripts/saidWords.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Two entries, one set of assets: the desk (index.html, served at /admin/) and the residents' portal
// (portal.html, served at /). Assets live under /assets so both resolve the same files.
export default defineConfig({
  plugins: [react(), deskUnderAdmin(), wordsOfThePages()],
  build: {
    target: "es2022",
    rollupOptions: { input: { index: here("./index.html"), portal: here("./portal.html") } },
    // An inline module preload would need 'unsafe-inline' for scripts; the pages run under a strict policy.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: {
    port: 5173,
    proxy: { "/api": { target: process.env.STOLPE_HOST ?? "http://127.0.0.1:8443", changeOrigin: false } },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});

/** Serves the two pages in development at the addresses the host serves them at. */
function deskUnderAdmin() {
  return {
    name: "stolpe-pages",
    configureServer(server: {
      middlewares: {
        use: (handle: (request: { url?: string }, response: unknown, next: () => void) => void) => void;
      };
    }) {
      server.middlewares.use((request, _response, next) => {
        const path = (request.url ?? "/").split("?")[0] ?? "/";
        const isPage = !path.includes(".") && !path.startsWith("/@") && !path.startsWith("/api");
        if (isPage) request.url = path.startsWith("/admin") ? "/index.html" : "/portal.html";
        next();
      });
    },
  };
}

/** Rooms of the desk alone: no resident asks anything of them, so none of their refusals is said in the portal. */
const DESK_ROOMS = [
  "bank_file",
  "import",
  "incoming_payment",
  "month_run",
  "payout",
  "payout_status",
  "price_feed",
  "price_file",
  "reminder_run",
  "settlement",
  "settlement_file",
  "till",
];
const ofTheDesk = new RegExp(`^problem(Todo)?\\.(${DESK_ROOMS.join("|")})\\.`);

/** The page that each catalogue is for, and what of it is left out although it stands in its sources. */
const PAGES: Record<string, { entry: string; leftOut?: RegExp }> = {
  desk: { entry: "./src/admin.tsx" },
  portal: { entry: "./src/portal.tsx", leftOut: ofTheDesk },
};

/** Gives `words-of-the-portal/sv` and its like: a catalogue with the messages that this page can say. */
function wordsOfThePages() {
  const name = /^words-of-the-(desk|portal)\/([a-z]{2})$/;
  const resolved = /^\0words-of-the-(desk|portal)\/([a-z]{2})\.js$/;
  return {
    name: "stolpe-words-of-the-pages",
    resolveId: (id: string) => (name.test(id) ? `\0${id}.js` : null),
    load(id: string) {
      const [, page, language] = resolved.exec(id) ?? [];
      const { entry, leftOut } = PAGES[page ?? ""] ?? {};
      if (!entry) return null;
      const catalogue = JSON.parse(readFileSync(here(`./src/i18n/${language}.json`), "utf8"));
      const said = keysSaid(filesFrom(here(entry)), Object.keys(catalogue));
      const words = Object.fromEntries(
        said.filter((key) => !leftOut?.test(key)).map((key) => [key, catalogue[key]]),
      );
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(words))});`;
    },
  };
}
