//! Holds whose time is over: what was held is free again, by a transfer that says so.

use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use serde_json::json;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::ledger::TransferCode;
use stolpe_store::ledger::{Booked, MoveError, RunOutHold};

/// Holds that are looked at before the others get their turn.
const MOST_AT_ONCE: i64 = 500;

impl App {
    /// Lets go of everything whose time to be held is over; answers how much this host did.
    ///
    /// Each goes by itself: whoever posts or voids one at the same moment has the account first or has not, and the other
    /// finds nothing held.
    ///
    /// # Errors
    /// [`crate::AppError::Unavailable`] when the database cannot be reached.
    pub async fn let_run_out(&self) -> Result<usize> {
        let at = self.now();
        let mut gone = 0;
        for it in self.read().await?.run_out_holds(at, MOST_AT_ONCE).await? {
            if self.stop.is_cancelled() {
                break;
            }
            gone += usize::from(self.let_one_run_out(&Ctx::system("holds", at), &it).await?);
        }
        Ok(gone)
    }

    async fn let_one_run_out(&self, ctx: &Ctx, it: &RunOutHold) -> Result<bool> {
        let expired = Booked {
            transfer: it.held.expire(ctx.new_id()),
            organisation_id: it.organisation_id,
            code: TransferCode::RanOut,
            document_id: it.document_id,
            payment_id: it.payment_id,
            value_on: ctx.today(),
            held_for: None,
            key: format!("ran_out/{}", it.held.id.uuid().simple()),
            made_by: None,
        };
        let mut tx = self.write().await?;
        match tx.move_all(&[], &[expired], ctx.at).await {
            // Somebody else was faster, here or at another host.
            Err(MoveError::NotHeld(_)) => return Ok(false),
            // Another host has let it go, and said so.
            Ok(moved) if moved.made == 0 => return Ok(false),
            moved => moved?,
        };
        let event = Event::new(Action::HoldRanOut, Subject::Organisation(it.organisation_id))
            .organisation(it.organisation_id)
            .after(&json!({
                "transferId": it.held.id, "amount": it.held.amount.smallest(), "asset": it.held.asset.word(),
                "ranOutAt": it.ran_out_at,
            }));
        tx.commit(ctx, [event]).await?;
        Ok(true)
    }
}
