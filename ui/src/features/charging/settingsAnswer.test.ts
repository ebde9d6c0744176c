import { expect, test } from "vitest";
import type { Command } from "../../api/views";
import { toldSettings } from "./settingsAnswer";

const command = (operation: object, state: string, answer?: object) =>
  ({ operation, state, answer, answeredAt: "2026-11-21T12:00:00Z" }) as unknown as Command;
const told = command({ name: "getConfiguration", keys: [] }, "verified", {
  configurationKey: [
    { key: "B", value: "2", readonly: false },
    { key: "A", readonly: "true" },
    { value: "nameless" },
  ],
  unknownKey: ["C"],
});

test("settings are those that were told last, and not those that were asked for in vain", () => {
  const silent = command({ name: "getConfiguration", keys: [] }, "silent");
  expect(toldSettings([silent, told])).toEqual({
    at: "2026-11-21T12:00:00Z",
    settings: [
      { key: "A", value: null, readonly: true },
      { key: "B", value: "2", readonly: false },
    ],
    unknown: ["C"],
  });
  expect(toldSettings([silent])).toBeUndefined();
});

test("what was set since stands as it was set, and what was refused does not", () => {
  const set = (value: string, state: string) =>
    command({ name: "changeConfiguration", key: "B", value }, state, { status: "x" });
  const value = (...since: Command[]) => toldSettings([...since, told])?.settings[1]?.value;
  expect(value(set("3", "verified"))).toBe("3");
  expect(value(set("4", "obeyed"), set("3", "verified"))).toBe("4");
  expect(value(set("4", "refused"), set("3", "verified"))).toBe("3");
  expect(toldSettings([told, set("1", "verified")])?.settings[1]?.value).toBe("2");
});
