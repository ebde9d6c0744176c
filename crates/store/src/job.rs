//! Background tasks and the files they leave.
//!
//! A task is its host's, which gives a sign of life for it. Several hosts may work on one server: only a task of which
//! nobody has heard for long may be ended by another one.

use crate::engine::{Conn, Statement, Tx, text};
use crate::error::{Result, StoreError};
use crate::page::{Order, Page, Total};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{JobId, LoginId, OrganisationId};
use uuid::Uuid;

/// How far a task has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// At work.
    Running,
    /// Finished.
    Done,
    /// Gave up; `code` says why.
    Failed,
    /// Stopped by its owner.
    Cancelled,
}

impl JobState {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        [Self::Running, Self::Done, Self::Failed, Self::Cancelled]
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or(StoreError::Inconsistent { table: "job", column: "state" })
    }
}

/// A task.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What it does, as a stable word.
    pub kind: String,
    /// Who started it.
    pub login: LoginId,
    /// For which organisation.
    pub organisation: Option<OrganisationId>,
    /// What it is about.
    pub subject: Option<JobSubject>,
    /// Which run of a host is at it; none for tasks from before hosts were told apart.
    pub host: Option<Uuid>,
    /// The last sign of life of that host.
    pub alive_at: Option<DateTime<Utc>>,
    /// When it was asked to stop.
    pub cancel_asked_at: Option<DateTime<Utc>>,
    /// How far it has come.
    pub state: JobState,
    /// Steps done.
    pub done: i64,
    /// Steps in all.
    pub total: i64,
    /// Why it failed, as a stable code.
    pub code: Option<String>,
    /// What came of it.
    pub result: Option<serde_json::Value>,
    /// When it was started.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// The file it left, while it can still be fetched.
    pub file: Option<JobFile>,
}

/// What a task is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobSubject {
    /// The kind, as a stable word.
    pub kind: String,
    /// Which one.
    pub id: Uuid,
}

/// A file that a task left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFile {
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// When it is gone.
    pub expires_at: DateTime<Utc>,
}

macro_rules! columns {
    () => {
        "id, kind, login_id, organisation_id, subject_kind, subject_id, host_id, alive_at, cancel_asked_at, state, done_count, \
         total_count, code, result, created_at, finished_at, name, media_type, expires_at"
    };
}

/// What a list of tasks is cut by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFilter {
    /// Whose tasks.
    pub login: LoginId,
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

macro_rules! narrowed {
    () => {
        "login_id = $1 and (state = $2 or $2 is null) and (kind = $3 or $3 is null) \
         and (created_at >= $4 or $4 is null) and (created_at < $5 or $5 is null) \
         and (subject_id = $6 or $6 is null)"
    };
}

impl Conn {
    /// The task with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_job(&mut self, id: JobId) -> Result<Option<Job>> {
        self.sql(text!["select" [columns] "from job left join job_file on job_file.job_id = job.id where id = $1"])
            .bind(id.uuid())
            .optional::<JobRow>()
            .await?
            .map(Job::try_from)
            .transpose()
    }

    /// The tasks of a login in that order, beyond `after`.
    pub async fn list_jobs(
        &mut self,
        filter: &JobFilter,
        order: Order,
        after: Option<(DateTime<Utc>, JobId)>,
        limit: i64,
    ) -> Result<Page<Job>> {
        let statement = match order {
            Order::Newest => self.sql(text![
                "select" [columns] "from job left join job_file on job_file.job_id = job.id where" [narrowed]
                "and ((created_at, id) < ($7, $8) or not $9) order by created_at desc, id desc limit $10"
            ]),
            Order::Oldest => self.sql(text![
                "select" [columns] "from job left join job_file on job_file.job_id = job.id where" [narrowed]
                "and ((created_at, id) > ($7, $8) or not $9) order by created_at, id limit $10"
            ]),
        };
        let rows: Vec<JobRow> = bind_filter(statement, filter)
            .bind(after.map_or(DateTime::UNIX_EPOCH, |(at, _)| at))
            .bind(after.map_or(Uuid::nil(), |(_, id)| id.uuid()))
            .bind(after.is_some())
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(Job::try_from)
    }

    /// How many tasks the filter leaves, counted up to the ceiling.
    pub async fn count_jobs(&mut self, filter: &JobFilter) -> Result<Total> {
        let statement =
            self.sql(text!["select count(*) from (select 1 from job where" [narrowed] "limit $7) as counted"]);
        let (count,): (i64,) = bind_filter(statement, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }

    /// The sealed content of a task's file.
    pub async fn job_file(&mut self, id: JobId, at: DateTime<Utc>) -> Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>,)> = self
            .sql("select sealed from job_file where job_id = $1 and expires_at > $2")
            .bind(id.uuid())
            .bind(at)
            .optional()
            .await?;
        Ok(row.map(|(sealed,)| sealed))
    }
}

