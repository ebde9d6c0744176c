import { Alert, Button } from "@mantine/core";
import { IconArrowBackUp, IconCircleCheck, IconFileDownload, IconTrash } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { fetchFile } from "../../api/client";
import { api } from "../../api/query";
import type { ImportBatch, Job } from "../../api/views";
import { type Key, useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { ErrorNotice, showProblem } from "../../parts/ErrorNotice";
import { Loaded } from "../../parts/Loaded";
import { PageHeader } from "../../parts/PageHeader";
import { useHost } from "../../shell/Providers";
import { Committing, Running } from "./Committing";
import { Consequences } from "./Consequences";
import { DiscardDraft } from "./DiscardDraft";
import { Faults, Warnings } from "./Faults";
import classes from "./Imports.module.css";
import { Mapping } from "./Mapping";
import { Preview } from "./Preview";
import { Undone } from "./Undone";

/** One batch: from reading the file to the committed result, and back again by undo. */
export function ImportPage({ id }: { id: string }) {
  const { t } = useText();
  const query = api.useQuery("get", "/imports/{id}", { params: { path: { id } } });
  const [job, setJob] = useState<Job>();
  // A file that was dropped, or chosen with the mouse, leaves the focus nowhere.
  useEffect(() => {
    if (document.activeElement === document.body) document.getElementById("main")?.focus();
  }, []);
  return (
    <div className={classes.page}>
      <Loaded query={query}>
        {(batch) => (
          <>
            <PageHeader
              title={batch.fileName}
              subtitle={t(HEAD_WORDS[batch.state] ?? "import.batchWords")}
              actions={!batch.sourceGoneAt && <SourceButton batch={batch} />}
            />
            {batch.state === "committing" || (batch.state === "draft" && job) ? (
              <Committing batch={batch} job={job} />
            ) : batch.state === "draft" ? (
              <Draft batch={batch} onStarted={setJob} />
            ) : (
              <Settled batch={batch} job={job} onStarted={setJob} />
            )}
            <Kept batch={batch} />
          </>
        )}
      </Loaded>
    </div>
  );
}

const HEAD_WORDS: Partial<Record<ImportBatch["state"], Key>> = {
  draft: "import.draftWords",
  committing: "import.committingWords",
};

/** Nothing is in the register yet: how the file is read, what it says, what will happen. */
function Draft({ batch, onStarted }: { batch: ImportBatch; onStarted: (job: Job) => void }) {
  const { t } = useText();
  const navigate = useNavigate();
  const commit = api.useMutation("post", "/imports/{id}/commit");
  const [discarding, setDiscarding] = useState(false);
  const { create, update } = batch.counts;
  return (
    <>
      <Mapping batch={batch} />
      <Preview batch={batch} />
      <Warnings batch={batch} />
      <Faults batch={batch} />
      <Card title={t("import.consequences")}>
        <Consequences batch={batch} />
        {commit.isError && <ErrorNotice error={commit.error} />}
        <div className={classes.commit}>
          <p>{t("import.commitHint")}</p>
          <Button
            variant="subtle"
            color="red"
            leftSection={<IconTrash size={16} />}
            onClick={() => setDiscarding(true)}
          >
            {t("import.discard")}
          </Button>
          <Button
            size="md"
            disabled={create + update === 0}
            loading={commit.isPending}
            onClick={() => commit.mutate({ params: { path: { id: batch.id } } }, { onSuccess: onStarted })}
          >
            {t("import.commit", { count: create + update })}
          </Button>
        </div>
      </Card>
      {discarding && (
        <DiscardDraft
          batch={batch}
          onClose={() => setDiscarding(false)}
          onDone={() => void navigate({ to: "/imports" })}
        />
      )}
    </>
  );
}

/** The batch is in the register, or was taken out again. */
function Settled({
  batch,
  job,
  onStarted,
}: {
  batch: ImportBatch;
  job: Job | undefined;
  onStarted: (job: Job) => void;
}) {
  const { t } = useText();
  const undo = api.useMutation("post", "/imports/{id}/undo");
  const [asking, setAsking] = useState(false);
  const committed = batch.state === "committed";
  const interrupted = batch.state === "interrupted";
  const commit = api.useMutation("post", "/imports/{id}/commit");
  return (
    <>
      {committed && (
        <Alert color="teal" icon={<IconCircleCheck />} title={t("import.committedTitle")}>
          {t("import.committedWords")}
        </Alert>
      )}
      {batch.state === "undone" && <Undone batch={batch} />}
      {interrupted && (
        <Alert color="orange" title={t("import.state.interrupted")}>
          {t("import.interruptedWords")}
        </Alert>
      )}
      {job && (interrupted || job.kind === "import.undo") && batch.state !== "undone" && (
        <Running
          id={job.id}
          words={t(job.kind === "import.undo" ? "import.undoing" : "import.committing")}
          batch={batch}
        />
      )}
      <Card title={t(committed ? "import.result" : "import.planned")}>
        <Consequences batch={batch} />
        {(committed || interrupted) && (
          <div className={classes.next}>
            {committed && (
              <Button component={Link} to="/letters">
                {t("letters.print")}
              </Button>
            )}
            {interrupted && (
              <Button
                loading={commit.isPending}
                onClick={() =>
                  commit.mutate({ params: { path: { id: batch.id } } }, { onSuccess: onStarted })
                }
              >
                {t("import.continue")}
              </Button>
            )}
            <Button component={Link} to="/people" variant="default">
              {t("import.toPeople")}
            </Button>
            <Button
              variant="subtle"
              color="red"
              leftSection={<IconArrowBackUp size={16} />}
              onClick={() => setAsking(true)}
            >
              {t("import.undo")}
            </Button>
          </div>
        )}
      </Card>
      <Faults batch={batch} />
      {asking && (
        <ConsentDialog
          title={t("import.undoTitle")}
          confirm={t("import.undo")}
          danger
          onClose={() => setAsking(false)}
          onConfirm={async () => onStarted(await undo.mutateAsync({ params: { path: { id: batch.id } } }))}
        >
          <p style={{ margin: 0 }}>{t("import.undoWords")}</p>
        </ConsentDialog>
      )}
    </>
  );
}

/** How long the file is kept, since it holds personal data. */
function Kept({ batch }: { batch: ImportBatch }) {
  const { t, format } = useText();
  const { keptUntil, sourceGoneAt } = batch;
  if (sourceGoneAt)
    return <p className={classes.kept}>{t("import.sourceGone", { date: format.date(sourceGoneAt) })}</p>;
  return keptUntil ? (
    <p className={classes.kept}>{t("import.keptUntil", { date: format.date(keptUntil) })}</p>
  ) : null;
}

/** The file as it was, kept with the batch. */
function SourceButton({ batch }: { batch: ImportBatch }) {
  const text = useText();
  const host = useHost();
  const save = async () => {
    try {
      const { blob } = await fetchFile(`/imports/${batch.id}/source`);
      await host.saveFile(batch.fileName, blob);
    } catch (error) {
      showProblem(error, text);
    }
  };
  return (
    <Button variant="subtle" leftSection={<IconFileDownload size={16} />} onClick={() => void save()}>
      {text.t("import.source")}
    </Button>
  );
}
