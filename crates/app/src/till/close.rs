//! A till is counted: what is missing or too much is told before, needs a reason, and is posted; the report gets its number.

use super::paper::KeptReport;
use super::posting::{Of, Posting};
use super::{LONGEST_REASON, OpenTill, name_of, records_of, refused, sees_all};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde_json::json;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::TillId;
use stolpe_domain::ledger::{Account, AccountKind, Asset, TransferCode};
use stolpe_domain::money::Money;
use stolpe_domain::till::{TillSeriesKind, close};
use stolpe_store::till::ClosedTill;

impl App {
    /// Closes a till that is still at that version, with the cash that was counted in it. Whoever looks after payments closes
    /// one that a colleague has left behind.
    ///
    /// # Errors
    /// [`AppError::Changed`] when something was entered since it was counted; [`AppError::Refused`] with the code of
    /// [`stolpe_domain::till::TillRefusal`], and `till.not_yours` for the till of somebody else; [`AppError::NotFound`] as for
    /// the till.
    pub async fn close_till(
        &self,
        ctx: &Ctx,
        id: TillId,
        row_version: i64,
        counted_minor: i64,
        reason: Option<&str>,
    ) -> Result<OpenTill> {
        self.till_for(ctx, id).await?;
        if self.done_before(ctx).await? {
            return self.till(ctx, id).await;
        }
        let me = ctx.signed()?.person;
        let mut tx = self.write().await?;
        let held = self.held_till(&mut tx, ctx, id).await?;
        let organisation = held.organisation.id;
        if !sees_all(ctx, organisation) && !records_of(&mut tx, me).await?.contains(&held.till.clerk) {
            return Err(AppError::refused("till.not_yours"));
        }
        if held.till.row_version != row_version {
            return Err(AppError::Changed);
        }
        let reason: Option<String> = reason.map(|reason| reason.chars().take(LONGEST_REASON).collect());
        let counted = Money { minor: counted_minor, ..held.till.opening };
        let closing = close(held.sums.expected, counted, reason.as_deref()).map_err(refused)?;
        let number = held.number(&mut tx, TillSeriesKind::Report).await?;
        let printed = KeptReport {
            sender: held.sender(&mut tx).await?,
            clerk: name_of(&mut tx, held.till.clerk).await?,
            closed_by: if me == held.till.clerk { None } else { Some(name_of(&mut tx, me).await?) },
        };
        let closed = ClosedTill {
            at: ctx.at,
            by: me,
            on: held.today,
            number,
            counted,
            difference: closing.difference,
            reason: closing.reason.clone(),
            printed: serde_json::to_string(&printed).map_err(AppError::internal)?,
        };
        tx.close_till(id, row_version, &closed).await?;
        let asset = Asset::of(counted.currency);
        let asset = asset.ok_or_else(|| AppError::internal("a currency that nothing is owed in"))?;
        let account = |kind| Account::of_organisation(organisation, kind, asset);
        let (cash, difference) = (account(AccountKind::Cash), account(AccountKind::TillDifference));
        let code = TransferCode::TillCount;
        let mut posting = Posting::of(Of { organisation, source: id.uuid(), code, value_on: held.today, step: 0 });
        posting.add(ctx, (cash, difference), closing.difference, None)?;
        posting.add(ctx, (difference, cash), closing.difference.negated(), None)?;
        posting.post(&mut tx, ctx).await?;
        let mut event = Event::new(Action::TillClosed, Subject::Till(id)).organisation(organisation).after(&json!({
            "number": number.to_string(), "expectedMinor": held.sums.expected.minor, "countedMinor": counted.minor,
            "differenceMinor": closing.difference.minor,
        }));
        if let Some(reason) = closing.reason {
            event = event.because(reason);
        }
        tx.commit(ctx, [event]).await?;
        self.till(ctx, id).await
    }
}
