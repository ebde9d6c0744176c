import { Checkbox, Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { OpenTill, TillEntry } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { ForeseenMoves } from "../../parts/ForeseenMoves";
import { said } from "../../parts/undo";

const WAYS = ["money", "never_came"] as const;
type Way = (typeof WAYS)[number];

/** Asks why something that was entered goes back, and, of cash in a till that is closed, whether it ever came. */
export function TakeBackAtTillDialog({
  till,
  entry,
  onClose,
}: {
  till: OpenTill;
  entry: TillEntry;
  onClose: () => void;
}) {
  const { t, format } = useText();
  const back = api.useMutation("post", "/till-entries/{id}/take-back");
  const [key] = useState(() => crypto.randomUUID());
  const [mail, setMail] = useState(entry.hasEmail);
  const [way, setWay] = useState<Way>("money");
  const closed = till.closedAt != null;
  const path = { id: entry.id };
  const foreseen = api.useQuery("get", "/till-entries/{id}/take-back", { params: { path, query: { way } } });
  return (
    <ConsentDialog
      title={t("till.takeBackOf", { number: entry.number })}
      confirm={t("till.takeBack")}
      reason
      size="lg"
      waiting={foreseen.error != null}
      onClose={onClose}
      onConfirm={async (reason) => {
        // What was chosen before and not carried out is another wish.
        const headers = idempotent(`${key}-${way}`);
        await back.mutateAsync({ params: { path }, headers, body: { reason, way, mail } });
        said(t("till.tookBack"));
      }}
    >
      <p style={{ margin: 0 }}>
        {t(entry.kind === "paid_out" ? "till.takeBackPayoutWords" : wordsFor(way), {
          amount: format.money(entry.amount.minor, entry.amount.currency),
          name: entry.payer,
        })}
      </p>
      {closed && <p style={{ margin: 0 }}>{t("till.ofClosed")}</p>}
      {closed && entry.kind === "taken" && entry.means === "cash" && (
        <Radio.Group
          label={t("till.wayTitle")}
          value={way}
          onChange={(value) => setWay(WAYS.find((it) => it === value) ?? "money")}
        >
          <Stack gap="xs" mt={4}>
            {WAYS.map((value) => (
              <Radio
                key={value}
                value={value}
                label={t(`till.way.${value}`)}
                description={t(`till.wayWords.${value}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
      <ForeseenMoves moves={foreseen.data} error={foreseen.error} />
      {entry.hasEmail && (
        <Checkbox
          label={t("till.mail")}
          checked={mail}
          onChange={(event) => setMail(event.currentTarget.checked)}
        />
      )}
    </ConsentDialog>
  );
}

/** Money that never came is not given back. */
function wordsFor(way: Way): "till.takeBackWords" | "till.neverCameWords" {
  return way === "money" ? "till.takeBackWords" : "till.neverCameWords";
}
