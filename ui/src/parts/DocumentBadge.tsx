import type { DocumentState } from "../api/views";
import { useText } from "../i18n/text";
import { StateBadge, type Tone } from "./StateBadge";

const TONES: Record<DocumentState, Tone> = {
  draft: "mute",
  issued: "warn",
  sent: "calm",
  paid: "good",
  credited: "mute",
  void: "mute",
};

/** Where a document stands. */
export function DocumentBadge({ state }: { state: DocumentState }) {
  const { t } = useText();
  return <StateBadge tone={TONES[state]}>{t(`document.state.${state}`)}</StateBadge>;
}
