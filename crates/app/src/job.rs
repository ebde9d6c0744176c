//! Background tasks: started by somebody, with progress, cancelled by the same, and a file at the end.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::feed::Change;
use crate::vault::Purpose;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{JobId, LoginId, OrganisationId};
use stolpe_store::job::{Job, JobFile, JobFilter, JobState};
use stolpe_store::page::{Order, Page, Total};
use tokio_util::sync::CancellationToken;

/// How long a file can be fetched: long enough for a working day, short enough for one with passwords.
const FILE_LIFE: TimeDelta = TimeDelta::hours(12);

/// The cancel switches of what runs now.
pub(crate) type Running = Arc<Mutex<HashMap<JobId, CancellationToken>>>;

/// What a list of one's tasks is cut by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobCut {
    /// Only tasks that have come this far.
    pub state: Option<JobState>,
    /// Only tasks that do this.
    pub kind: Option<String>,
    /// Started from this instant.
    pub from: Option<DateTime<Utc>>,
    /// Started before this instant.
    pub until: Option<DateTime<Utc>>,
}

/// A task's own view of itself.
#[derive(Clone, Debug)]
pub struct Progress {
    app: App,
    job: JobId,
    login: LoginId,
    cancelled: CancellationToken,
}

/// What a task ends with.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// What came of it, for the task centre.
    pub result: serde_json::Value,
    /// A file to fetch: name, media type, content.
    pub file: Option<(String, &'static str, Vec<u8>)>,
}

impl Progress {
    /// Notes how far the task has come.
    ///
    /// # Errors
    /// [`AppError::Refused`] when it is to stop: what was committed stays, nothing more is done. `job.cancelled` when
    /// somebody stopped the task, `job.host_stopped` when the host ends.
    pub async fn at(&self, done: usize, total: usize) -> Result<()> {
        let count = |n| i64::try_from(n).unwrap_or(i64::MAX);
        let mut tx = self.app.write().await?;
        tx.move_job(self.job, count(done), count(total)).await?;
        tx.commit_telemetry().await?;
        self.app.tell_job(self.job, self.login);
        if self.app.stop.is_cancelled() {
            Err(AppError::refused("job.host_stopped"))
        } else if self.cancelled.is_cancelled() {
            Err(AppError::refused("job.cancelled"))
        } else {
            Ok(())
        }
    }

    /// The task.
    pub(crate) const fn job(&self) -> JobId {
        self.job
    }

    /// Leaves a file inside a transaction, so that it comes to be together with what else the transaction does.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] `vault.locked`.
    pub(crate) async fn keep_file(
        &self,
        tx: &mut stolpe_store::Tx,
        name: String,
        media_type: &'static str,
        content: &[u8],
    ) -> Result<()> {
        let sealed = self.app.vault.seal(Purpose::JobFile, content)?;
        let file = JobFile { name, media_type: media_type.to_owned(), expires_at: self.app.now() + FILE_LIFE };
        Ok(tx.insert_job_file(self.job, &file, &sealed).await?)
    }
}

impl App {
    /// Starts a task in the caller's name; it goes on when they leave.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the task cannot be written down; then it does not run either.
    pub(crate) async fn start_job<F>(
        &self,
        ctx: &Ctx,
        kind: &'static str,
        organisation: Option<OrganisationId>,
        total: usize,
        work: impl FnOnce(App, Ctx, Progress) -> F,
    ) -> Result<Job>
    where
        F: Future<Output = Result<Outcome>> + Send + 'static,
    {
        let login = ctx.signed()?.login;
        if let Some(id) = self.replayed::<JobId>(ctx).await? {
            return self.job(ctx, id).await;
        }
        let job = Job {
            id: ctx.new_id(),
            kind: kind.to_owned(),
            login,
            organisation,
            state: JobState::Running,
            done: 0,
            total: i64::try_from(total).unwrap_or(i64::MAX),
            code: None,
            result: None,
            created_at: ctx.at,
            finished_at: None,
            file: None,
        };
        let mut tx = self.write().await?;
        tx.insert_job(&job).await?;
        let mut event = Event::new(Action::JobStarted, Subject::Job(job.id)).because(kind);
        event.organisation = organisation;
        tx.commit(ctx, [event]).await?;

        let cancelled = self.stop.child_token();
        if let Ok(mut running) = self.running.lock() {
            running.insert(job.id, cancelled.clone());
        }
        let progress = Progress { app: self.clone(), job: job.id, login, cancelled };
        let within = Ctx { idempotency: None, ..ctx.clone() };
        let future = work(self.clone(), within, progress);
        let (app, id) = (self.clone(), job.id);
        self.spawn(async move {
            let outcome = future.await;
            if let Err(error) = app.end_job(id, login, outcome).await {
                tracing::error!(%error, job = %id, "a task could not be closed");
            }
        });
        Ok(job)
    }

