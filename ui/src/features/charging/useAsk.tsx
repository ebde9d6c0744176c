import { type ReactNode, useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { NewCommand } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { showProblem } from "../../parts/ErrorNotice";

/** What is asked before a command that disturbs somebody is sent. */
export interface Consent {
  title: string;
  words: string;
  confirm: string;
}

/** Sends commands to a charge point: at once, or after a question. */
export function useAsk(id: string): {
  ask: (command: NewCommand, consent?: Consent) => void;
  send: (command: NewCommand) => Promise<unknown>;
  isSending: boolean;
  dialog: ReactNode;
} {
  const text = useText();
  const post = api.useMutation("post", "/charge-points/{id}/commands");
  const [waiting, setWaiting] = useState<{ command: NewCommand; consent: Consent; key: string }>();
  const send = (command: NewCommand, key: string = crypto.randomUUID()) =>
    post.mutateAsync({ params: { path: { id } }, headers: idempotent(key), body: command });
  return {
    ask: (command, consent) => {
      if (consent) setWaiting({ command, consent, key: crypto.randomUUID() });
      else send(command).catch((error) => showProblem(error, text));
    },
    send: (command) => send(command),
    isSending: post.isPending,
    dialog: waiting && (
      <ConsentDialog
        title={waiting.consent.title}
        confirm={waiting.consent.confirm}
        onClose={() => setWaiting(undefined)}
        onConfirm={() => send(waiting.command, waiting.key)}
      >
        <p style={{ margin: 0 }}>{waiting.consent.words}</p>
      </ConsentDialog>
    ),
  };
}
