// What a charge point told of its settings.
import type { Command } from "../../api/views";

export interface DeviceSetting {
  key: string;
  value: string | null;
  readonly: boolean;
}

/** The latest settings that were told, and when; those that were changed since stand as they were set. */
export function toldSettings(
  commands: readonly Pick<Command, "operation" | "state" | "answer" | "answeredAt">[],
): { at: string; settings: DeviceSetting[]; unknown: string[] } | undefined {
  const named = (command: Pick<Command, "operation">) =>
    command.operation as unknown as Record<string, unknown>;
  const asked = commands.findIndex(
    (command) =>
      named(command).name === "getConfiguration" &&
      command.state === "verified" &&
      command.answer &&
      command.answeredAt,
  );
  const told = commands[asked];
  if (!told?.answeredAt) return undefined;
  const answer = told.answer as {
    configurationKey?: { key?: unknown; value?: unknown; readonly?: unknown }[];
    unknownKey?: unknown[];
  };
  const since = new Map<string, string>();
  for (const command of commands.slice(0, asked).reverse()) {
    const { name, key, value } = named(command);
    // What it says it will do after its next start is what it is set to.
    const done = command.state === "verified" || command.state === "obeyed";
    if (name === "changeConfiguration" && done) since.set(String(key), String(value));
  }
  const settings = (answer.configurationKey ?? []).flatMap(({ key, value, readonly }) => {
    if (typeof key !== "string") return [];
    const known = value === undefined || value === null ? null : String(value);
    return [{ key, value: since.get(key) ?? known, readonly: readonly === true || readonly === "true" }];
  });
  settings.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { at: told.answeredAt, settings, unknown: (answer.unknownKey ?? []).map(String) };
}
