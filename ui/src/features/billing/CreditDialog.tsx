import { Checkbox, Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { idempotent, ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { OpenDocument } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { ForeseenMoves } from "../../parts/ForeseenMoves";
import { said } from "../../parts/undo";

/** Takes a document back, whole or by lines: with a credit note that says why. */
export function CreditDialog({ document, onClose }: { document: OpenDocument; onClose: () => void }) {
  const { t, format } = useText();
  const credit = api.useMutation("post", "/documents/{id}/credit");
  const [key] = useState(() => crypto.randomUUID());
  const [whole, setWhole] = useState(true);
  const [again, setAgain] = useState(false);
  const [lines, setLines] = useState<ReadonlySet<number>>(new Set());
  const toggle = (place: number) =>
    setLines((chosen) => {
      const next = new Set(chosen);
      if (!next.delete(place)) next.add(place);
      return next;
    });
  const chosen = [...lines].sort((a, b) => a - b);
  const params = { path: { id: document.id } };
  const foreseen = api.useQuery(
    "get",
    "/documents/{id}/credit",
    { params: { ...params, query: whole ? {} : { lines: chosen.join(",") } } },
    { enabled: whole || chosen.length > 0 },
  );
  return (
    <ConsentDialog
      title={t("document.creditTitle", { number: document.number ?? "" })}
      confirm={t("document.credit")}
      danger
      reason
      size="lg"
      waiting={(!whole && chosen.length === 0) || foreseen.error != null}
      onClose={onClose}
      onConfirm={async (reason) => {
        const note = await credit.mutateAsync({
          params,
          headers: { ...ifMatch(document), ...idempotent(key) },
          body: {
            reason,
            ...(whole ? { chargeAgain: again } : { lines: chosen }),
          },
        });
        said(t("document.credited", { number: note.number ?? "" }));
      }}
    >
      <Stack gap="sm">
        <p style={{ margin: 0 }}>{t("document.creditWords")}</p>
        <Radio.Group
          label={t("document.creditWhat")}
          value={whole ? "whole" : "lines"}
          onChange={(value) => setWhole(value === "whole")}
        >
          <Stack gap={6} mt={6}>
            <Radio value="whole" label={t("document.creditWhole")} />
            <Radio value="lines" label={t("document.creditLines")} />
          </Stack>
        </Radio.Group>
        {whole ? (
          // What a reminder asked for is no charge that a month run could take up again.
          <Checkbox
            display={document.kind === "reminder" ? "none" : undefined}
            checked={again}
            onChange={(event) => setAgain(event.currentTarget.checked)}
            label={t("document.chargeAgain")}
            description={t("document.chargeAgainWords")}
          />
        ) : (
          <Stack gap={6}>
            {document.lines.map((line, index) => (
              <Checkbox
                key={index}
                checked={lines.has(index + 1)}
                onChange={() => toggle(index + 1)}
                label={[line.whose?.name, line.text, format.money(line.amount.minor, line.amount.currency)]
                  .filter(Boolean)
                  .join(", ")}
              />
            ))}
          </Stack>
        )}
        {(whole || chosen.length > 0) && <ForeseenMoves moves={foreseen.data} error={foreseen.error} />}
      </Stack>
    </ConsentDialog>
  );
}
