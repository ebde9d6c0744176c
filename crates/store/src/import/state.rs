//! How far an import has come, and who takes it in.
//!
//! Whoever takes an import in gives a sign of life with each run. A program that was killed gives none: after a while
//! somebody else may go on, and the mark of their attempt keeps the first one out if it should wake up again.

use crate::engine::Tx;
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use stolpe_domain::id::ImportId;
use uuid::Uuid;

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// Read and mapped; nothing has been taken in.
    Draft,
    /// Rows are being taken in.
    Committing,
    /// Everything that could be taken in has been.
    Committed,
    /// Stopped in the middle; can be continued or taken back.
    Interrupted,
    /// Taken back.
    Undone,
}

impl ImportState {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Committing => "committing",
            Self::Committed => "committed",
            Self::Interrupted => "interrupted",
            Self::Undone => "undone",
        }
    }

    pub(crate) fn from_word(word: &str) -> Result<Self> {
        [Self::Draft, Self::Committing, Self::Committed, Self::Interrupted, Self::Undone]
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or(StoreError::Inconsistent { table: "import", column: "state" })
    }
}

impl Tx {
    /// Begins or continues to take an import in: a draft, one that was interrupted, or one from which nobody has heard
    /// since `silent_since`. From now on it is this attempt's.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is in another state, or at work.
    pub async fn begin_import(
        &mut self,
        id: ImportId,
        attempt: Uuid,
        at: DateTime<Utc>,
        silent_since: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "update import set state = 'committing', taken_by = $2, alive_at = $3, row_version = row_version + 1 \
             where id = $1 and (state in ('draft', 'interrupted') or (state = 'committing' and alive_at < $4))",
        )
        .bind(id.uuid())
        .bind(attempt)
        .bind(at)
        .bind(silent_since)
        .run()
        .await?
        .unchanged()
    }

    /// Gives a sign of life of an attempt.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when the import is not this attempt's any more.
    pub async fn keep_import_alive(&mut self, id: ImportId, attempt: Uuid, at: DateTime<Utc>) -> Result<()> {
        self.change("update import set alive_at = $3 where id = $1 and taken_by = $2 and state = 'committing'")
            .bind(id.uuid())
            .bind(attempt)
            .bind(at)
            .run()
            .await?
            .unchanged()
    }

    /// Ends an attempt.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when the import is not this attempt's any more.
    pub async fn end_import(&mut self, id: ImportId, attempt: Uuid, to: ImportState, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "update import set state = $3, taken_by = null, row_version = row_version + 1, \
             committed_at = case when $3 = 'committed' then $4 else committed_at end \
             where id = $1 and taken_by = $2 and state = 'committing'",
        )
        .bind(id.uuid())
        .bind(attempt)
        .bind(to.word())
        .bind(at)
        .run()
        .await?
        .unchanged()
    }

    /// Notes that an import is taken back.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when nothing of it was taken in, or somebody is at it.
    pub async fn mark_import_undone(&mut self, id: ImportId, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "update import set state = 'undone', undone_at = $2, row_version = row_version + 1 \
             where id = $1 and state in ('committed', 'interrupted')",
        )
        .bind(id.uuid())
        .bind(at)
        .run()
        .await?
        .unchanged()
    }

    /// Imports whose attempt has given no sign of life since then can be continued or taken back. Answers how many.
    pub async fn interrupt_imports(&mut self, silent_since: DateTime<Utc>) -> Result<u64> {
        Ok(self
            .change(
                "update import set state = 'interrupted', taken_by = null, row_version = row_version + 1 \
                 where state = 'committing' and (alive_at < $1 or alive_at is null)",
            )
            .bind(silent_since)
            .run()
            .await?
            .any())
    }
}
