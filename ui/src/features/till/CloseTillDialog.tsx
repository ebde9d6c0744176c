import { Alert, Textarea, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { OpenTill } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { Facts } from "../../parts/Facts";
import { minorOf } from "../../parts/typedMoney";
import { said } from "../../parts/undo";
import { isInCoins } from "./counterSums";

/** What was counted, what is missing or too much before anything is done, and why. */
export function CloseTillDialog({ till, onClose }: { till: OpenTill; onClose: () => void }) {
  const { t, format } = useText();
  const close = api.useMutation("post", "/tills/{id}/close");
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const { minor: expected, currency } = till.sums.expected;
  const minor = minorOf(typed);
  const counted = minor !== undefined && isInCoins(minor) ? minor : undefined;
  const difference = counted === undefined ? undefined : counted - expected;
  const explained = difference === 0 || reason.trim().length >= 3;
  return (
    <ConsentDialog
      title={t("till.close")}
      confirm={t("till.close")}
      waiting={counted === undefined || !explained}
      onClose={onClose}
      onConfirm={async () => {
        const closed = await close.mutateAsync({
          params: { path: { id: till.id } },
          headers: ifMatch(till),
          body: { countedMinor: counted ?? 0, reason: reason.trim() || null },
        });
        said(t("till.closed", { number: closed.number ?? "" }));
      }}
    >
      <p style={{ margin: 0 }}>{t("till.closeWords")}</p>
      <Facts rows={[[t("till.expected"), format.money(expected, currency)]]} />
      <TextInput
        label={t("till.countedIn", { currency })}
        inputMode="decimal"
        required
        data-autofocus
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={typed !== "" && counted === undefined ? t("till.wholeFault") : undefined}
      />
      <div aria-live="polite">
        {difference !== undefined && (
          <Alert
            color={difference === 0 ? "green" : "yellow"}
            icon={difference === 0 ? <IconCheck /> : <IconAlertTriangle />}
          >
            {difference === 0
              ? t("till.noDifference")
              : t("till.differenceOf", { amount: format.money(difference, currency) })}
          </Alert>
        )}
      </div>
      {difference !== undefined && difference !== 0 && (
        <Textarea
          label={t("till.why")}
          required
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
    </ConsentDialog>
  );
}
