// The task behind an import that is being taken in, wherever and whenever it was started.
import { api } from "../../api/query";
import type { ImportBatch, Job } from "../../api/views";

/** One's own task, or who else has one; neither while that is looked up, or is not told. */
export interface ImportTask {
  task: Job | undefined;
  somebody: string | undefined;
}

export function useImportTask(batch: ImportBatch): ImportTask {
  const mine = api.useQuery("get", "/jobs", {
    params: { query: { subjectId: batch.id, state: "running", limit: 1 } },
  });
  const task = mine.data?.items[0];
  // A task is shown to its owner alone; whose it is, the event log tells.
  const started = api.useQuery(
    "get",
    "/audit",
    { params: { query: { subjectId: batch.id, action: "import.started", limit: 1 } } },
    { enabled: mine.data !== undefined && !task },
  );
  return { task, somebody: task ? undefined : started.data?.items[0]?.actorName };
}
