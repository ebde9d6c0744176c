import { Alert, Button, FileInput, Group, Modal, Stack } from "@mantine/core";
import { IconAlertTriangle, IconFileImport } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { idempotent, sendBytes } from "../../api/client";
import { invalidate } from "../../api/query";
import { tagsOf } from "../../api/tags";
import type { Organisation, PayoutStatusFindings, TakenPayoutStatuses } from "../../api/views";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { queryOf } from "../../parts/ExportMenu";
import { useReasonWords } from "../../parts/payout/useReasonWords";
import { StateBadge } from "../../parts/StateBadge";
import { said } from "../../parts/undo";
import { useFocusGivenBack } from "../../parts/useFocusGivenBack";
import classes from "./Payouts.module.css";
import { toneOf } from "./payoutStates";
import { useStatusWords } from "./useStatusWords";

/** What the bank answers: looked at first, and taken in when what would be done is right. */
export function TakeStatusesDialog({
  organisation,
  onClose,
}: {
  organisation: Organisation;
  onClose: () => void;
}) {
  const { t } = useText();
  const queryClient = useQueryClient();
  useFocusGivenBack();
  const [file, setFile] = useState<File | null>(null);
  const [found, setFound] = useState<PayoutStatusFindings>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const choose = (next: File | null) => {
    setFile(next);
    setFound(undefined);
    setError(undefined);
    setKey(crypto.randomUUID());
    if (!next) return;
    void run(async () => {
      const query = queryOf({ organisationId: organisation.id });
      setFound(await sendBytes<PayoutStatusFindings>(`/payout-statuses/preview?${query}`, next, {}));
    });
  };
  const take = () =>
    file &&
    run(async () => {
      const query = queryOf({ organisationId: organisation.id, fileName: file.name });
      const taken = await sendBytes<TakenPayoutStatuses>(`/payout-statuses?${query}`, file, idempotent(key));
      void invalidate(queryClient, tagsOf("invalidates", "post", "/payout-statuses"));
      const applied = taken.statuses.filter(({ outcome }) => outcome === "applied");
      said(t("payoutStatus.taken", { count: applied.length }));
      onClose();
    });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("payoutStatus.take")}
      size="xl"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Stack>
        <p className={classes.line}>{t("payoutStatus.takeWords")}</p>
        <FileInput
          label={t("payoutStatus.file")}
          placeholder={t("incoming.choose")}
          leftSection={<IconFileImport size={16} />}
          required
          clearable
          clearButtonProps={{ "aria-label": t("action.clear") }}
          value={file}
          onChange={choose}
        />
        {error !== undefined && <ErrorNotice error={error} />}
        {found && <Findings found={found} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button onClick={() => void take()} disabled={!found || found.takenAt != null} loading={busy}>
            {t("incoming.takeIn")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** What would be done, before it is. */
function Findings({ found }: { found: PayoutStatusFindings }) {
  const { t, format } = useText();
  const reason = useReasonWords();
  const stand = useStatusWords();
  return (
    <Stack gap="sm" aria-live="polite">
      {found.takenAt && (
        <Alert color="yellow" icon={<IconAlertTriangle />} title={t("incoming.takenBefore")}>
          {format.dateTime(found.takenAt)}
        </Alert>
      )}
      {!found.file && (
        <Alert color="yellow" icon={<IconAlertTriangle />}>
          {t("payoutStatus.notOurs")}
        </Alert>
      )}
      <p className={classes.line}>
        {found.file?.name} {format.dateTime(found.writtenAt)}
      </p>
      <table className={classes.table} aria-label={t("payoutStatus.preview")}>
        <thead>
          <tr>
            <th scope="col">{t("payout.recipient")}</th>
            <th scope="col">{t("payoutStatus.says")}</th>
            <th scope="col">{t("payoutStatus.outcome")}</th>
            <th scope="col" className={classes.figure}>
              {t("payout.amount")}
            </th>
          </tr>
        </thead>
        <tbody>
          {found.statuses.map((status) => (
            <tr key={`${status.line}${status.endToEndId}`}>
              <td>
                {status.name ?? t("payoutStatus.nobody")}
                <span className={classes.detail}>{status.endToEndId}</span>
              </td>
              <td>
                {stand(status.statusCode)}
                {status.reasonCode && (
                  <span className={classes.detail}>{reason(status.reasonCode, status.words)}</span>
                )}
              </td>
              <td>
                <StateBadge tone={toneOf(status)}>{t(`payoutStatus.outcome.${status.outcome}`)}</StateBadge>
              </td>
              <td className={classes.figure}>
                {status.amount && format.money(status.amount.minor, status.amount.currency)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Stack>
  );
}
