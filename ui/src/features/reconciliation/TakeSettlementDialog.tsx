import { Alert, Button, FileInput, Group, Modal, Select, Stack, Table } from "@mantine/core";
import { IconAlertTriangle, IconFileImport } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { idempotent, sendBytes } from "../../api/client";
import { invalidate } from "../../api/query";
import { tagsOf } from "../../api/tags";
import type { Organisation, PaymentProvider, SettlementFindings } from "../../api/views";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { queryOf } from "../../parts/ExportMenu";
import { Scroll } from "../../parts/Scroll";
import { said } from "../../parts/undo";
import { useFocusGivenBack } from "../../parts/useFocusGivenBack";
import classes from "./Reconciliation.module.css";

const PROVIDERS = ["swish", "vipps", "payson"] as const satisfies readonly PaymentProvider[];

/** A settlement of a provider: looked at first, and taken in when what would be done is right. */
export function TakeSettlementDialog({
  organisation,
  onClose,
}: {
  organisation: Organisation;
  onClose: () => void;
}) {
  const { t } = useText();
  const queryClient = useQueryClient();
  useFocusGivenBack();
  const [provider, setProvider] = useState<PaymentProvider>();
  const [file, setFile] = useState<File | null>(null);
  const [found, setFound] = useState<SettlementFindings>();
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
  const look = (nextFile: File | null, nextProvider: PaymentProvider | undefined) => {
    setFile(nextFile);
    setProvider(nextProvider);
    setFound(undefined);
    setError(undefined);
    setKey(crypto.randomUUID());
    if (!nextFile || !nextProvider) return;
    void run(async () => {
      const query = queryOf({ organisationId: organisation.id, provider: nextProvider });
      setFound(await sendBytes<SettlementFindings>(`/settlements/preview?${query}`, nextFile, {}));
    });
  };
  const take = () =>
    file &&
    provider &&
    run(async () => {
      const query = queryOf({ organisationId: organisation.id, provider, fileName: file.name });
      const taken = await sendBytes<{ items: unknown[] }>(`/settlements?${query}`, file, idempotent(key));
      void invalidate(queryClient, tagsOf("invalidates", "post", "/settlements"));
      said(t("reconciliation.taken", { count: taken.items.length }));
      onClose();
    });
  const nothingNew = found?.settlements.every(({ known }) => known) ?? true;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("reconciliation.take")}
      size="xl"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Stack>
        <p className={classes.line}>{t("reconciliation.takeWords", { name: organisation.name })}</p>
        <Select
          label={t("reconciliation.provider")}
          placeholder={t("reconciliation.chooseProvider")}
          required
          allowDeselect={false}
          data={PROVIDERS.map((value) => ({ value, label: t(`paymentProvider.${value}`) }))}
          value={provider ?? null}
          onChange={(next) => next && look(file, next as PaymentProvider)}
        />
        <FileInput
          label={t("reconciliation.file")}
          placeholder={t("incoming.choose")}
          leftSection={<IconFileImport size={16} />}
          required
          clearable
          clearButtonProps={{ "aria-label": t("action.clear") }}
          value={file}
          onChange={(next) => look(next, provider)}
        />
        {error !== undefined && <ErrorNotice error={error} />}
        {found && <Findings found={found} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
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

/** What would be done, before it is. */
function Findings({ found }: { found: SettlementFindings }) {
  const { t, format } = useText();
  return (
    <Stack gap="sm" aria-live="polite">
      {found.taken && (
        <Alert color="yellow" icon={<IconAlertTriangle />}>
          {t("reconciliation.takenBefore")}
        </Alert>
      )}
      <Scroll label={t("reconciliation.settlements")}>
        <Table verticalSpacing={6} aria-label={t("reconciliation.settlements")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("reconciliation.settlement")}</Table.Th>
              <Table.Th className={classes.figure}>{t("reconciliation.figure.paid")}</Table.Th>
              <Table.Th className={classes.figure}>{t("reconciliation.figure.fee")}</Table.Th>
              <Table.Th className={classes.figure}>{t("reconciliation.figure.settled")}</Table.Th>
              <Table.Th>{t("reconciliation.lines")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.settlements.map((it) => (
              <Table.Tr key={it.number}>
                <Table.Th scope="row" className={classes.what}>
                  {it.number}
                  <span className={classes.soft}>{format.date(it.settledOn)}</span>
                </Table.Th>
                <Table.Td className={classes.figure}>
                  {format.money(it.gross.minor, it.gross.currency)}
                </Table.Td>
                <Table.Td className={classes.figure}>{format.money(it.fee.minor, it.fee.currency)}</Table.Td>
                <Table.Td className={classes.figure}>{format.money(it.net.minor, it.net.currency)}</Table.Td>
                <Table.Td>
                  {it.known
                    ? t("reconciliation.known")
                    : t("reconciliation.matched", { matched: it.matched, unknown: it.unknown })}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
    </Stack>
  );
}
