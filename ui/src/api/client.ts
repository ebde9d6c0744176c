// The one place that speaks HTTP: typed calls, sign-in, problems.
import createClient, { type Middleware } from "openapi-fetch";
import { Problem, readProblem } from "./problem";
import type { paths } from "./views";

export const API_ROOT = "/api/v1";

/** What every request carries: a browser signs in by cookie, which unsafe methods must back with a header. */
const HEADERS = { "X-Requested-With": "stolpe" } as const;

const stolpe: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(HEADERS)) request.headers.set(name, value);
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await readProblem(response);
    return undefined;
  },
  onError({ error }) {
    return error instanceof Problem ? error : new Problem({ status: 0, code: "network.unreachable" });
  },
};

export const client = createClient<paths>({ baseUrl: API_ROOT, credentials: "same-origin" });
client.use(stolpe);

/** `If-Match` for a change to a record that was read as `row`. */
export function ifMatch(row: { rowVersion: number }): Record<string, string> {
  return { "If-Match": `"${row.rowVersion}"` };
}

/**
 * `Idempotency-Key` for a creation; the same key for every try of the same form opening. A form that creates
 * several records gives each its `part`, so that each has a key of its own that is still the same on a retry.
 */
export function idempotent(key: string, part = 0): Record<string, string> {
  const last = (Number.parseInt(key.slice(-1), 16) ^ part).toString(16);
  return { "Idempotency-Key": key.slice(0, -1) + last };
}

/** Fetches a file the API makes (PDF, CSV, XLSX) with the name it was given. */
export async function fetchFile(
  path: string,
  method: "GET" | "POST" = "GET",
): Promise<{ name: string; blob: Blob }> {
  const response = await send(path, { method });
  const disposition = response.headers.get("Content-Disposition") ?? "";
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename="?([^";]+)"?/i.exec(disposition)?.[1];
  const name = encoded
    ? decodeURIComponent(encoded)
    : (plain ?? path.split("/").at(-1)?.split("?")[0] ?? "stolpe");
  return { name, blob: await response.blob() };
}

/** Sends raw bytes, which the typed client (JSON only) cannot. */
export async function sendBytes<Answer>(
  path: string,
  bytes: Blob,
  headers: Record<string, string>,
  method: "POST" | "PUT" = "POST",
): Promise<Answer> {
  const response = await send(path, {
    method,
    // WebKitGTK ends the page when a Blob itself is sent to the desktop's own scheme; its bytes arrive whole.
    body: await bytes.arrayBuffer(),
    headers: { "Content-Type": "application/octet-stream", ...headers },
  });
  return (await response.json()) as Answer;
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(`${API_ROOT}${path}`, {
    credentials: "same-origin",
    ...init,
    headers: { ...HEADERS, ...(init.headers as Record<string, string> | undefined) },
  });
  if (!response.ok) throw await readProblem(response);
  return response;
}
