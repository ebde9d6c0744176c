import { Button, Modal } from "@mantine/core";
import { IconFileTypeXml } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../api/query";
import type { Job } from "../api/views";
import { useText } from "../i18n/text";
import { can, useMe } from "../shell/session";
import { showProblem } from "./ErrorNotice";
import { JobRun } from "./JobRun";

/** Every e-invoice of the documents in the filter as one ZIP, with an index of their hashes and of why some have none. */
export function EInvoices({ query }: { query: Record<string, unknown> }) {
  const text = useText();
  const { t } = text;
  const me = useMe();
  const start = api.useMutation("post", "/e-invoices");
  const [job, setJob] = useState<Job>();
  if (!can(me, "export")) return null;
  return (
    <>
      <Button
        variant="default"
        loading={start.isPending}
        leftSection={<IconFileTypeXml size={16} />}
        onClick={() =>
          start.mutate(
            { params: { query } },
            { onSuccess: setJob, onError: (error) => showProblem(error, text) },
          )
        }
      >
        {t("eInvoices.title")}
      </Button>
      {job && (
        <Modal
          opened
          onClose={() => setJob(undefined)}
          title={t("eInvoices.title")}
          closeButtonProps={{ "aria-label": t("action.close") }}
        >
          <JobRun
            id={job.id}
            running={t("eInvoices.running")}
            done={({ result }) => {
              const { made, without } = result as unknown as { made: number; without: number };
              return [
                t("eInvoices.made", { count: made }),
                without > 0 && t("eInvoices.without", { count: without }),
              ]
                .filter(Boolean)
                .join(" ");
            }}
          />
        </Modal>
      )}
    </>
  );
}
