import { Alert, Button } from "@mantine/core";
import { IconArrowBackUp, IconCircleCheck, IconFileDownload } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { fetchFile } from "../../api/client";
import { api } from "../../api/query";
import type { ImportBatch, Job } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { ErrorNotice, showProblem } from "../../parts/ErrorNotice";
import { JobRun } from "../../parts/JobRun";
import { Loaded } from "../../parts/Loaded";
import { PageHeader } from "../../parts/PageHeader";
import { useHost } from "../../shell/Providers";
import { Consequences } from "./Consequences";
import { Faults } from "./Faults";
import classes from "./Imports.module.css";
import { Mapping } from "./Mapping";
import { Preview } from "./Preview";

/** One batch: from reading the file to the committed result, and back again by undo. */
export function ImportPage({ id }: { id: string }) {
  const { t } = useText();
  const query = api.useQuery("get", "/imports/{id}", { params: { path: { id } } });
  return (
    <div className={classes.page}>
      <Loaded query={query}>
        {(batch) => (
          <>
            <PageHeader
              title={batch.fileName}
              subtitle={t(batch.state === "draft" ? "import.draftWords" : "import.batchWords")}
              actions={!batch.sourceGoneAt && <SourceButton batch={batch} />}
            />
            {batch.state === "draft" ? <Draft batch={batch} /> : <Settled batch={batch} />}
            <Kept batch={batch} />
          </>
        )}
      </Loaded>
    </div>
  );
}

/** Nothing is in the register yet: how the file is read, what it says, what will happen. */
function Draft({ batch }: { batch: ImportBatch }) {
  const { t } = useText();
  const commit = api.useMutation("post", "/imports/{id}/commit");
  const [job, setJob] = useState<Job>();
  if (job) return <Running job={job} words={t("import.committing")} />;
  const { create, update } = batch.counts;
  return (
    <>
      <Mapping batch={batch} />
      <Preview batch={batch} />
      <Faults batch={batch} />
      <Card title={t("import.consequences")}>
        <Consequences batch={batch} />
        {commit.isError && <ErrorNotice error={commit.error} />}
        <div className={classes.commit}>
          <p>{t("import.commitHint")}</p>
          <Button
            size="md"
            disabled={create + update === 0}
            loading={commit.isPending}
            onClick={() =>
              commit.mutate(
                { params: { path: { id: batch.id } } },
                { onSuccess: (started) => setJob(started) },
              )
            }
          >
            {t("import.commit", { count: create + update })}
          </Button>
        </div>
      </Card>
    </>
  );
}

function Running({ job, words }: { job: Job; words: string }) {
  const { t } = useText();
  return (
    <Card>
      <JobRun id={job.id} running={words} done={() => t("import.done")} />
    </Card>
  );
}

/** The batch is in the register, or was taken out again. */
function Settled({ batch }: { batch: ImportBatch }) {
  const { t } = useText();
  const undo = api.useMutation("post", "/imports/{id}/undo");
  const [asking, setAsking] = useState(false);
  const [job, setJob] = useState<Job>();
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
      {batch.state === "undone" && (
        <Alert color="gray" icon={<IconArrowBackUp />} title={t("import.undoneTitle")}>
          {t("import.undoneWords")}
        </Alert>
      )}
      {interrupted && (
        <Alert color="orange" title={t("import.state.interrupted")}>
          {t("import.interruptedWords")}
        </Alert>
      )}
      {job && batch.state !== "undone" && (
        <Running job={job} words={t(job.kind === "import.undo" ? "import.undoing" : "import.committing")} />
      )}
      <Card title={t("import.result")}>
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
                  commit.mutate(
                    { params: { path: { id: batch.id } } },
                    { onSuccess: (started) => setJob(started) },
                  )
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
          onConfirm={async () => setJob(await undo.mutateAsync({ params: { path: { id: batch.id } } }))}
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
