//! Writing down that the installation has come to this database from another.

use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use serde::Serialize;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_store::audit::AuditFilter;
use stolpe_store::page::Order;

/// What came, for the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Arrived {
    /// Tables.
    pub tables: usize,
    /// Rows in all of them.
    pub rows: u64,
}

impl App {
    /// Writes down that everything came here from the database file, whose audit log ended at `last_row`: once,
    /// however often it is told. Nothing is known of what came when an earlier attempt ended before it was told.
    ///
    /// # Errors
    /// [`crate::AppError::Denied`] for those who may not change settings.
    pub async fn note_promotion(&self, ctx: &Ctx, last_row: i64, arrived: Option<Arrived>) -> Result<()> {
        ctx.may(Permission::ChangeSetting, Place::Host)?;
        let told = AuditFilter { action: Some(Action::HostPromoted.word().to_owned()), ..AuditFilter::default() };
        let page = self.read().await?.list_audit(&told, Order::Newest, None, 1).await?;
        if page.items.first().is_some_and(|it| it.row.seq > last_row) {
            return Ok(());
        }
        let event = Event::new(Action::HostPromoted, Subject::Host);
        let event = match arrived {
            Some(arrived) => event.after(&arrived),
            None => event,
        };
        self.write().await?.commit(ctx, [event]).await
    }
}
