//! Tills as the desk reads them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use stolpe_app::{ListedTill, ListedTillEntry, OpenTill, OwedAtCounter, PayoutAtCounter, TillStanding};
use stolpe_domain::document::DocumentKind;
use stolpe_domain::id::{DocumentId, OrganisationId, PayoutId, PersonId, TillEntryId, TillId};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::till::{PaidAtRate, TillEntryKind, TillMeans, TillSums};
use stolpe_domain::vat::Vat;
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

/// The entry that took another one back.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TakenBackView {
    /// The number of its receipt.
    number: String,
    /// The till that it stands in, which need not be the same.
    till_id: TillId,
}

/// A document that was paid.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TillLineView {
    /// Its number.
    number: String,
    amount: Money,
}

/// What was taken, paid out or taken back at the counter.
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
    /// What took it back.
    taken_back_by: Option<TakenBackView>,
    /// The payout that it hands over.
    payout_id: Option<PayoutId>,
    reason: Option<String>,
    /// Whether the receipt went out by mail.
    mailed: bool,
    /// Whether another receipt could go by mail to whom it is about.
    has_email: bool,
}

impl From<ListedTillEntry> for TillEntryView {
    fn from(ListedTillEntry { kept, receipt, has_email }: ListedTillEntry) -> Self {
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
            taken_back_by: kept
                .taken_back_by
                .map(|it| TakenBackView { number: it.number.to_string(), till_id: it.till }),
            payout_id: kept.payout_id,
            reason: kept.reason,
            mailed: kept.notice_id.is_some(),
            has_email,
        }
    }
}

/// What a till adds up to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TillSumsView {
    cash_in: Money,
    cash_back: Money,
    /// Cash that was paid out to those who had money left.
    cash_out: Money,
    /// What of that is in the till again.
    cash_out_back: Money,
    card_in: Money,
    card_back: Money,
    /// The cash that should be in it.
    expected: Money,
    to_invoices: Money,
    to_prepaid: Money,
    rounding: Money,
    taken: usize,
    taken_back: usize,
    paid_out: usize,
    came_back: usize,
    /// Cash that was entered in tills that are closed and never came.
    never_came: Money,
    /// How many payments that was.
    missed: usize,
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
            cash_out: it.cash_out,
            cash_out_back: it.cash_out_back,
            card_in: it.card_in,
            card_back: it.card_back,
            expected: it.expected,
            to_invoices: it.to_invoices,
            to_prepaid: it.to_prepaid,
            rounding: it.rounding,
            taken: it.taken,
            taken_back: it.taken_back,
            paid_out: it.paid_out,
            came_back: it.came_back,
            never_came: it.never_came,
            missed: it.missed,
            first_receipt: it.numbers.map(|(first, _)| first.to_string()),
            last_receipt: it.numbers.map(|(_, last)| last.to_string()),
        }
    }
}

/// What was paid of documents at one rate.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PaidAtRateView {
    /// None for the rounding of documents.
    vat_kind: Option<Vat>,
    /// With VAT.
    paid: Money,
    /// The VAT in it, which stands on the documents.
    vat: Money,
}

impl From<PaidAtRate> for PaidAtRateView {
    fn from(PaidAtRate { vat_kind, paid, vat }: PaidAtRate) -> Self {
        Self { vat_kind, paid, vat }
    }
}

/// A till with what was entered in it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenTillView {
    #[serde(flatten)]
    till: TillView,
    sums: TillSumsView,
    /// Nothing is sold in a till: this is part of the documents that were paid.
    vat: Vec<PaidAtRateView>,
    /// In the order in which they were made.
    entries: Vec<TillEntryView>,
    /// The caller enters payments in it.
    may_enter: bool,
    /// The caller takes back what was entered in it: here while it is open, or else in the one that they have open.
    may_take_back: bool,
    /// The caller may count and close it.
    may_close: bool,
}

impl From<OpenTill> for OpenTillView {
    fn from(it: OpenTill) -> Self {
        Self {
            till: it.listed.into(),
            sums: it.sums.into(),
            vat: it.vat.into_iter().map(Into::into).collect(),
            entries: it.entries.into_iter().map(TillEntryView::from).collect(),
            may_enter: it.may_enter,
            may_take_back: it.may_take_back,
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

/// A payout that waits at the counter for whoever gets it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PayoutAtCounterView {
    id: PayoutId,
    /// Who gets it.
    name: String,
    amount: Money,
    /// Why it was asked for.
    reason: String,
    approved_at: Option<DateTime<Utc>>,
    /// Whether a receipt can go to them by mail.
    has_email: bool,
    /// Why it cannot be handed over by the caller out of this till, as the code of what would be refused.
    refusal: Option<&'static str>,
}

impl From<PayoutAtCounter> for PayoutAtCounterView {
    fn from(PayoutAtCounter { payout, has_email, refusal }: PayoutAtCounter) -> Self {
        Self {
            id: payout.id,
            name: payout.name,
            amount: payout.amount,
            reason: payout.reason,
            approved_at: payout.decision.map(|it| it.at),
            has_email,
            refusal,
        }
    }
}
