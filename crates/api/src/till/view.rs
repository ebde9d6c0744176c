//! Tills as the desk reads them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use stolpe_app::{ListedTill, ListedTillEntry, OpenTill, OwedAtCounter, TillStanding};
use stolpe_domain::document::DocumentKind;
use stolpe_domain::id::{DocumentId, OrganisationId, PersonId, TillEntryId, TillId};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::till::{TillEntryKind, TillMeans, TillSums};
use utoipa::ToSchema;

/// Whether payments are taken at the counter, and the till that the caller has open.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TillStandingView {
    active: bool,
    /// The version of that; 0 while nobody has said so.
    row_version: i64,
    currency: Currency,
    /// The till that the caller has open.
    own_id: Option<TillId>,
    may_open: bool,
    may_set: bool,
}

impl From<TillStanding> for TillStandingView {
    fn from(it: TillStanding) -> Self {
        Self {
            active: it.active,
            row_version: it.row_version,
            currency: it.currency,
            own_id: it.own,
            may_open: it.may_open,
            may_set: it.may_set,
        }
    }
}

/// A till.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TillView {
    id: TillId,
    organisation_id: OrganisationId,
    /// Who is at it; none once that person was erased.
    clerk: Option<String>,
    opening: Money,
    opened_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
    closed_by: Option<String>,
    /// The number of its report.
    number: Option<String>,
    counted: Option<Money>,
    /// What was counted, less what should have been there.
    difference: Option<Money>,
    reason: Option<String>,
    row_version: i64,
}

impl From<ListedTill> for TillView {
    fn from(ListedTill { till, clerk, closed_by }: ListedTill) -> Self {
        let closed = till.closed;
        Self {
            id: till.id,
            organisation_id: till.organisation_id,
            clerk,
            opening: till.opening,
            opened_at: till.opened_at,
            closed_at: closed.as_ref().map(|it| it.at),
            closed_by,
            number: closed.as_ref().map(|it| it.number.to_string()),
            counted: closed.as_ref().map(|it| it.counted),
            difference: closed.as_ref().map(|it| it.difference),
            reason: closed.and_then(|it| it.reason),
            row_version: till.row_version,
        }
    }
}

/// A document that was paid.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TillLineView {
    /// Its number.
    number: String,
    amount: Money,
}

/// What was taken or taken back at the counter.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TillEntryView {
    id: TillEntryId,
    kind: TillEntryKind,
    means: TillMeans,
    /// The number of its receipt.
    number: String,
    at: DateTime<Utc>,
    person_id: PersonId,
    /// As it stands on the receipt.
    payer: String,
    amount: Money,
    rounding: Money,
    prepaid: Money,
    lines: Vec<TillLineView>,
    terminal_reference: Option<String>,
    /// The number of the receipt that it takes back.
    takes_back: Option<String>,
    /// Whether it was taken back.
    taken_back: bool,
    reason: Option<String>,
    /// Whether the receipt went out by mail.
    mailed: bool,
}

impl From<ListedTillEntry> for TillEntryView {
    fn from(ListedTillEntry { kept, receipt }: ListedTillEntry) -> Self {
        let lines = receipt.lines.into_iter().map(|it| TillLineView { number: it.document, amount: it.amount });
        Self {
            id: kept.id,
            kind: kept.entry.kind,
            means: kept.entry.means,
            number: receipt.number,
            at: kept.created_at,
            person_id: kept.person_id,
            payer: receipt.payer,
            amount: kept.entry.amount,
            rounding: kept.entry.rounding,
            prepaid: kept.entry.prepaid,
            lines: lines.collect(),
            terminal_reference: kept.terminal_reference,
            takes_back: receipt.takes_back,
            taken_back: kept.taken_back_by.is_some(),
            reason: kept.reason,
            mailed: kept.notice_id.is_some(),
        }
    }
}

/// What a till adds up to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TillSumsView {
    cash_in: Money,
    cash_back: Money,
    card_in: Money,
    card_back: Money,
    /// The cash that should be in it.
    expected: Money,
    to_invoices: Money,
    to_prepaid: Money,
    rounding: Money,
    taken: usize,
    taken_back: usize,
    /// The number of its first receipt.
    first_receipt: Option<String>,
    /// The number of its last receipt.
    last_receipt: Option<String>,
}

impl From<TillSums> for TillSumsView {
    fn from(it: TillSums) -> Self {
        Self {
            cash_in: it.cash_in,
            cash_back: it.cash_back,
            card_in: it.card_in,
            card_back: it.card_back,
            expected: it.expected,
            to_invoices: it.to_invoices,
            to_prepaid: it.to_prepaid,
            rounding: it.rounding,
            taken: it.taken,
            taken_back: it.taken_back,
            first_receipt: it.numbers.map(|(first, _)| first.to_string()),
            last_receipt: it.numbers.map(|(_, last)| last.to_string()),
        }
    }
}

/// A till with what was entered in it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenTillView {
    #[serde(flatten)]
    till: TillView,
    sums: TillSumsView,
    /// In the order in which they were made.
    entries: Vec<TillEntryView>,
    /// The caller enters payments in it.
    may_enter: bool,
    /// The caller may count and close it.
    may_close: bool,
}

impl From<OpenTill> for OpenTillView {
    fn from(it: OpenTill) -> Self {
        Self {
            till: it.listed.into(),
            sums: it.sums.into(),
            entries: it.entries.into_iter().map(TillEntryView::from).collect(),
            may_enter: it.may_enter,
            may_close: it.may_close,
        }
    }
}

/// A document that can be paid at the counter.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwedAtCounterView {
    id: DocumentId,
    kind: DocumentKind,
    number: String,
    due_on: Option<NaiveDate>,
    /// What is left to pay.
    open: Money,
}

impl From<OwedAtCounter> for OwedAtCounterView {
    fn from(it: OwedAtCounter) -> Self {
        Self { id: it.id, kind: it.kind, number: it.number.to_string(), due_on: it.due_on, open: it.open }
    }
}
