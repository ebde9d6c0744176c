//! Throwing a draft away: nothing of it has been taken in, and nothing of its file stays.

use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::ImportId;

impl App {
    /// Discards an import of which nothing was taken in, with its file.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`] for those who may not import there, too; [`crate::AppError::Changed`] when somebody
    /// was faster, or it is no draft any more.
    pub async fn discard_import(&self, ctx: &Ctx, id: ImportId, row_version: i64) -> Result<()> {
        let import = self.import(ctx, id).await?.import;
        let mut tx = self.write().await?;
        tx.discard_import(id, row_version).await?;
        let event = Event::new(Action::ImportDiscarded, Subject::Import(id))
            .organisation(import.organisation)
            .facility(import.facility)
            .because(import.file_name);
        tx.commit(ctx, [event]).await
    }
}
