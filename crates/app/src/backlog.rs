//! How much the installation has in hand: for its operator's tools, which see counts alone.

use crate::App;
use crate::error::Result;
use stolpe_store::backlog::Backlog;

impl App {
    /// Counts over the whole installation. No actor is asked for: whoever may read them is decided where they are told.
    ///
    /// # Errors
    /// [`crate::AppError::Unavailable`] when the database cannot be reached.
    pub async fn backlog(&self) -> Result<Backlog> {
        Ok(self.read().await?.backlog().await?)
    }
}
