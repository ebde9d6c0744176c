//! Taking an import back, in one transaction.

use super::run::Before;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::job::{Outcome, Progress};
use crate::sorting::Sorter;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::ImportId;
use stolpe_store::import::{Import, ImportChange, ImportState, PersonChange};
use stolpe_store::job::Job;

/// People who are given back at a time.
const AT_A_TIME: i64 = 1_000;

impl App {
    /// Takes an import back: everything that it created and nothing depends on since, and every change that nobody has
    /// changed since.
    ///
    /// # Errors
    /// [`AppError::Refused`] `import.not_taken_in`.
    pub async fn undo_import(&self, ctx: &Ctx, id: ImportId) -> Result<Job> {
        let import = self.import(ctx, id).await?.import;
        if let Some(job) = self.replayed(ctx).await? {
            return self.job(ctx, job).await;
        }
        if !matches!(import.state, ImportState::Committed | ImportState::Interrupted) {
            return Err(AppError::refused("import.not_taken_in"));
        }
        self.start_job(
            ctx,
            "import.undo",
            (Some(import.organisation), Subject::Import(id)),
            1,
            |app, ctx, progress| async move { app.take_back(&ctx, &import, &progress).await },
        )
        .await
    }

    async fn take_back(&self, ctx: &Ctx, import: &Import, progress: &Progress) -> Result<Outcome> {
        let owner = self.read().await?.find_organisation(import.organisation).await?.ok_or(AppError::NotFound)?;
        let sorter = Sorter::new(owner.country);
        let mut tx = self.write().await?;
        tx.mark_import_undone(import.id, self.now()).await?;
        let (restored, left) = give_back(&mut tx, import, &sorter).await?;
        tx.undo_import(import.id).await?;
        let kept = tx.import_kept(import.id).await?;
        let result = serde_json::json!({ "kept": kept, "restored": restored, "changedSince": left });
        let event = Event::new(Action::ImportUndone, Subject::Import(import.id))
            .organisation(import.organisation)
            .facility(import.facility)
            .after(&result);
        tx.commit(ctx, [event]).await?;
        progress.at(1, 1).await?;
        Ok(Outcome { result, file: None })
    }
}

/// Gives people back what an import changed, unless somebody or a later import has spoken of them since. Answers how many
/// were given back, and how many were left.
async fn give_back(tx: &mut stolpe_store::Tx, import: &Import, sorter: &Sorter) -> Result<(usize, usize)> {
    let (mut restored, mut left, mut line) = (0, 0, 0);
    loop {
        let found = tx.import_changes(import.id, line, AT_A_TIME).await?;
        let Some(last) = found.last() else { return Ok((restored, left)) };
        line = last.line;
        let seen = found.len();
        let changes: Vec<PersonChange> = found
            .into_iter()
            .filter(|it| it.row_version == it.version_after && !it.relied_on)
            .map(|it| back(&it, sorter))
            .collect::<Result<_>>()?;
        restored += changes.len();
        left += seen - changes.len();
        tx.restore_people(import.organisation, &changes).await?;
    }
}

fn back(it: &ImportChange, sorter: &Sorter) -> Result<PersonChange> {
    let Before { draft } = serde_json::from_str(&it.before).map_err(AppError::internal)?;
    let sort_key = sorter.person_key(&draft.given_name, &draft.family_name);
    let (id, row_version, loses_number) = (it.person, it.row_version, it.number_added);
    Ok(PersonChange { id, row_version, draft, sort_key, number: None, loses_number })
}
