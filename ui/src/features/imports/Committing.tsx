import { useQueryClient } from "@tanstack/react-query";
import { invalidate } from "../../api/query";
import type { ImportBatch, Job } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { JobRun } from "../../parts/JobRun";
import { useImportTask } from "./useImportTask";

/** A task of an import, where it was started and wherever its page is opened meanwhile. */
export function Running({ id, words, batch }: { id: string; words: string; batch: ImportBatch }) {
  const { t } = useText();
  const queryClient = useQueryClient();
  return (
    <Card>
      <JobRun
        id={id}
        running={words}
        done={() => t("import.done")}
        onDone={() => void invalidate(queryClient, ["import", `import:${batch.id}`])}
      />
    </Card>
  );
}

/** The rows are on their way in: how far, and a way to stop, also for somebody who comes back to the page. */
export function Committing({ batch, job }: { batch: ImportBatch; job: Job | undefined }) {
  const { t } = useText();
  if (job) return <Running id={job.id} words={t("import.committing")} batch={batch} />;
  return <Found batch={batch} />;
}

function Found({ batch }: { batch: ImportBatch }) {
  const { t } = useText();
  const { task, somebody } = useImportTask(batch);
  if (task) return <Running id={task.id} words={t("import.committing")} batch={batch} />;
  return (
    <Card>
      <p style={{ margin: 0 }} role="status">
        {somebody ? t("import.committingElsewhere", { name: somebody }) : t("import.committing")}
      </p>
    </Card>
  );
}
