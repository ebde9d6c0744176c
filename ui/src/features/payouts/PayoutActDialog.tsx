import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { OpenPayout } from "../../api/views";
import { useText } from "../../i18n/text";
import { isoToday } from "../../i18n/zone";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { DayInput } from "../../parts/DayInput";
import { ForeseenMoves } from "../../parts/ForeseenMoves";
import { useNow } from "../../parts/useNow";

export type PayoutAct = "approve" | "refuse" | "withdraw" | "settle";

type Outcome = "paid" | "rejected" | "returned";

/** Asks before money moves, or before it does not. */
export function PayoutActDialog({
  payout,
  act,
  onClose,
}: {
  payout: OpenPayout;
  act: PayoutAct;
  onClose: () => void;
}) {
  if (act === "settle") return <SettleDialog payout={payout} onClose={onClose} />;
  return <DecideDialog payout={payout} act={act} onClose={onClose} />;
}

function DecideDialog({
  payout,
  act,
  onClose,
}: {
  payout: OpenPayout;
  act: Exclude<PayoutAct, "settle">;
  onClose: () => void;
}) {
  const { t, format } = useText();
  const approve = api.useMutation("post", "/payouts/{id}/approve");
  const refuse = api.useMutation("post", "/payouts/{id}/refuse");
  const withdraw = api.useMutation("post", "/payouts/{id}/withdraw");
  const foreseen = api.useQuery("get", "/payouts/{id}/moves", {
    params: { path: { id: payout.id }, query: { act } },
  });
  const at = { params: { path: { id: payout.id } }, headers: ifMatch(payout) };
  const amount = format.money(payout.amount.minor, payout.amount.currency);
  const acts = {
    approve: {
      title: t("payout.approve"),
      words: payout.account
        ? t("payout.approveWords", { amount, name: payout.name, account: payout.account })
        : t("payout.approveCounterWords", { amount, name: payout.name }),
      go: (): Promise<unknown> => approve.mutateAsync(at),
    },
    refuse: {
      title: t("payout.refuse"),
      words: t("payout.refuseWords"),
      go: (reason: string): Promise<unknown> => refuse.mutateAsync({ ...at, body: { reason } }),
    },
    withdraw: {
      title: t("payout.withdraw"),
      words: t("payout.withdrawWords"),
      go: (): Promise<unknown> => withdraw.mutateAsync(at),
    },
  };
  const { title, words, go } = acts[act];
  return (
    <ConsentDialog
      title={title}
      confirm={title}
      reason={act === "refuse"}
      size="lg"
      waiting={foreseen.error != null}
      onClose={onClose}
      onConfirm={go}
    >
      <p style={{ margin: 0 }}>{words}</p>
      <ForeseenMoves
        moves={foreseen.data}
        error={foreseen.error}
        title={act === "approve" ? t("transfer.foreseenPaid") : undefined}
      />
    </ConsentDialog>
  );
}

/** Says for the bank what became of a payout, where no file of it does. */
function SettleDialog({ payout, onClose }: { payout: OpenPayout; onClose: () => void }) {
  const { t } = useText();
  const settle = api.useMutation("post", "/payouts/{id}/outcome");
  const today = isoToday(useNow());
  const outcomes: Outcome[] = payout.state === "paid" ? ["returned"] : ["paid", "rejected"];
  const [outcome, setOutcome] = useState<Outcome>(outcomes[0] ?? "paid");
  const [on, setOn] = useState<string | null>(today);
  const [reference, setReference] = useState("");
  const foreseen = api.useQuery("get", "/payouts/{id}/moves", {
    params: { path: { id: payout.id }, query: { act: outcome } },
  });
  const waiting =
    foreseen.error != null || (outcome !== "rejected" && !on) || (outcome === "paid" && !reference.trim());
  return (
    <ConsentDialog
      title={t("payout.settle")}
      confirm={t("payout.settle")}
      reason
      size="lg"
      waiting={waiting}
      onClose={onClose}
      onConfirm={(reason) =>
        settle.mutateAsync({
          params: { path: { id: payout.id } },
          headers: ifMatch(payout),
          body: {
            outcome,
            reason,
            ...(outcome !== "rejected" && { on }),
            ...(outcome === "paid" && { bankReference: reference }),
          },
        })
      }
    >
      <p style={{ margin: 0 }}>{t("payout.settleWords")}</p>
      <Select
        label={t("payout.outcome")}
        allowDeselect={false}
        data={outcomes.map((value) => ({ value, label: t(`payout.outcome.${value}`) }))}
        value={outcome}
        onChange={(value) => setOutcome((value as Outcome | null) ?? outcome)}
      />
      {outcome !== "rejected" && (
        <DayInput label={t("payout.outcomeOn")} required maxDate={today} value={on} onChange={setOn} />
      )}
      {outcome === "paid" && (
        <TextInput
          label={t("payout.bankReference")}
          required
          maxLength={35}
          value={reference}
          onChange={(event) => setReference(event.currentTarget.value)}
        />
      )}
      <ForeseenMoves moves={foreseen.data} error={foreseen.error} />
    </ConsentDialog>
  );
}
