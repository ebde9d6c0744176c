import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";

const LIBRARY = resolve("node_modules/@mantine");
const CORE = join(LIBRARY, "core/esm");
const NAMED = /import\s+(?:type\s+)?\{([^}]*)\}\s+from\s+"@mantine\/core"/g;
const FROM = /from\s+"(\.[^"]+)"/g;

function files(folder: string, ending: RegExp): string[] {
  const names = readdirSync(folder, { recursive: true }).map(String);
  return names.filter((name) => ending.test(name)).map((name) => join(folder, name));
}

/** What a file takes from the library of components, by name. */
function named(file: string): string[] {
  const lists = [...readFileSync(file, "utf8").matchAll(NAMED)].map(([, names]) => names ?? "");
  return lists.flatMap((names) => names.split(",").map((name) => name.trim().split(" ")[0] ?? ""));
}

/** The stylesheets of a module of the library and of all that it stands on. */
function stylesOf(module: string, seen: Set<string>, found: Set<string>): void {
  if (seen.has(module)) return;
  seen.add(module);
  if (module.endsWith(".module.mjs")) found.add(basename(module, ".module.mjs"));
  for (const [, path] of readFileSync(module, "utf8").matchAll(FROM)) {
    if (path) stylesOf(join(dirname(module), path), seen, found);
  }
}

test("the desk has the style of each component that it shows, and of no other", () => {
  const modules = new Map(
    files(join(CORE, "components"), /\.mjs$/).map((path) => [basename(path, ".mjs"), path]),
  );
  const ours = files("src", /\.tsx?$/);
  const theirs = ["notifications", "spotlight", "dates"].flatMap((name) =>
    files(join(LIBRARY, name, "esm"), /\.mjs$/),
  );
  const found = new Set<string>();
  const seen = new Set<string>();
  for (const name of new Set([...ours, ...theirs].flatMap(named))) {
    const module = modules.get(name);
    if (module) stylesOf(module, seen, found);
  }
  const sheets = files(join(LIBRARY, "core/styles"), /\.css$/).map((path) => basename(path, ".css"));
  const needed = sheets.filter((name) => found.has(name)).sort();
  const imported = [
    ...readFileSync("src/shell/deskStyles.ts", "utf8").matchAll(/core\/styles\/([A-Z]\w+)\.css/g),
  ];
  expect(imported.map(([, name]) => name).sort()).toEqual(needed);
  expect(needed.length).toBeGreaterThan(30);
});
