import "@mantine/dropzone/styles.css";
import { Button, Select, Stack, Text } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import { IconFileSpreadsheet, IconFileX, IconUpload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { idempotent, sendBytes } from "../../api/client";
import { invalidate } from "../../api/query";
import { tagsOf } from "../../api/tags";
import type { ImportBatch } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { queryOf } from "../../parts/ExportMenu";
import { PageHeader } from "../../parts/PageHeader";
import { useFacilityChoice } from "../../shell/facilityChoice";
import classes from "./Imports.module.css";

// As the host has it.
const MAX_BYTES = 48 * 1024 * 1024;

/** The first step: the file, dropped here, dropped elsewhere on the desk, or chosen. Nothing is changed by reading it. */
export function ImportFile({
  dropped,
  onRead,
}: {
  dropped: File | undefined;
  onRead: (batch: ImportBatch) => void;
}) {
  const { t, format } = useText();
  const queryClient = useQueryClient();
  const { facility, facilities, choose } = useFacilityChoice();
  const opener = useRef<() => void>(null);
  const [error, setError] = useState<unknown>();
  const [tooBig, setTooBig] = useState(false);
  const [busy, setBusy] = useState(false);
  const read = async (file: File) => {
    if (!facility) return;
    setError(undefined);
    setTooBig(file.size > MAX_BYTES);
    if (file.size > MAX_BYTES) return;
    setBusy(true);
    try {
      const query = queryOf({ facilityId: facility.id, fileName: file.name });
      const batch = await sendBytes<ImportBatch>(`/imports?${query}`, file, idempotent(crypto.randomUUID()));
      void invalidate(queryClient, tagsOf("invalidates", "post", "/imports"));
      onRead(batch);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  // It is read once, as soon as it is known which facility it is for.
  const taken = useRef<File>(undefined);
  useEffect(() => {
    if (!dropped || !facility || taken.current === dropped) return;
    taken.current = dropped;
    void read(dropped);
  });
  return (
    <div className={classes.page}>
      <PageHeader title={t("import.title")} subtitle={t("import.words")} />
      <Card>
        <Stack>
          {(!facility || facilities.length > 1) && (
            <Select
              label={t("import.into")}
              required
              allowDeselect={false}
              placeholder={t("letters.chooseFacility")}
              data={facilities.map(({ id, name, code }) => ({ value: id, label: `${name} (${code})` }))}
              value={facility?.id ?? null}
              onChange={(id) => id && choose(id)}
            />
          )}
          <Dropzone
            openRef={opener}
            onDrop={(files) => files[0] && void read(files[0])}
            onReject={() => setTooBig(true)}
            maxSize={MAX_BYTES}
            multiple={false}
            loading={busy}
            disabled={!facility}
            activateOnClick={false}
            activateOnKeyboard={false}
            className={classes.drop}
            inputProps={{ "aria-label": t("import.choose") }}
          >
            <Stack align="center" gap="xs" className={classes.inDrop}>
              <Dropzone.Accept>
                <IconUpload size={44} stroke={1.4} aria-hidden="true" />
              </Dropzone.Accept>
              <Dropzone.Reject>
                <IconFileX size={44} stroke={1.4} aria-hidden="true" />
              </Dropzone.Reject>
              <Dropzone.Idle>
                <IconFileSpreadsheet size={44} stroke={1.4} aria-hidden="true" />
              </Dropzone.Idle>
              <Text fw={600}>{t("import.drop")}</Text>
              <Button onClick={() => opener.current?.()} disabled={!facility}>
                {t("import.choose")}
              </Button>
              <Text size="sm" c="dimmed" ta="center" maw={460}>
                {t("import.formats", { size: format.fileSize(MAX_BYTES) })}
              </Text>
            </Stack>
          </Dropzone>
          {tooBig && <Text c="var(--bad)">{t("import.tooBig", { size: format.fileSize(MAX_BYTES) })}</Text>}
          {error !== undefined && <ErrorNotice error={error} />}
        </Stack>
      </Card>
    </div>
  );
}
