import { Checkbox, Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { OpenTill, PayoutAtCounter } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { said } from "../../parts/undo";
import classes from "./Till.module.css";

/** Somebody gets in cash what they have left: of the payouts that were approved, the one that is handed over. */
export function PayOutDialog({ till, onClose }: { till: OpenTill; onClose: () => void }) {
  const { t, format } = useText();
  const waiting = api.useQuery("get", "/tills/{id}/payouts", { params: { path: { id: till.id } } });
  const payOut = api.useMutation("post", "/tills/{id}/payouts");
  const [key] = useState(() => crypto.randomUUID());
  const [chosenId, setChosenId] = useState<string>();
  const [mail, setMail] = useState(true);
  const failed: unknown = waiting.error;
  const payouts = waiting.data ?? [];
  const can = payouts.filter(({ refusal }) => !refusal);
  const chosen = can.find(({ id }) => id === chosenId) ?? (can.length === 1 ? can[0] : undefined);
  const money = ({ minor, currency }: OpenTill["opening"]) => format.money(minor, currency);
  return (
    <ConsentDialog
      title={t("till.payOut")}
      confirm={chosen ? `${t("till.payOut")} ${money(chosen.amount)}` : t("till.payOut")}
      size="lg"
      waiting={!chosen}
      onClose={onClose}
      onConfirm={async () => {
        if (!chosen) return;
        const paid = await payOut.mutateAsync({
          params: { path: { id: till.id } },
          headers: idempotent(key),
          body: { payoutId: chosen.id, mail: mail && chosen.hasEmail },
        });
        said(t("till.paidOut", { number: paid.entries.at(-1)?.number ?? "" }));
      }}
    >
      {failed != null && <ErrorNotice error={failed} />}
      {waiting.data && payouts.length === 0 && <p className={classes.line}>{t("till.payOutNone")}</p>}
      {payouts.length > 0 && (
        <>
          <p className={classes.line}>{t("till.payOutWords", { amount: money(till.sums.expected) })}</p>
          <Radio.Group label={t("till.payOutTitle")} value={chosen?.id ?? null} onChange={setChosenId}>
            <Stack gap="xs" mt={4}>
              {payouts.map((payout) => (
                <Choice key={payout.id} payout={payout} />
              ))}
            </Stack>
          </Radio.Group>
        </>
      )}
      {chosen &&
        (chosen.hasEmail ? (
          <Checkbox
            label={t("till.mail")}
            checked={mail}
            onChange={(event) => setMail(event.currentTarget.checked)}
          />
        ) : (
          <p className={classes.line}>{t("till.noMail")}</p>
        ))}
    </ConsentDialog>
  );
}

/** A payout that waits, with why; or why it cannot be handed over out of this till. */
function Choice({ payout }: { payout: PayoutAtCounter }) {
  const { t, word, format } = useText();
  const amount = format.money(payout.amount.minor, payout.amount.currency);
  return (
    <Radio
      value={payout.id}
      disabled={payout.refusal != null}
      label={t("till.payOutChoice", { name: payout.name, amount })}
      description={payout.refusal ? word("problem", payout.refusal, "problem.unknown") : payout.reason}
    />
  );
}
