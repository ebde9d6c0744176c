// The task behind an import that is being taken in, wherever and whenever it was started.
import { api } from "../../api/query";
import type { AuditRow, ImportBatch } from "../../api/views";

/** Who is taking the import in, and in which task; nothing while that is looked up, or is not told. */
export interface CommitTask {
  actorId: string | undefined;
  actorName: string;
  jobId: string | undefined;
}

/**
 * Finds the task in the event log: a batch does not name its task, but the log says of both that the same request
 * started them.
 */
export function useCommitTask(batch: ImportBatch): CommitTask | undefined {
  const started = api.useQuery("get", "/audit", {
    params: { query: { subjectId: batch.id, action: "import.started", limit: 1 } },
  }).data?.items[0];
  const tasks = api.useQuery(
    "get",
    "/audit",
    {
      params: {
        query: { action: "job.started", order: "oldest", limit: 50, ...(started && { from: started.at }) },
      },
    },
    { enabled: started !== undefined },
  );
  return started && tasks.data && commitTask(started, tasks.data.items);
}

export function commitTask(started: AuditRow, tasks: readonly AuditRow[]): CommitTask {
  const task = tasks.find(({ correlation }) => correlation === started.correlation);
  return {
    actorId: started.actorId ?? undefined,
    actorName: started.actorName,
    jobId: task?.subjectId ?? undefined,
  };
}
