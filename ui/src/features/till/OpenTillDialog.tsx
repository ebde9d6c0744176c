import { TextInput } from "@mantine/core";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { TillStanding } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { minorOf } from "../../parts/typedMoney";
import { said } from "../../parts/undo";
import { isInCoins } from "./counterSums";

/** Opens a till with the cash that is in it. */
export function OpenTillDialog({
  organisationId,
  currency,
  onClose,
  onOpened,
}: {
  organisationId: string;
  currency: TillStanding["currency"];
  onClose: () => void;
  onOpened: (id: string) => void;
}) {
  const { t } = useText();
  const open = api.useMutation("post", "/tills");
  const [typed, setTyped] = useState("");
  const [key] = useState(() => crypto.randomUUID());
  const minor = minorOf(typed);
  const fits = minor !== undefined && isInCoins(minor);
  return (
    <ConsentDialog
      title={t("till.openIt")}
      confirm={t("till.openIt")}
      waiting={!fits}
      onClose={onClose}
      onConfirm={async () => {
        const params = { query: { organisationId } };
        const body = { openingMinor: minor ?? 0 };
        const opened = await open.mutateAsync({ params, headers: idempotent(key), body });
        said(t("till.opened"));
        onOpened(opened.id);
      }}
    >
      <p style={{ margin: 0 }}>{t("till.openWords")}</p>
      <TextInput
        label={t("till.openingIn", { currency })}
        inputMode="decimal"
        required
        data-autofocus
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={typed !== "" && !fits ? t("till.wholeFault") : undefined}
      />
    </ConsentDialog>
  );
}
