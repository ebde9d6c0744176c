//! Documents from before there was a ledger post themselves once.

use super::{post_credit_note, posting_of, reverse};
use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::ledger::Issued;
use stolpe_domain::document::DocumentState;
use stolpe_domain::id::DocumentId;

/// Documents that are posted in one transaction.
const AT_ONCE: usize = 200;

impl App {
    /// Posts every document with a number that has posted nothing, as if it had when it was issued; answers how many there
    /// were. It may run at several hosts at once and be broken off at any time: each document posts once.
    ///
    /// # Errors
    /// [`crate::AppError::Unavailable`] when the database cannot be reached.
    pub async fn post_old_documents(&self) -> Result<usize> {
        let waiting = self.read().await?.unposted_documents().await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        tracing::info!(documents = waiting.len(), "documents from before there was a ledger are posted");
        let ctx = Ctx::system("ledger", self.now());
        // A credit note takes back what its invoice has posted.
        let (notes, others): (Vec<_>, Vec<_>) = waiting.iter().copied().partition(|(_, is_note)| *is_note);
        let others: Vec<DocumentId> = others.into_iter().map(|(id, _)| id).collect();
        for some in others.chunks(AT_ONCE) {
            self.post_old(&ctx, some).await?;
        }
        for (id, _) in notes {
            self.post_old(&ctx, &[id]).await?;
        }
        Ok(waiting.len())
    }

    async fn post_old(&self, ctx: &Ctx, ids: &[DocumentId]) -> Result<()> {
        let mut tx = self.write().await?;
        let mut documents = tx.lock_documents(ids).await?;
        let posted = tx.posted_among(ids).await?;
        documents.retain(|it| !posted.contains(&it.id));
        if let [note] = &*documents
            && note.credits_id.is_some()
        {
            post_credit_note(&mut tx, ctx, note).await?;
        } else {
            let lines = tx.lines_of_all(&documents).await?;
            let charges: Vec<_> = lines.values().flatten().filter_map(|line| line.charge_id).collect();
            let charges = tx.charges(&charges).await?;
            let issued: Vec<Issued<'_>> = documents
                .iter()
                .map(|document| Issued {
                    document,
                    lines: lines.get(&document.id).map(Vec::as_slice).unwrap_or_default(),
                })
                .collect();
            posting_of(ctx, &issued, &charges.iter().collect::<Vec<_>>())?.post(&mut tx, ctx).await?;
        }
        for void in documents.iter().filter(|it| it.state == DocumentState::Void) {
            // When it was taken out of use is not kept with it; it never counted after its own day.
            let Some(on) = void.issued_on else { continue };
            reverse(&mut tx, ctx, void, on).await?;
        }
        // It says nothing that was not said when the documents were issued.
        tx.commit_telemetry().await
    }
}
