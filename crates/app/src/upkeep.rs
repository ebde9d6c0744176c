//! What is put in order while the host runs, whatever anybody does.

use crate::App;
use crate::error::Result;
use chrono::TimeDelta;
use std::time::Duration;

/// How often things are put in order.
const EVERY: Duration = Duration::from_mins(1);
/// Whoever has not sent a request again for so long will not.
const KEYS_KEPT: TimeDelta = TimeDelta::days(30);

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

    /// Ends tasks and lets imports go whose host was killed, destroys the files of tasks and imports whose time has come, and forgets
    /// tries and keys of requests that are too old to matter.
    ///
    /// # Errors
    /// [`crate::AppError::Unavailable`] when the database cannot be reached.
    pub async fn keep_in_order(&self) -> Result<()> {
        self.end_dead_work(false).await?;
        self.destroy_old_sources().await?;
        let at = self.now();
        self.forget_old_tries(at).await?;
        let mut tx = self.write().await?;
        tx.delete_idempotent_before(at - KEYS_KEPT).await?;
        tx.commit_telemetry().await
    }
}
