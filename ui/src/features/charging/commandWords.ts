// What is asked of charge points, and how far each thing is, in words.
import {
  IconBolt,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconPlugConnectedX,
  IconSend,
  IconVolume3,
  type TablerIcon,
} from "@tabler/icons-react";
import type { Command } from "../../api/views";
import type { Text } from "../../i18n/text";
import type { Tone } from "../../parts/StateBadge";

/** How each state of a command looks. Obeyed is not done: only what was seen afterwards is green. */
export const COMMAND_STATES: Record<string, { tone: Tone; icon: TablerIcon }> = {
  asked: { tone: "mute", icon: IconClock },
  delivered: { tone: "calm", icon: IconSend },
  obeyed: { tone: "calm", icon: IconBolt },
  verified: { tone: "good", icon: IconCircleCheck },
  refused: { tone: "bad", icon: IconCircleX },
  silent: { tone: "warn", icon: IconVolume3 },
  gone: { tone: "warn", icon: IconPlugConnectedX },
};

/** A command as the host keeps it. */
interface Asked {
  name: string;
  connector?: number | null;
  tag?: string;
  transaction?: number;
  key?: string;
  value?: string;
  operative?: boolean;
  how?: string;
  message?: string;
}

/** What was asked, as a short sentence. */
export function askedWords({ operation }: Pick<Command, "operation">, { t, word }: Text): string {
  const it = operation as unknown as Asked;
  const connector = it.connector ?? 0;
  switch (it.name) {
    case "remoteStart":
      return t("command.asked.remoteStart", { tag: it.tag ?? "", connector });
    case "remoteStop":
      return t("command.asked.remoteStop", { number: String(it.transaction ?? "") });
    case "unlockConnector":
      return t("command.asked.unlockConnector", { connector });
    case "reset":
      return t(it.how === "Hard" ? "command.asked.resetHard" : "command.asked.resetSoft");
    case "changeAvailability":
      return t(it.operative ? "command.asked.operative" : "command.asked.inoperative", { connector });
    case "changeConfiguration":
      return t("command.asked.changeConfiguration", { key: it.key ?? "", value: it.value ?? "" });
    case "triggerMessage":
      return t("command.asked.triggerMessage", { message: word("command.trigger", it.message ?? "") });
    default:
      return word("command.asked", it.name, "command.asked.other");
  }
}

/** What the state means, and what the charge point gave as its answer. */
export function stateWords({ state, answer }: Pick<Command, "state" | "answer">, { t, word }: Text): string {
  const said = answer as { status?: string; errorCode?: string; description?: string } | null | undefined;
  if (state === "refused" && said?.errorCode) {
    return t("command.refusedWith", { words: [said.errorCode, said.description].filter(Boolean).join(": ") });
  }
  const status = said?.status;
  const told = status && status !== "Accepted" ? word("command.answer", status, "command.answer.other") : "";
  return [word("command.means", state), told].filter(Boolean).join(" ");
}
