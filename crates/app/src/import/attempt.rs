//! An attempt to take an import in: its beginning, its signs of life, and its end, which is noted even when the database
//! was away.

use super::ImportCounts;
use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use chrono::TimeDelta;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_store::import::{Import, ImportState};
use uuid::Uuid;

/// After so long without a sign of life an attempt has died: a run of rows takes a second.
const SILENCE: TimeDelta = TimeDelta::minutes(2);

/// An import that this program is taking in.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    /// The import.
    pub(super) import: Import,
    /// What tells this attempt from others at the same import.
    pub(super) id: Uuid,
}

impl App {
    /// Whether an import can be begun or continued.
    pub(super) fn can_begin(&self, import: &Import) -> bool {
        match import.state {
            ImportState::Draft | ImportState::Interrupted => true,
            ImportState::Committing => import.alive_at.is_none_or(|at| at < self.now() - SILENCE),
            ImportState::Committed | ImportState::Undone => false,
        }
    }

    /// Makes an import this program's to take in.
    pub(super) async fn begin_attempt(&self, ctx: &Ctx, import: Import, counts: &ImportCounts) -> Result<Attempt> {
        let (id, at) = (ctx.new_id(), self.now());
        let mut tx = self.write().await?;
        tx.begin_import(import.id, id, at, at - SILENCE).await?;
        let event = Event::new(Action::ImportStarted, Subject::Import(import.id))
            .organisation(import.organisation)
            .facility(import.facility)
            .after(counts);
        tx.commit(&Ctx { idempotency: None, ..ctx.clone() }, [event]).await?;
        Ok(Attempt { import, id })
    }

    /// Notes how an attempt ended, as soon as the database can be reached.
    ///
    /// # Errors
    /// [`crate::AppError::Changed`] when somebody else has gone on with the import, [`crate::AppError::Unavailable`] when the host
    /// stops before the database is back: then the next start notes it, or the silence.
    pub(super) async fn end_attempt(&self, ctx: &Ctx, attempt: &Attempt, to: ImportState) -> Result<()> {
        let import = &attempt.import;
        self.when_reachable(|| async move {
            let mut tx = self.write().await?;
            tx.end_import(import.id, attempt.id, to, self.now()).await?;
            let event = Event::new(Action::ImportCommitted, Subject::Import(import.id))
                .organisation(import.organisation)
                .facility(import.facility)
                .because(to.word());
            tx.commit(ctx, [event]).await
        })
        .await
    }

    /// Lets imports be continued or taken back whose attempt has died. `alone` says that no other program can be at work
    /// on this database.
    pub(crate) async fn interrupt_dead_imports(&self, alone: bool) -> Result<u64> {
        let since = if alone { self.now() + SILENCE } else { self.now() - SILENCE };
        let mut tx = self.write().await?;
        let count = tx.interrupt_imports(since).await?;
        tx.commit_telemetry().await?;
        Ok(count)
    }
}