impl Tx {
    /// Writes down that a task begins.
    pub async fn insert_job(&mut self, it: &Job) -> Result<()> {
        self.change(
            "insert into job (id, kind, login_id, organisation_id, subject_kind, subject_id, host_id, alive_at, state, \
             done_count, total_count, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(it.id.uuid())
        .bind(&*it.kind)
        .bind(it.login.uuid())
        .bind(it.organisation.map(OrganisationId::uuid))
        .bind(it.subject.as_ref().map(|it| it.kind.clone()))
        .bind(it.subject.as_ref().map(|it| it.id))
        .bind(it.host)
        .bind(it.alive_at)
        .bind(it.state.word())
        .bind(it.done)
        .bind(it.total)
        .bind(it.created_at)
        .run()
        .await?
        .one("job")
    }

    /// Notes how far a running task of a host has come; answers whether it was asked to stop, or none when it is not
    /// that host's to go on with any more.
    pub async fn move_job(
        &mut self,
        id: JobId,
        host: Uuid,
        done: i64,
        total: i64,
        at: DateTime<Utc>,
    ) -> Result<Option<bool>> {
        let row: Option<(Option<DateTime<Utc>>,)> = self
            .change(
                "update job set done_count = $3, total_count = $4, alive_at = $5 \
                 where id = $1 and host_id = $2 and state = 'running' returning cancel_asked_at",
            )
            .bind(id.uuid())
            .bind(host)
            .bind(done)
            .bind(total)
            .bind(at)
            .optional()
            .await?;
        Ok(row.map(|(asked,)| asked.is_some()))
    }

    /// Gives a sign of life for a running task of a host.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not that host's to go on with any more.
    pub async fn hold_job(&mut self, id: JobId, host: Uuid, at: DateTime<Utc>) -> Result<()> {
        self.change("update job set alive_at = $3 where id = $1 and host_id = $2 and state = 'running'")
            .bind(id.uuid())
            .bind(host)
            .bind(at)
            .run()
            .await?
            .unchanged()
    }

    /// Gives a sign of life for every running task of a host; answers how many there are.
    pub async fn hold_jobs(&mut self, host: Uuid, at: DateTime<Utc>) -> Result<u64> {
        Ok(self
            .change("update job set alive_at = $2 where host_id = $1 and state = 'running'")
            .bind(host)
            .bind(at)
            .run()
            .await?
            .any())
    }

    /// Notes that a running task is asked to stop; its host reads that at its next step.
    pub async fn ask_job_to_stop(&mut self, id: JobId, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "update job set cancel_asked_at = $2 where id = $1 and state = 'running' and cancel_asked_at is null",
        )
        .bind(id.uuid())
        .bind(at)
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Ends a running task of a host; answers whether it was still that host's.
    pub async fn finish_job(
        &mut self,
        id: JobId,
        host: Uuid,
        state: JobState,
        code: Option<&str>,
        result: Option<&serde_json::Value>,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        let ended = self
            .change(
                "update job set state = $3, code = $4, result = $5, finished_at = $6 \
                 where id = $1 and host_id = $2 and state = 'running'",
            )
            .bind(id.uuid())
            .bind(host)
            .bind(state.word())
            .bind(code)
            .bind(result.map(|value| Json(value.clone())))
            .bind(at)
            .run()
            .await?
            .any();
        Ok(ended > 0)
    }

    /// Ends running tasks of which nobody has heard since then, all or one; answers how many there were. Those that were
    /// asked to stop have stopped.
    pub async fn end_silent_jobs(
        &mut self,
        only: Option<JobId>,
        silent_since: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<u64> {
        Ok(self
            .change(
                "update job set state = case when cancel_asked_at is null then 'failed' else 'cancelled' end, \
                 code = case when cancel_asked_at is null then 'job.host_stopped' else 'job.cancelled' end, \
                 finished_at = $3 where state = 'running' and (alive_at < $2 or alive_at is null) \
                 and (id = $1 or $1 is null)",
            )
            .bind(only.map(JobId::uuid))
            .bind(silent_since)
            .bind(at)
            .run()
            .await?
            .any())
    }

    /// Keeps the file of a task, sealed.
    pub async fn insert_job_file(&mut self, id: JobId, file: &JobFile, sealed: &[u8]) -> Result<()> {
        self.change("insert into job_file (job_id, name, media_type, sealed, expires_at) values ($1, $2, $3, $4, $5)")
            .bind(id.uuid())
            .bind(&*file.name)
            .bind(&*file.media_type)
            .bind(sealed)
            .bind(file.expires_at)
            .run()
            .await?
            .one("job_file")
    }

    /// Removes the files of all tasks of a login; answers how many there were.
    pub async fn delete_files_of_login(&mut self, login: LoginId) -> Result<u64> {
        let files = self.change("delete from job_file where job_id in (select id from job where login_id = $1)");
        Ok(files.bind(login.uuid()).run().await?.any())
    }

    /// Removes files that may no longer be fetched; answers how many there were.
    pub async fn delete_expired_files(&mut self, at: DateTime<Utc>) -> Result<u64> {
        Ok(self.change("delete from job_file where expires_at <= $1").bind(at).run().await?.any())
    }
}

fn bind_filter<'c>(statement: Statement<'c>, filter: &JobFilter) -> Statement<'c> {
    statement
        .bind(filter.login.uuid())
        .bind(filter.state.map(JobState::word))
        .bind(filter.kind.clone())
        .bind(filter.from)
        .bind(filter.until)
        .bind(filter.subject)
}

