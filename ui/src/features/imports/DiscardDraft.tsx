import { notifications } from "@mantine/notifications";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { ImportBatch } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";

/** Asks before a draft goes, with its file; the register is not touched. */
export function DiscardDraft({
  batch,
  onClose,
  onDone,
}: {
  batch: ImportBatch;
  onClose: () => void;
  onDone?: () => void;
}) {
  const { t } = useText();
  const discard = api.useMutation("delete", "/imports/{id}");
  return (
    <ConsentDialog
      title={t("import.discardTitle")}
      confirm={t("import.discard")}
      danger
      onClose={onClose}
      onConfirm={async () => {
        await discard.mutateAsync({ params: { path: { id: batch.id } }, headers: ifMatch(batch) });
        notifications.show({ message: t("import.discarded") });
        onDone?.();
      }}
    >
      <p style={{ margin: 0 }}>{t("import.discardWords", { name: batch.fileName })}</p>
    </ConsentDialog>
  );
}
