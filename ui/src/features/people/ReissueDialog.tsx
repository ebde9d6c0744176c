import { Button, Group, Modal, Stack } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { Job, Login } from "../../api/views";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { JobRun } from "../../parts/JobRun";
import { useFocusGivenBack } from "../../parts/useFocusGivenBack";

/** A new letter for one login. The earlier password stops working, so that is said before, not after. */
export function ReissueDialog({ login, name, onClose }: { login: Login; name: string; onClose: () => void }) {
  const { t } = useText();
  useFocusGivenBack();
  const letters = api.useMutation("post", "/letters");
  const [key] = useState(() => crypto.randomUUID());
  const [job, setJob] = useState<Job>();
  const inside = useRef<HTMLDivElement>(null);
  // The button that started it is gone by now; the focus stays in the dialog.
  useEffect(() => {
    if (job) inside.current?.focus();
  }, [job]);
  const start = () =>
    letters.mutate(
      { headers: idempotent(key), body: { loginIds: [login.id], order: "name" } },
      { onSuccess: (made) => setJob(made) },
    );
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("reissue.title", { name })}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Stack ref={inside} tabIndex={-1}>
        {job ? (
          <JobRun id={job.id} running={t("letters.running")} done={() => t("reissue.done")} />
        ) : (
          <>
            <p style={{ margin: 0 }}>
              {login.state === "own"
                ? t("reissue.wordsOwn")
                : login.state === "not_issued"
                  ? t("reissue.wordsFirst")
                  : t("reissue.wordsInitial")}
            </p>
            {letters.isError && <ErrorNotice error={letters.error} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                {t("action.cancel")}
              </Button>
              <Button data-autofocus loading={letters.isPending} onClick={start}>
                {t("reissue.start")}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}
