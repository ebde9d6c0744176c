//! How much the installation has in hand, for whoever watches over it.

use crate::engine::Conn;
use crate::error::Result;
use sqlx::FromRow;

/// Counts over the whole installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Backlog {
    /// Tasks at work.
    pub tasks: i64,
    /// Messages that wait for their time.
    pub queued: i64,
    /// Messages that wait for somebody.
    pub held: i64,
    /// Messages that could not be sent.
    pub failed: i64,
    /// Rows of the audit log.
    pub audit_rows: i64,
}

impl Conn {
    /// How much there is now.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn backlog(&mut self) -> Result<Backlog> {
        self.sql(
            "select (select count(*) from job where state = 'running') as tasks, \
             (select count(*) from notice where state = 'queued') as queued, \
             (select count(*) from notice where state = 'held') as held, \
             (select count(*) from notice where state = 'failed') as failed, \
             (select seq from audit_head where id = 1) as audit_rows",
        )
        .one()
        .await
    }
}
