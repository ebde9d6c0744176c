import { Alert, Checkbox, Stack } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { Organisation, Payout } from "../../api/views";
import { useText } from "../../i18n/text";
import { isoToday } from "../../i18n/zone";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { DayInput } from "../../parts/DayInput";
import { said } from "../../parts/undo";
import { useNow } from "../../parts/useNow";
import classes from "./Payouts.module.css";
import { useSavePayoutFile } from "./useSavePayoutFile";

/** Chooses approved payouts and a day, makes the file of them, and hands it over at once. */
export function MakeFileDialog({
  organisation,
  onClose,
}: {
  organisation: Organisation;
  onClose: () => void;
}) {
  const { t, format } = useText();
  const query = (state: "approved" | "rejected") => ({
    params: { query: { organisationId: organisation.id, state, limit: 200 } },
  });
  const approved = api.useQuery("get", "/payouts", query("approved"));
  const rejected = api.useQuery("get", "/payouts", query("rejected"));
  const make = api.useMutation("post", "/payout-files");
  const save = useSavePayoutFile();
  const today = isoToday(useNow());
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [again, setAgain] = useState<ReadonlySet<string>>(new Set());
  const [on, setOn] = useState<string | null>(today);
  const [key] = useState(() => crypto.randomUUID());
  // What goes out at the counter is in no file.
  const ready = (approved.data?.items ?? []).filter(({ atCounter }) => !atCounter);
  const refused = rejected.data?.items ?? [];
  const chosen = [...ready.filter(({ id }) => !left.has(id)), ...refused.filter(({ id }) => again.has(id))];
  const toggled = (set: ReadonlySet<string>, id: string) =>
    new Set(set.has(id) ? [...set].filter((it) => it !== id) : [...set, id]);
  const label = (payout: Payout) =>
    t("payoutFile.choice", {
      amount: format.money(payout.amount.minor, payout.amount.currency),
      name: payout.name,
      account: payout.account ?? "",
    });
  const sum = chosen.reduce((all, { amount }) => all + amount.minor, 0);
  return (
    <ConsentDialog
      title={t("payoutFile.make")}
      confirm={t("payoutFile.make")}
      size="lg"
      waiting={chosen.length === 0 || !on}
      onClose={onClose}
      onConfirm={async () => {
        const body = {
          organisationId: organisation.id,
          payoutIds: chosen.map(({ id }) => id),
          executeOn: on ?? today,
        };
        const file = await make.mutateAsync({ headers: idempotent(key), body });
        said(t("payoutFile.made", { count: file.count }));
        await save(file.id);
      }}
    >
      <p className={classes.line}>{t("payoutFile.makeWords")}</p>
      {ready.length + refused.length === 0 && (
        <Alert color="gray" icon={<IconInfoCircle />}>
          {t("payoutFile.nothing")}
        </Alert>
      )}
      {ready.length > 0 && (
        <Stack gap="xs" role="group" aria-label={t("payoutState.approved")}>
          {ready.map((payout) => (
            <Checkbox
              key={payout.id}
              label={label(payout)}
              checked={!left.has(payout.id)}
              onChange={() => setLeft(toggled(left, payout.id))}
            />
          ))}
        </Stack>
      )}
      {refused.length > 0 && (
        <Stack gap="xs" role="group" aria-label={t("payoutState.rejected")}>
          <p className={classes.line}>{t("payoutFile.again")}</p>
          {refused.map((payout) => (
            <Checkbox
              key={payout.id}
              label={label(payout)}
              checked={again.has(payout.id)}
              onChange={() => setAgain(toggled(again, payout.id))}
            />
          ))}
        </Stack>
      )}
      <DayInput label={t("payoutFile.day")} required minDate={today} value={on} onChange={setOn} />
      {chosen.length > 0 && (
        <p className={classes.line}>
          {t("payoutFile.sum", {
            count: chosen.length,
            sum: format.money(sum, chosen[0]?.amount.currency ?? "SEK"),
          })}
        </p>
      )}
    </ConsentDialog>
  );
}
