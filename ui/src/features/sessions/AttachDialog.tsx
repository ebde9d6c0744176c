import { Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { StrayMessage } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { Loaded } from "../../parts/Loaded";
import { said } from "../../parts/undo";
import { useSessionWords } from "./useSessionWords";

/** Says which session a stop without one ends: one of its charge point that has no stop yet. */
export function AttachDialog({
  stray,
  onClose,
  onAttached,
}: {
  stray: StrayMessage;
  onClose: () => void;
  onAttached: () => void;
}) {
  const { t, format } = useText();
  const words = useSessionWords();
  const attach = api.useMutation("post", "/stray-messages/{id}/attachment");
  const sessions = api.useQuery("get", "/sessions", {
    params: { query: { chargePointId: stray.chargePointId, state: "without_stop", limit: 20 } },
  });
  const [chosen, setChosen] = useState("");
  const only = sessions.data?.items.length === 1 ? sessions.data.items[0]?.id : undefined;
  const sessionId = chosen || (only ?? "");
  return (
    <ConsentDialog
      title={t("stray.attachTitle")}
      confirm={t("stray.attachConfirm")}
      size="lg"
      reason
      waiting={!sessionId}
      onClose={onClose}
      onConfirm={async (reason) => {
        await attach.mutateAsync({
          params: { path: { id: stray.id } },
          headers: ifMatch(stray),
          body: { sessionId, reason },
        });
        said(t("stray.attached"));
        onAttached();
      }}
    >
      <p style={{ margin: 0 }}>
        {t("stray.attachWords", {
          energy: stray.wh === null || stray.wh === undefined ? "–" : format.energy(stray.wh),
          at: format.exactTime(stray.claimedAt ?? stray.firstHeardAt),
        })}
      </p>
      <Loaded query={sessions}>
        {({ items }) =>
          items.length === 0 ? (
            <p style={{ margin: 0 }}>{t("stray.attachNone")}</p>
          ) : (
            <Radio.Group label={t("stray.attachTo")} value={sessionId} onChange={setChosen}>
              <Stack gap="xs" mt="xs">
                {items.map((session) => (
                  <Radio
                    key={session.id}
                    value={session.id}
                    label={t("stray.attachRow", {
                      start: format.dateTime(session.startedAt),
                      connector: session.connector,
                      who: words.who(session),
                    })}
                  />
                ))}
              </Stack>
            </Radio.Group>
          )
        }
      </Loaded>
    </ConsentDialog>
  );
}
