//! Background tasks: started by somebody, with progress, cancelled by the same, and a file at the end.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::feed::Change;
use crate::vault::Purpose;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{JobId, LoginId, OrganisationId};
use stolpe_store::Engine;
use stolpe_store::job::{Job, JobFile, JobFilter, JobState, JobSubject};
use stolpe_store::page::{Order, Page, Total};
use uuid::Uuid;

/// How long a file can be fetched: long enough for a working day, short enough for one with passwords.
const FILE_LIFE: TimeDelta = TimeDelta::hours(12);

/// How often a host gives a sign of life for its tasks, whatever step they are at.
const BEAT: Duration = Duration::from_secs(10);
/// After so long without a sign of life a task has died with its host: a database that was away for a moment, or a long
/// transaction, takes less.
const SILENCE: TimeDelta = TimeDelta::minutes(2);

/// What runs in this program now.
pub(crate) type Running = Arc<Mutex<HashSet<JobId>>>;

/// What a list of one's tasks is cut by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobCut {
    /// Only tasks that have come this far.
    pub state: Option<JobState>,
    /// Only tasks that do this.
    pub kind: Option<String>,
    /// Only tasks about this.
    pub subject: Option<Uuid>,
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
    /// somebody stopped the task, at whichever host; `job.host_stopped` when this host ends, or was silent for so long
    /// that another one has ended the task.
    pub async fn at(&self, done: usize, total: usize) -> Result<()> {
        let count = |n| i64::try_from(n).unwrap_or(i64::MAX);
        let mut tx = self.app.write().await?;
        let asked = tx.move_job(self.job, self.app.host, count(done), count(total), self.app.now()).await?;
        tx.commit_telemetry().await?;
        self.app.tell_job(self.job, self.login);
        match asked {
            Some(true) => Err(AppError::refused("job.cancelled")),
            Some(false) if !self.app.stop.is_cancelled() => Ok(()),
            _ => Err(AppError::refused("job.host_stopped")),
        }
    }

    /// The task.
    pub(crate) const fn job(&self) -> JobId {
        self.job
    }

    /// Leaves a file inside a transaction, so that it comes to be together with what else the transaction does.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] `vault.locked`; [`AppError::Changed`] when another host has ended the task, since this
    /// one was silent for so long.
    pub(crate) async fn keep_file(
        &self,
        tx: &mut stolpe_store::Tx,
        name: String,
        media_type: &'static str,
        content: &[u8],
    ) -> Result<()> {
        let sealed = self.app.vault.seal(Purpose::JobFile, content)?;
        tx.hold_job(self.job, self.app.host, self.app.now()).await?;
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
        (organisation, subject): (Option<OrganisationId>, Subject),
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
            subject: subject.id().map(|id| JobSubject { kind: subject.kind().to_owned(), id }),
            host: Some(self.host),
            alive_at: Some(ctx.at),
            cancel_asked_at: None,
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

        if let Ok(mut running) = self.running.lock() {
            running.insert(job.id);
        }
        let progress = Progress { app: self.clone(), job: job.id, login };
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
            let ours = tx.finish_job(id, self.host, state, code, result.as_ref(), at).await?;
            if let (Some((file, sealed)), true) = (file, ours) {
                tx.insert_job_file(id, file, sealed).await?;
            }
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

    /// Ends tasks that an earlier run of the host left behind. On a server others may be at work, and only what nobody
    /// has given a sign of life for is ended; whoever holds the file of `SQLite` is alone with it.
    pub(crate) async fn end_lost_jobs(&self) -> Result<()> {
        self.end_dead_work(self.db.engine() == Engine::Sqlite).await
    }

    /// Ends tasks, and lets imports be continued, whose host has died. `alone` says that no other program can be at work
    /// on this database.
    pub(crate) async fn end_dead_work(&self, alone: bool) -> Result<()> {
        self.interrupt_dead_imports(alone).await?;
        let at = self.now();
        let mut tx = self.write().await?;
        // A computer that has slept would take its own tasks for dead.
        tx.hold_jobs(self.host, at).await?;
        let lost = tx.end_silent_jobs(None, if alone { at + SILENCE } else { at - SILENCE }, at).await?;
        tx.delete_expired_files(at).await?;
        tx.commit_telemetry().await?;
        if lost > 0 {
            tracing::warn!(lost, "tasks were running when their host stopped");
        }
        Ok(())
    }

    /// Gives a sign of life for the tasks of this host again and again, until it stops.
    pub fn run_heartbeat(&self) {
        let app = self.clone();
        self.spawn(async move {
            loop {
                if let Err(error) = app.give_sign_of_life().await {
                    tracing::warn!(%error, "no sign of life could be given for the tasks of this host");
                }
                tokio::select! {
                    () = app.stop.cancelled() => return,
                    () = tokio::time::sleep(BEAT) => {}
                }
            }
        });
    }

    /// Gives a sign of life for the tasks of this host, so that no other one takes them for dead.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached.
    pub async fn give_sign_of_life(&self) -> Result<()> {
        if self.running_tasks() == 0 {
            return Ok(());
        }
        let mut tx = self.write().await?;
        tx.hold_jobs(self.host, self.now()).await?;
        tx.commit_telemetry().await
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
            subject: cut.subject,
            from: cut.from,
            until: cut.until,
        };
        let mut conn = self.read().await?;
        let page = conn.list_jobs(&filter, order, after, limit).await?;
        let total = if after.is_none() { Some(page.total(conn.count_jobs(&filter)).await?) } else { None };
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

    /// Asks one of the caller's tasks to stop after the step it is at, whichever host is at it.
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
        let mut tx = self.write().await?;
        tx.ask_job_to_stop(id, ctx.at).await?;
        // Nobody reads the wish of a task whose host has died.
        tx.end_silent_jobs(Some(id), ctx.at - SILENCE, ctx.at).await?;
        tx.commit(ctx, [event]).await?;
        self.job(ctx, id).await
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
