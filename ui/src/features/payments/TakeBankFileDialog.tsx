import { Alert, Button, FileInput, Group, Modal, Stack } from "@mantine/core";
import { IconAlertTriangle, IconFileImport, IconInfoCircle } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { idempotent, sendBytes } from "../../api/client";
import { invalidate } from "../../api/query";
import { tagsOf } from "../../api/tags";
import type { BankFile, BankFileFindings, Organisation } from "../../api/views";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { queryOf } from "../../parts/ExportMenu";
import { StateBadge } from "../../parts/StateBadge";
import { said } from "../../parts/undo";
import { useFocusGivenBack } from "../../parts/useFocusGivenBack";
import { OutgoingLines } from "./OutgoingLines";
import classes from "./Payments.module.css";
import { toneOf } from "./paymentWords";

/** A file of the bank: looked at first, and taken in when what would be done is right. */
export function TakeBankFileDialog({
  organisation,
  onClose,
}: {
  organisation: Organisation;
  onClose: (taken: BankFile | undefined) => void;
}) {
  const { t } = useText();
  const queryClient = useQueryClient();
  useFocusGivenBack();
  const [file, setFile] = useState<File | null>(null);
  const [found, setFound] = useState<BankFileFindings>();
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
      setFound(await sendBytes<BankFileFindings>(`/bank-files/preview?${query}`, next, {}));
    });
  };
  const take = () =>
    file &&
    run(async () => {
      const query = queryOf({ organisationId: organisation.id, fileName: file.name });
      const taken = await sendBytes<BankFile>(`/bank-files?${query}`, file, idempotent(key));
      void invalidate(queryClient, tagsOf("invalidates", "post", "/bank-files"));
      said(t("incoming.taken", { count: taken.payments }));
      onClose(taken);
    });
  const nothingNew =
    found !== undefined && (found.taken != null || found.payments.length + found.outgoing.length === 0);
  return (
    <Modal
      opened
      onClose={() => onClose(undefined)}
      title={t("incoming.take")}
      size="xl"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Stack>
        <p className={classes.line}>{t("incoming.takeWords", { name: organisation.name })}</p>
        <FileInput
          label={t("incoming.file")}
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
          <Button variant="default" onClick={() => onClose(undefined)}>
            {t("action.cancel")}
          </Button>
          <Button onClick={() => void take()} disabled={!found || nothingNew} loading={busy}>
            {t("incoming.takeIn")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

const SKIPPED = ["debits", "pending", "bundles", "returned", "otherCurrency", "empty"] as const;

/** What would be done, before it is. */
function Findings({ found }: { found: BankFileFindings }) {
  const { t, format } = useText();
  // What is shown line by line is not passed over.
  const shown = (kind: string) => found.outgoing.length > 0 && (kind === "debits" || kind === "returned");
  const skipped = SKIPPED.filter((kind) => found.skipped[kind] > 0 && !shown(kind));
  return (
    <Stack gap="sm" aria-live="polite">
      {found.taken && (
        <Alert color="yellow" icon={<IconAlertTriangle />} title={t("incoming.takenBefore")}>
          {t("incoming.takenBy", {
            at: format.dateTime(found.taken.takenAt),
            name: found.taken.takenBy ?? t("incoming.somebody"),
          })}
        </Alert>
      )}
      {found.otherAccount && (
        <Alert color="yellow" icon={<IconAlertTriangle />} title={t("incoming.otherAccount")}>
          {t("incoming.otherAccountWords", {
            accounts: found.accounts.join(", "),
            own: found.otherAccount,
          })}
        </Alert>
      )}
      <p className={classes.line}>
        {t(`incoming.file.${found.kind}`)}
        {found.writtenOn && ` · ${format.date(found.writtenOn)}`}
        {found.known > 0 && ` · ${t("incoming.known", { count: found.known })}`}
      </p>
      {skipped.length > 0 && (
        <Alert color="gray" icon={<IconInfoCircle />}>
          {skipped.map((kind) => (
            <p key={kind} className={classes.line}>
              {t(`incoming.skipped.${kind}`, { count: found.skipped[kind] })}
            </p>
          ))}
        </Alert>
      )}
      {found.sums.length > 0 && (
        <table className={classes.table} aria-label={t("incoming.outcome")}>
          <thead>
            <tr>
              <th scope="col">{t("incoming.outcome")}</th>
              <th scope="col" className={classes.figure}>
                {t("incoming.number")}
              </th>
              <th scope="col" className={classes.figure}>
                {t("incoming.amount")}
              </th>
              <th scope="col" className={classes.figure}>
                {t("incoming.left")}
              </th>
            </tr>
          </thead>
          <tbody>
            {found.sums.map((sum) => (
              <tr key={`${sum.outcome}${sum.amount.currency}`}>
                <td>
                  <StateBadge tone={toneOf(sum)}>{t(`incoming.outcome.${sum.outcome}`)}</StateBadge>
                </td>
                <td className={classes.figure}>{format.number(sum.count)}</td>
                <td className={classes.figure}>{format.money(sum.amount.minor, sum.amount.currency)}</td>
                <td className={classes.figure}>{format.money(sum.left.minor, sum.left.currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {found.payments.length > 0 && (
        <table className={classes.table} aria-label={t("incoming.preview")}>
          <thead>
            <tr>
              <th scope="col">{t("incoming.payer")}</th>
              <th scope="col">{t("incoming.reference")}</th>
              <th scope="col">{t("incoming.outcome")}</th>
              <th scope="col" className={classes.figure}>
                {t("incoming.amount")}
              </th>
            </tr>
          </thead>
          <tbody>
            {found.payments.map((payment, place) => (
              <tr key={place}>
                <td>
                  {payment.payer ?? t("incoming.nobody")}
                  <span className={classes.detail}>{format.date(payment.bookedOn)}</span>
                </td>
                <td>{payment.references.join(", ")}</td>
                <td>
                  {t(`incoming.outcome.${payment.outcome}`)}
                  <span className={classes.detail}>{payment.documents.join(", ")}</span>
                </td>
                <td className={classes.figure}>
                  {format.money(payment.amount.minor, payment.amount.currency)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {found.outgoing.length > 0 && <OutgoingLines lines={found.outgoing} />}
    </Stack>
  );
}
