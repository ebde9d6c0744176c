import { describe, expect, it } from "vitest";
import { idempotent, ifMatch } from "./client";
import { Problem, readProblem, toProblem } from "./problem";
import { isHistory, touches } from "./tags";

describe("a refused answer", () => {
  it("becomes a problem with its code and fields", async () => {
    const problem = await readProblem(
      new Response(JSON.stringify({ code: "invalid", status: 422, fields: { email: "email.malformed" } }), {
        status: 422,
      }),
    );
    expect([problem.code, problem.status, problem.fields.email]).toEqual(["invalid", 422, "email.malformed"]);
  });
  it("that is a proxy's page still becomes a problem", async () => {
    const problem = await readProblem(new Response("<html>", { status: 502 }));
    expect(problem.code).toBe("http.502");
  });
});

it("a host out of reach is told apart from a fault in the program", () => {
  expect(toProblem(new TypeError("fetch failed")).code).toBe("network.unreachable");
  expect(toProblem(new Error("x")).code).toBe("ui.unexpected");
  expect(toProblem({ code: "place.unreachable", detail: "timed out" }).code).toBe("place.unreachable");
  expect(toProblem(new Problem({ status: 412, code: "conflict.changed" })).isStale).toBe(true);
});

describe("a change", () => {
  it("touches answers with the same tag", () => expect(touches(["person:1"], ["person:1"])).toBe(true));
  it("leaves other records alone", () => expect(touches(["person:1"], ["person:2"])).toBe(false));
  it("of a whole room touches each of its records", () =>
    expect(touches(["person"], ["person:2"])).toBe(true));
});

it("the history of a record is told from the log", () => {
  expect(isHistory(["get", "/audit", { params: { query: { subjectId: "1", limit: 50 } } }])).toBe(true);
  expect(isHistory(["pages", "/audit", { params: { query: { action: "setting.changed" } } }])).toBe(false);
  expect(isHistory(["get", "/persons/{id}", { params: { path: { id: "1" } } }])).toBe(false);
});

it("a change is made to the version that was read", () => {
  expect(ifMatch({ rowVersion: 7 })).toEqual({ "If-Match": '"7"' });
});

it("the parts of one form have keys of their own that stay the same on a retry", () => {
  const key = "8c2f6f0e-0c59-4d6c-9a57-2f5c0a1b2c3d";
  const keys = [0, 1, 2].map((part) => idempotent(key, part)["Idempotency-Key"]);
  expect(new Set(keys).size).toBe(3);
  expect(idempotent(key, 2)["Idempotency-Key"]).toBe(keys[2]);
  expect(keys[0]).toBe(key);
});
