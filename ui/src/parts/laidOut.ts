// JSON with a line for each value, every token as it came: a number that is read and written again may be another one.

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const STEP = "  ";

/** Lays JSON out to be read; anything else stays as it is. */
export function laidOut(text: string): string {
  if (!isJson(text)) return text;
  let depth = 0;
  let before = "";
  let laid = "";
  const line = () => `\n${STEP.repeat(depth)}`;
  for (const token of text.match(TOKENS) ?? []) {
    const closes = token === "}" || token === "]";
    if (closes) depth -= 1;
    const inEmpty = closes && (before === "{" || before === "[");
    if (before === "{" || before === "[" || before === "," || closes) laid += inEmpty ? "" : line();
    laid += token === ":" ? ": " : token;
    if (token === "{" || token === "[") depth += 1;
    before = token;
  }
  return laid;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
