// What can be done with a task of the host, wherever it is shown.
import { fetchFile } from "../api/client";
import { api } from "../api/query";
import type { Job } from "../api/views";
import { useText } from "../i18n/text";
import { useHost } from "../shell/Providers";
import { showProblem } from "./ErrorNotice";
import type { Tone } from "./StateBadge";

export const JOB_TONES: Record<Job["state"], Tone> = {
  running: "calm",
  done: "good",
  failed: "bad",
  cancelled: "mute",
};

export function isRunning(job: Job): boolean {
  return job.state === "running";
}

/** Whether the file a task left can still be fetched. */
export function hasFile(job: Job, now: Date): boolean {
  return job.file !== null && job.file !== undefined && new Date(job.file.expiresAt) > now;
}

export function useJobActs() {
  const text = useText();
  const host = useHost();
  const cancel = api.useMutation("post", "/jobs/{id}/cancel");
  const withFile = async (job: Job, act: (name: string, blob: Blob) => Promise<unknown>) => {
    try {
      const { name, blob } = await fetchFile(`/jobs/${job.id}/file`);
      await act(job.file?.name ?? name, blob);
    } catch (error) {
      showProblem(error, text);
    }
  };
  return {
    stop: (job: Job) =>
      cancel.mutate({ params: { path: { id: job.id } } }, { onError: (error) => showProblem(error, text) }),
    open: (job: Job) => void withFile(job, host.openFile),
    save: (job: Job) => void withFile(job, host.saveFile),
  };
}
