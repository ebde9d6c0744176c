//! What is put in order while the host runs, whatever anybody does.

use crate::App;
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// How often things are put in order.
const EVERY: Duration = Duration::from_mins(1);
/// Whoever has not sent a request again for so long will not.
const KEYS_KEPT: TimeDelta = TimeDelta::days(30);

/// So many messages leave in one transaction: charge points wait for no more than that.
const MESSAGES_AT_ONCE: i64 = 5_000;

/// How long is kept what is not kept for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The files of imports, after the last thing that was done with them.
    pub import_files: TimeDelta,
    /// The words of charge points. What follows from them, sessions and their energy by the quarter, stays.
    pub messages: TimeDelta,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            // Long enough to look into a complaint about the quarter.
            import_files: TimeDelta::days(90),
            // A year of charging, and the month in which its last invoice is asked about.
            messages: TimeDelta::days(400),
        }
    }
}

impl App {
    /// Puts things in order again and again, until the host stops.
    pub fn run_upkeep(&self) {
        let app = self.clone();
        self.spawn(async move {
            loop {
                if let Err(error) = app.keep_in_order().await {
                    tracing::warn!(%error, "the upkeep waits");
                }
                tokio::select! {
                    () = app.stop.cancelled() => return,
                    () = tokio::time::sleep(EVERY) => {}
                }
            }
        });
    }

    /// Ends tasks and lets imports go whose host was killed, destroys the files of tasks and
    /// imports whose time has come, and forgets tries and keys of requests and words of charge points that are too old to
    /// matter. What was held in the ledger for its time is free again. Once a night it proves the ledger.
    ///
    /// # Errors
    /// [`crate::AppError::Unavailable`] when the database cannot be reached.
    pub async fn keep_in_order(&self) -> Result<()> {
        self.end_dead_work(false).await?;
        self.destroy_old_sources().await?;
        let at = self.now();
        self.forget_old_messages(at).await?;
        self.forget_old_tries(at).await?;
        let mut tx = self.write().await?;
        tx.delete_idempotent_before(at - KEYS_KEPT).await?;
        tx.commit_telemetry().await?;
        self.let_run_out().await?;
        self.prove_ledger_nightly().await
    }

    async fn forget_old_messages(&self, at: DateTime<Utc>) -> Result<()> {
        let full = u64::try_from(MESSAGES_AT_ONCE).unwrap_or_default();
        loop {
            let mut tx = self.write().await?;
            let gone = tx.delete_messages_before(at - self.retention.messages, MESSAGES_AT_ONCE).await?;
            tx.commit_telemetry().await?;
            if gone < full || self.stop.is_cancelled() {
                return Ok(());
            }
        }
    }
}
