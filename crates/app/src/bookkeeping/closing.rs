//! A month is closed: what is still open is said, and then nothing is posted into it any more. What the accountant gets of it
//! is made in the transaction that locks it, and kept.

use super::package::packed;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::person::required_reason;
use chrono::{DateTime, NaiveTime, Utc};
use serde::Serialize;
use stolpe_domain::access::Permission;
use stolpe_domain::bookkeeping::PeriodRefusal;
use stolpe_domain::document::DocumentState;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::{Facility, default_time_zone};
use stolpe_domain::id::OrganisationId;
use stolpe_domain::local_day::Month;
use stolpe_domain::organisation::Organisation;
use stolpe_domain::settlement::ChargeState;
use stolpe_store::Conn;
use stolpe_store::document::DocumentFilter;
use stolpe_store::incoming_payment::IncomingPaymentFilter;
use stolpe_store::payment::PaymentFilter;
use stolpe_store::period::LockedMonth;
use stolpe_store::session::SessionFilter;

/// What may still be open when a month ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMatter {
    /// Sessions that are not charged.
    Sessions,
    /// Sessions that somebody has to judge first.
    Judging,
    /// Drafts without a number.
    Drafts,
    /// Payments of which something waits to be placed.
    Payments,
    /// Payments through providers that somebody has to look at.
    Concerns,
    /// Messages that failed or are held.
    Messages,
    /// The ledger does not prove itself, or has not yet.
    Ledger,
}

impl OpenMatter {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Judging => "judging",
            Self::Drafts => "drafts",
            Self::Payments => "payments",
            Self::Concerns => "concerns",
            Self::Messages => "messages",
            Self::Ledger => "ledger",
        }
    }
}

/// How far a month is from being closed.
#[derive(Clone, Debug)]
pub struct Closing {
    /// The lock, if it has one of its own; a month before the first lock has none.
    pub lock: Option<LockedMonth>,
    /// Whether nothing can be posted into it.
    pub is_locked: bool,
    /// Why it cannot be locked now, as a stable code.
    pub obstacle: Option<&'static str>,
    /// Whether it is the last one that was locked.
    pub is_last: bool,
    /// How much of each is open, in the order in which it is mended.
    pub open: Vec<(OpenMatter, i64)>,
}

impl Closing {
    /// The SHA-256 of what was handed over, in hexadecimal digits.
    pub fn digest(&self) -> Option<String> {
        self.lock.as_ref().map(|lock| stolpe_documents::bookkeeping::written(&lock.digest))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    month: Month,
    sha256: String,
    size: usize,
}

fn refused(refusal: PeriodRefusal) -> AppError {
    AppError::refused(refusal.code())
}

fn kept(month: Month, package: &[u8]) -> Kept {
    Kept { month, sha256: stolpe_documents::bookkeeping::hash(package), size: package.len() }
}

/// The date at the organisation.
fn today(ctx: &Ctx, organisation: &Organisation) -> chrono::NaiveDate {
    ctx.at.with_timezone(&crate::export::zone_of(default_time_zone(organisation.country))).date_naive()
}

impl App {
    /// How far a month is from being closed.
    ///
    /// # Errors
    /// As for every question about books.
    pub async fn closing(&self, ctx: &Ctx, organisation: OrganisationId, month: Month) -> Result<Closing> {
        let organisation = self.books_of(ctx, organisation).await?;
        let facilities = self.facilities_with(ctx, Permission::KeepBooks).await?;
        let facilities: Vec<Facility> =
            facilities.into_iter().filter(|it| it.organisation_id == organisation.id).collect();
        let proof = self.last_ledger_proof().await?;
        let mut conn = self.read().await?;
        let books = conn.books_open_from(organisation.id).await?;
        let locked = conn.locked_months(organisation.id).await?;
        let mut open = open_matters(&mut conn, &organisation, &facilities, month).await?;
        let unproven = proof.is_none_or(|kept| !kept.proof.faults.is_empty());
        open.push((OpenMatter::Ledger, i64::from(unproven)));
        let obstacle = books.lock(month, today(ctx, &organisation)).err().map(PeriodRefusal::code);
        Ok(Closing {
            is_last: locked.first().is_some_and(|last| last.month == month),
            lock: locked.into_iter().find(|it| it.month == month),
            is_locked: books.is_locked(month),
            obstacle,
            open,
        })
    }