#[derive(FromRow)]
struct JobRow {
    id: Uuid,
    kind: String,
    login_id: Uuid,
    organisation_id: Option<Uuid>,
    subject_kind: Option<String>,
    subject_id: Option<Uuid>,
    host_id: Option<Uuid>,
    alive_at: Option<DateTime<Utc>>,
    cancel_asked_at: Option<DateTime<Utc>>,
    state: String,
    done_count: i64,
    total_count: i64,
    code: Option<String>,
    result: Option<Json<serde_json::Value>>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    name: Option<String>,
    media_type: Option<String>,
    expires_at: Option<DateTime<Utc>>,
}

impl TryFrom<JobRow> for Job {
    type Error = StoreError;
    fn try_from(row: JobRow) -> Result<Self> {
        let file = match (row.name, row.media_type, row.expires_at) {
            (Some(name), Some(media_type), Some(expires_at)) => Some(JobFile { name, media_type, expires_at }),
            _ => None,
        };
        Ok(Self {
            id: JobId(row.id),
            kind: row.kind,
            login: LoginId(row.login_id),
            organisation: row.organisation_id.map(OrganisationId),
            subject: row.subject_kind.zip(row.subject_id).map(|(kind, id)| JobSubject { kind, id }),
            host: row.host_id,
            alive_at: row.alive_at,
            cancel_asked_at: row.cancel_asked_at,
            state: JobState::from_word(&row.state)?,
            done: row.done_count,
            total: row.total_count,
            code: row.code,
            result: row.result.map(|Json(value)| value),
            created_at: row.created_at,
            finished_at: row.finished_at,
            file,
        })
    }
}
