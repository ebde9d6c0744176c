// How far a message has come: in a word, and in a colour.
import type { Notice } from "../../api/views";
import { useText } from "../../i18n/text";
import type { Tone } from "../../parts/StateBadge";

export const NOTICE_TONES: Record<Notice["state"], Tone> = {
  queued: "calm",
  unclear: "warn",
  delivered: "good",
  sent: "good",
  diverted: "warn",
  bounced: "bad",
  failed: "bad",
  held: "warn",
  awaiting: "warn",
  suppressed: "mute",
};

/** The word of a message's state; what is held waits for what sends it. */
export function useNoticeWords() {
  const { t } = useText();
  return ({ state, channel }: Pick<Notice, "state" | "channel">) =>
    state === "held" && channel === "sms" ? t("notice.heldSms") : t(`notice.state.${state}`);
}