    async fn end_job(&self, id: JobId, login: LoginId, outcome: Result<Outcome>) -> Result<()> {
        if let Ok(mut running) = self.running.lock() {
            running.remove(&id);
        }
        let mut file = None;
        let (state, code, result) = match outcome {
            Ok(outcome) => {
                if let Some((name, media_type, content)) = outcome.file {
                    let sealed = self.vault.seal(Purpose::JobFile, &content)?;
                    let expires_at = self.now() + FILE_LIFE;
                    file = Some((JobFile { name, media_type: media_type.to_owned(), expires_at }, sealed));
                }
                (JobState::Done, None, Some(outcome.result))
            }
            Err(AppError::Refused { code: "job.cancelled", .. }) => (JobState::Cancelled, Some("job.cancelled"), None),
            Err(error) => {
                tracing::error!(error = ?error, job = %id, "a task failed");
                (JobState::Failed, Some(code_of(&error)), None)
            }
        };
        let (file, result) = (&file, &result);
        self.when_reachable(|| async move {
            let at = self.now();
            let mut tx = self.write().await?;
            if let Some((file, sealed)) = file {
                tx.insert_job_file(id, file, sealed).await?;
            }
            tx.finish_job(id, state, code, result.as_ref(), at).await?;
            tx.delete_expired_files(at).await?;
            tx.commit_telemetry().await
        })
        .await?;
        self.tell_job(id, login);
        Ok(())
    }

    fn tell_job(&self, id: JobId, login: LoginId) {
        self.feed.publish(Change {
            action: "job.moved",
            tags: &["job"],
            subject: Some(id.uuid()),
            organisation: None,
            facility: None,
            only: Some(login),
        });
    }

    /// Ends tasks that an earlier run of the host left behind.
    pub(crate) async fn end_lost_jobs(&self) -> Result<()> {
        // Whoever holds the file of SQLite is alone with it; on a server, others may be at work.
        self.interrupt_dead_imports(self.db.engine() == stolpe_store::Engine::Sqlite).await?;
        let mut tx = self.write().await?;
        let lost = tx.fail_running_jobs("job.host_stopped", self.now()).await?;
        tx.delete_expired_files(self.now()).await?;
        tx.commit_telemetry().await?;
        if lost > 0 {
            tracing::warn!(lost, "tasks were running when the host stopped");
        }
        Ok(())
    }

    /// How many tasks run in this program now, whoever started them.
    pub fn running_tasks(&self) -> usize {
        self.running.lock().map_or(0, |running| running.len())
    }

    /// The caller's tasks with filters.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who do not use the desk.
    pub async fn list_jobs(
        &self,
        ctx: &Ctx,
        cut: JobCut,
        order: Order,
        after: Option<(DateTime<Utc>, JobId)>,
        limit: i64,
    ) -> Result<(Page<Job>, Option<Total>)> {
        ctx.reach(Permission::UseDesk)?;
        let filter = JobFilter {
            login: ctx.signed()?.login,
            state: cut.state,
            kind: cut.kind,
            from: cut.from,
            until: cut.until,
        };
        let mut conn = self.read().await?;
        let page = conn.list_jobs(&filter, order, after, limit).await?;
        let total = if after.is_none() { Some(conn.count_jobs(&filter).await?) } else { None };
        Ok((page, total))
    }

    /// One of the caller's tasks.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for somebody else's, too.
    pub async fn job(&self, ctx: &Ctx, id: JobId) -> Result<Job> {
        ctx.reach(Permission::UseDesk)?;
        let mine = ctx.signed()?.login;
        self.read().await?.find_job(id).await?.filter(|job| job.login == mine).ok_or(AppError::NotFound)
    }

    /// Asks one of the caller's tasks to stop after the step it is at.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for somebody else's, too.
    pub async fn cancel_job(&self, ctx: &Ctx, id: JobId) -> Result<Job> {
        let job = self.job(ctx, id).await?;
        if self.done_before(ctx).await? {
            return Ok(job);
        }
        let mut event = Event::new(Action::JobCancelled, Subject::Job(id)).because(&*job.kind);
        event.organisation = job.organisation;
        self.write().await?.commit(ctx, [event]).await?;
        if let Some(switch) = self.running.lock().ok().and_then(|running| running.get(&id).cloned()) {
            switch.cancel();
        }
        Ok(job)
    }

    /// The file of one of the caller's tasks, while it can be fetched.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none or its time is up.
    pub async fn job_file(&self, ctx: &Ctx, id: JobId) -> Result<(JobFile, Vec<u8>)> {
        let job = self.job(ctx, id).await?;
        let file = job.file.ok_or(AppError::NotFound)?;
        let sealed = self.read().await?.job_file(id, ctx.at).await?.ok_or(AppError::NotFound)?;
        let content = self.vault.open(Purpose::JobFile, &sealed)?;
        let mut event = Event::new(Action::LettersFetched, Subject::Job(id));
        event.organisation = job.organisation;
        self.note_read(ctx, event).await?;
        Ok((file, content.to_vec()))
    }
}

/// The stable word for what made a task fail.
fn code_of(error: &AppError) -> &'static str {
    match error {
        AppError::Refused { code, .. }
        | AppError::Wait { code, .. }
        | AppError::Unavailable { code, .. }
        | AppError::Conflict(code) => code,
        AppError::Changed => "conflict.changed",
        AppError::Denied | AppError::SignedOut => "access.denied",
        AppError::NotFound => "not_found",
        AppError::Invalid(_) => "invalid",
        AppError::Internal(_) => "internal",
    }
}
