// A problem document (RFC 9457) as an error that screens can tell apart.

export interface ProblemDocument {
  type?: string;
  title?: string;
  status: number;
  code: string;
  detail?: string;
  fields?: Record<string, string>;
  params?: Record<string, unknown>;
  current?: unknown;
  correlation?: string;
}

/** Anything the API refused, or the fact that it could not be reached (`code` "network.unreachable"). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Record<string, string>;
  readonly params: Record<string, unknown>;
  readonly current: unknown;
  readonly correlation: string | undefined;

  constructor(document: ProblemDocument) {
    super(document.title ?? document.code);
    this.name = "Problem";
    this.status = document.status;
    this.code = document.code;
    this.fields = document.fields ?? {};
    this.params = document.params ?? {};
    this.current = document.current;
    this.correlation = document.correlation;
  }

  /** The record changed since it was read; `current` holds how it looks now. */
  get isStale(): boolean {
    return this.status === 412;
  }

  /** The host was out of reach, busy or at fault: asking again may do, which a refusal never does. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  get isSignedOut(): boolean {
    return this.status === 401 && this.code === "access.signed_out";
  }
}

/** Reads a refused answer. An answer that is no problem document (a proxy's page) still becomes one. */
export async function readProblem(response: Response): Promise<Problem> {
  const fallback = { status: response.status, code: `http.${response.status}`, title: response.statusText };
  try {
    const body = (await response.clone().json()) as Partial<ProblemDocument>;
    return new Problem(typeof body.code === "string" ? { ...fallback, ...body, code: body.code } : fallback);
  } catch {
    return new Problem(fallback);
  }
}

/** Turns whatever was thrown into a problem, so that screens only ever present one kind of error. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (isShellError(thrown)) return new Problem({ ...thrown, status: 503, title: thrown.detail });
  if (thrown instanceof TypeError) return new Problem({ status: 0, code: "network.unreachable" });
  return new Problem({
    status: 0,
    code: "ui.unexpected",
    title: thrown instanceof Error ? thrown.message : String(thrown),
  });
}

interface ShellError {
  code: string;
  detail: string;
  params: Record<string, unknown>;
}

/** What the shell of the desktop throws: it refused before anything was changed. */
function isShellError(thrown: unknown): thrown is ShellError {
  return (
    typeof thrown === "object" &&
    thrown !== null &&
    !(thrown instanceof Error) &&
    "code" in thrown &&
    typeof thrown.code === "string"
  );
}
