import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { api } from "../../api/query";
import type { Person } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { Allowed } from "../../shell/Allowed";

/** A number shown in full is hidden again after a minute, for the screen that is left open. */
const SHOWN_MS = 60_000;

/** The personal number, masked; showing it asks why and is logged. */
export function PersonalNumber({ person }: { person: Person }) {
  const { t } = useText();
  const reveal = api.useMutation("post", "/persons/{id}/personal-number/reveal");
  const [asking, setAsking] = useState(false);
  const [shown, setShown] = useState<string>();
  const number = useRef<HTMLSpanElement>(null);
  // The button that asked is gone; what it asked for is what comes next.
  useEffect(() => {
    if (shown !== undefined && !asking) number.current?.focus();
  }, [shown, asking]);
  if (!person.personalNumber) return "–";
  return (
    <>
      <span ref={number} tabIndex={-1} style={{ marginRight: 8 }}>
        {shown ?? person.personalNumber.masked}
      </span>
      {shown === undefined && (
        <Allowed to="reveal_personal_number">
          <Button size="compact-xs" variant="subtle" onClick={() => setAsking(true)}>
            {t("person.reveal")}
          </Button>
        </Allowed>
      )}
      {asking && (
        <ConsentDialog
          title={t("person.revealTitle")}
          confirm={t("person.reveal")}
          reason
          onClose={() => setAsking(false)}
          onConfirm={async (reason) => {
            const answer = await reveal.mutateAsync({
              params: { path: { id: person.id } },
              body: { reason },
            });
            setShown(answer.personalNumber);
            setTimeout(() => setShown(undefined), SHOWN_MS);
          }}
        >
          <p style={{ margin: 0 }}>{t("person.revealWords")}</p>
        </ConsentDialog>
      )}
    </>
  );
}
