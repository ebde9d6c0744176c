// Which messages of the catalogues some source files can say: told by the literals and the families that stand in them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const SOURCE = /\.tsx?$/;
const NO_PRODUCT = /\.test\.|\.gen\./;

/** The source files in a folder and those below it. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return SOURCE.test(entry.name) && !NO_PRODUCT.test(entry.name) ? [path] : [];
  });
}

/** A source file with all that it imports, now or later. What is imported for its types only says nothing. */
export function filesFrom(entry: string, found = new Set<string>()): string[] {
  if (found.has(entry)) return [];
  found.add(entry);
  const code = readFileSync(entry, "utf8");
  for (const [, clause, path] of code.matchAll(/\b(?:import|export)\b([^"'`;]*?)["'](\.[^"']+)["']/g)) {
    if (/^\s+type\b/.test(clause ?? "")) continue;
    const base = resolve(dirname(entry), path as string);
    const file = [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`, `${base}/index.tsx`].find(
      (candidate) => SOURCE.test(candidate) && existsSync(candidate),
    );
    if (file && !NO_PRODUCT.test(file)) filesFrom(file, found);
  }
  return [...found];
}

/** Those of the keys that the files say. A key made from a code or a closed set of words is said when its family is. */
export function keysSaid(files: string[], keys: string[]): string[] {
  const code = files.map((file) => readFileSync(file, "utf8")).join("\n");
  const literals = new Set(code.match(/"[a-zA-Z_]+(?:\.[\w-]+)+"/g)?.map((literal) => literal.slice(1, -1)));
  const families = [
    ...[...code.matchAll(/`([a-zA-Z][\w.]*)\.\$\{/g)].map((match) => match[1]),
    ...[...code.matchAll(/word\(\s*"([a-zA-Z][\w.]*)"/g)].map((match) => match[1]),
  ];
  return keys.filter((key) => literals.has(key) || families.some((family) => key.startsWith(`${family}.`)));
}