    /// Locks a month and keeps what the accountant gets of it. What is still open does not keep it from being locked: it
    /// counts on its own day, and is posted on the first one that is open.
    ///
    /// # Errors
    /// [`AppError::Refused`] when it is not over, locked already, or not the next one.
    pub async fn lock_month(&self, ctx: &Ctx, organisation: OrganisationId, month: Month) -> Result<Closing> {
        let organisation = self.books_of(ctx, organisation).await?;
        if self.done_before(ctx).await? {
            return self.closing(ctx, organisation.id, month).await;
        }
        let mut tx = self.write().await?;
        let books = tx.hold_books(organisation.id).await?;
        let after = books.lock(month, today(ctx, &organisation)).map_err(refused)?;
        let package = packed(&mut tx, ctx, &organisation, month).await?;
        let lock = LockedMonth {
            month,
            digest: stolpe_documents::bookkeeping::digest(&package),
            locked_by: ctx.signed().ok().map(|signed| signed.login),
            // Not when that was asked for: whoever held the books until now had asked later, and was first.
            locked_at: self.now(),
        };
        tx.insert_locked_month(organisation.id, &lock, &package).await?;
        tx.put_open_from(organisation.id, after).await?;
        tx.commit(ctx, [event(Action::MonthLocked, &organisation).after(&kept(month, &package))]).await?;
        self.closing(ctx, organisation.id, month).await
    }

    /// Opens the last month that was locked, for a reason. What was handed over of it is forgotten; its hash stays in the
    /// audit log.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a reason, [`AppError::Refused`] for any other month.
    pub async fn unlock_month(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        month: Month,
        reason: &str,
    ) -> Result<Closing> {
        let organisation = self.books_of(ctx, organisation).await?;
        let reason = required_reason(reason)?;
        if self.done_before(ctx).await? {
            return self.closing(ctx, organisation.id, month).await;
        }
        let mut tx = self.write().await?;
        let books = tx.hold_books(organisation.id).await?;
        let first = tx.locked_months(organisation.id).await?.len() < 2;
        let after = books.unlock(month, first).map_err(refused)?;
        let package = tx.package_of(organisation.id, month).await?.ok_or(AppError::NotFound)?;
        tx.remove_locked_month(organisation.id, month).await?;
        tx.put_open_from(organisation.id, after).await?;
        let event = event(Action::MonthUnlocked, &organisation).before(&kept(month, &package)).because(reason);
        tx.commit(ctx, [event]).await?;
        self.closing(ctx, organisation.id, month).await
    }

    /// What was handed over of a locked month, with the name of the file: the same to the byte whenever it is asked for.
    ///
    /// # Errors
    /// [`AppError::NotFound`] while it is not locked.
    pub async fn month_package(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        month: Month,
    ) -> Result<(String, Vec<u8>)> {
        let organisation = self.books_of(ctx, organisation).await?;
        let package = self.read().await?.package_of(organisation.id, month).await?.ok_or(AppError::NotFound)?;
        self.note_read(ctx, event(Action::BooksExported, &organisation).after(&kept(month, &package))).await?;
        Ok((format!("stolpe-{month}.zip"), package))
    }
}

fn event(action: Action, organisation: &Organisation) -> Event {
    Event::new(action, Subject::Organisation(organisation.id)).organisation(organisation.id)
}

async fn open_matters(
    conn: &mut Conn,
    organisation: &Organisation,
    facilities: &[Facility],
    month: Month,
) -> Result<Vec<(OpenMatter, i64)>> {
    let ids: Vec<_> = facilities.iter().map(|it| it.id).collect();
    let before = end_of(organisation, month);
    let sessions = |charge_state| SessionFilter {
        facilities: ids.clone(),
        charge_state: Some(charge_state),
        to: Some(before),
        ..SessionFilter::default()
    };
    let drafts =
        DocumentFilter { facilities: ids.clone(), state: Some(DocumentState::Draft), ..DocumentFilter::default() };
    let payments =
        IncomingPaymentFilter { organisation: organisation.id, outcome: None, is_open: Some(true), file: None };
    let concerns = PaymentFilter {
        organisation: organisation.id,
        state: None,
        provider: None,
        to_look_at: Some(true),
        document: None,
        purpose: None,
        moved_from: None,
        moved_to: None,
    };
    let messages: i64 = conn.notices_waiting(&[organisation.id]).await?.iter().map(|it| it.count).sum();
    Ok(vec![
        (OpenMatter::Judging, conn.count_sessions(&sessions(ChargeState::Waiting)).await?.count),
        (OpenMatter::Sessions, conn.count_sessions(&sessions(ChargeState::NotCharged)).await?.count),
        (OpenMatter::Drafts, conn.count_documents(&drafts).await?.count),
        (OpenMatter::Payments, conn.count_incoming_payments(&payments).await?.count),
        (OpenMatter::Concerns, conn.count_payments(&concerns).await?.count),
        (OpenMatter::Messages, messages),
    ])
}

/// The instant at which a month ends at an organisation.
pub(super) fn end_of(organisation: &Organisation, month: Month) -> DateTime<Utc> {
    let zone = crate::export::zone_of(default_time_zone(organisation.country));
    let midnight = month.next().first_day().and_time(NaiveTime::MIN);
    midnight.and_local_timezone(zone).earliest().map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
}
