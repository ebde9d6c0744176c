//! Three-way reconciliation: what customers have paid through a provider, what the provider says it has settled, and what the
//! bank has received. What does not agree is a difference, until it is matched or somebody has put it right.
//!
//! The counter is held against the bank in the same way: its cash and its card terminal are sources as providers are, of which
//! nobody settles anything but the bank. Of each source, paid = settled + fee + difference + corrected, day by day and in all;
//! and what stands on the account of the source is the sum of its differences.

mod counter;

pub use counter::{CounterDay, CounterLine};

use crate::id::{IncomingPaymentId, PaymentAttemptId, ProviderSettlementId, RefundId, SettlementLineId};
use crate::ledger::AccountKind;
use crate::money::{Money, MoneyError};
use crate::payment::PaymentProvider;
use crate::words::words;
use chrono::NaiveDate;
use counter::reconcile_counter;
use std::collections::{BTreeMap, HashMap};

words! {
    /// In which form a provider told of its settlements.
    SettlementFileKind {
        /// The settlement report of Vipps as CSV.
        VippsCsv = "vipps_csv",
        /// A table whose columns are known by their headings.
        Table = "table",
    }
}

words! {
    /// What a line of a settlement is.
    SettlementLineKind {
        /// Somebody has paid.
        Payment = "payment",
        /// Somebody was given money back.
        Refund = "refund",
        /// What the provider takes for itself, not for one payment.
        Fee = "fee",
    }
}

words! {
    /// What does not agree.
    DifferenceKind {
        /// A customer has paid, and no settlement tells of it.
        NotSettled = "not_settled",
        /// Money was given back, and no settlement tells of it.
        RefundNotSettled = "refund_not_settled",
        /// The settlement tells of another amount than the customer paid.
        OtherAmount = "other_amount",
        /// The settlement tells of what is no payment here.
        UnknownLine = "unknown_line",
        /// The provider has settled, and no line of the bank is matched with it.
        NotReceived = "not_received",
        /// It was taken at the counter, and no line of the bank brings it.
        NotBrought = "not_brought",
        /// More went out at the counter than had been taken: it came from what tills were opened with.
        MoreOut = "more_out",
        /// The bank has received more of the counter than was taken there.
        TooMuchBrought = "too_much_brought",
    }
}

words! {
    /// By whom or by what means customers paid.
    MoneySource {
        /// Swish Commerce, in Sweden.
        Swish = "swish",
        /// Vipps ePayment, in Norway.
        Vipps = "vipps",
        /// Payson Checkout: cards and banks, in Sweden.
        Payson = "payson",
        /// The card terminal at the counter.
        Card = "card",
        /// Cash at the counter.
        Cash = "cash",
    }
}

impl MoneySource {
    /// Where its money stands until the bank has received it.
    pub const fn account(self) -> AccountKind {
        match self {
            Self::Swish => AccountKind::ClearingSwish,
            Self::Vipps => AccountKind::ClearingVipps,
            Self::Payson => AccountKind::ClearingPayson,
            Self::Card => AccountKind::ClearingCard,
            Self::Cash => AccountKind::Cash,
        }
    }
}

impl From<PaymentProvider> for MoneySource {
    fn from(provider: PaymentProvider) -> Self {
        match provider {
            PaymentProvider::Swish => Self::Swish,
            PaymentProvider::Vipps => Self::Vipps,
            PaymentProvider::Payson => Self::Payson,
        }
    }
}

/// What has moved money at a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Movement {
    /// A try to pay that brought some.
    Attempt(PaymentAttemptId),
    /// A refund that took some back.
    Refund(RefundId),
}

/// What a customer has paid, or was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaidThrough {
    /// What moved it.
    pub movement: Movement,
    /// Through whom.
    pub provider: PaymentProvider,
    /// The day on which it was booked.
    pub on: NaiveDate,
    /// How much; less than nothing for what was given back.
    pub amount: Money,
}

/// A line of a settlement, with the payment or refund that it was matched with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettledLine {
    /// Its id.
    pub id: SettlementLineId,
    /// The settlement.
    pub settlement: ProviderSettlementId,
    /// Of whom.
    pub provider: PaymentProvider,
    /// What it is.
    pub kind: SettlementLineKind,
    /// The day that the provider names.
    pub on: NaiveDate,
    /// What the customer paid; less than nothing for what was given back, nothing for a fee alone.
    pub gross: Money,
    /// What the provider took of it.
    pub fee: Money,
    /// What it is the money of.
    pub movement: Option<Movement>,
}

/// A settlement as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaidOut {
    /// Its id.
    pub id: ProviderSettlementId,
    /// Of whom.
    pub provider: PaymentProvider,
    /// The day on which it was made.
    pub on: NaiveDate,
    /// What the bank is to receive.
    pub net: Money,
    /// The line of the bank that it was matched with.
    pub received: Option<IncomingPaymentId>,
}

/// What a difference is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DifferenceSubject {
    /// A payment of a customer.
    Attempt(PaymentAttemptId),
    /// What was given back.
    Refund(RefundId),
    /// A line of a settlement.
    Line(SettlementLineId),
    /// A settlement.
    Settlement(ProviderSettlementId),
    /// What was taken at the counter on one day by one means.
    CounterDay(uuid::Uuid),
    /// A line of the bank that is money of the counter.
    CounterLine(IncomingPaymentId),
}

impl DifferenceSubject {
    /// The bare id, which tells differences of all kinds apart.
    pub const fn uuid(self) -> uuid::Uuid {
        match self {
            Self::Attempt(id) => id.uuid(),
            Self::Refund(id) => id.uuid(),
            Self::Line(id) => id.uuid(),
            Self::Settlement(id) => id.uuid(),
            Self::CounterDay(id) => id,
            Self::CounterLine(id) => id.uuid(),
        }
    }
}

/// Something that does not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What is amiss.
    pub kind: DifferenceKind,
    /// What it is about.
    pub subject: DifferenceSubject,
    /// Of whom, or by what means.
    pub source: MoneySource,
    /// Since when.
    pub on: NaiveDate,
    /// How much stands on the account of the source for it: more than nothing is money that has not come, less is money that came
    /// and is nobody's.
    pub amount: Money,
}

impl Difference {
    /// How many days old it is.
    pub fn age_days(&self, today: NaiveDate) -> i64 {
        (today - self.on).num_days().max(0)
    }
}

/// What happened on one day of one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReconciledDay {
    /// Through whom, or by what means.
    pub source: MoneySource,
    /// The day: that of the payments, wherever it is known, so that what was paid stands beside what became of it.
    pub on: NaiveDate,
    /// What customers paid, less what they were given back.
    pub paid: Money,
    /// What the provider says that it pays out for it; of the counter, what the bank has brought of it.
    pub settled: Money,
    /// What it took for itself.
    pub fee: Money,
    /// What of the settled has reached the bank.
    pub received: Money,
    /// Paid, and not settled as it was paid.
    pub difference: Money,
    /// What of that somebody has put right; of cash also what was missing when tills were counted, which was posted then.
    pub corrected: Money,
}

/// Everything that was held against each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// By source and day, the latest day first.
    pub days: Vec<ReconciledDay>,
    /// What does not agree, the oldest first.
    pub differences: Vec<Difference>,
}

/// What is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'k> {
    /// What customers have paid and were given back.
    pub paid: &'k [PaidThrough],
    /// What settlements tell of.
    pub lines: &'k [SettledLine],
    /// The settlements.
    pub settlements: &'k [PaidOut],
    /// What was taken at the counter, from its first day on.
    pub counter: &'k [CounterDay],
    /// Every line of the bank that is money of the counter.
    pub counter_lines: &'k [CounterLine],
    /// What somebody has put right, by the ids of what it is about.
    pub corrected: &'k [(uuid::Uuid, Money)],
}

/// Holds everything that is known against each other. What somebody has put right comes off; should the provider settle it
/// after all, it is a difference the other way.
///
/// # Errors
/// [`MoneyError`] when sums do not fit, or a provider is paid in two currencies.
pub fn reconcile(known: Known<'_>) -> Result<Reconciled, MoneyError> {
    let mut days: BTreeMap<(NaiveDate, MoneySource), ReconciledDay> = BTreeMap::new();
    let mut differences = Vec::new();
    let corrected: HashMap<uuid::Uuid, Money> = known.corrected.iter().copied().collect();
    let by_movement: HashMap<Movement, &PaidThrough> = known.paid.iter().map(|it| (it.movement, it)).collect();
    let received: HashMap<ProviderSettlementId, bool> =
        known.settlements.iter().map(|it| (it.id, it.received.is_some())).collect();
    let mut told: HashMap<Movement, Money> = HashMap::new();
    let mut found = |it: Difference| -> Result<(Money, Money), MoneyError> {
        let put_right = corrected.get(&it.subject.uuid()).copied().unwrap_or(Money::zero(it.amount.currency));
        let amount = it.amount.plus(put_right.negated())?;
        if amount.minor != 0 {
            differences.push(Difference { amount, ..it });
        }
        Ok((amount, put_right))
    };
    for line in known.lines {
        let paid = line.movement.and_then(|movement| by_movement.get(&movement));
        let on = paid.map_or(line.on, |paid| paid.on);
        let net = line.gross.plus(line.fee.negated())?;
        let day = day_of(&mut days, line.provider.into(), on, line.gross);
        day.settled = day.settled.plus(net)?;
        day.fee = day.fee.plus(line.fee)?;
        if received.get(&line.settlement).copied().unwrap_or_default() {
            day.received = day.received.plus(net)?;
        }
        let unknown = match paid {
            Some(paid) => {
                let sum = told.entry(paid.movement).or_insert(Money::zero(line.gross.currency));
                *sum = sum.plus(line.gross)?;
                Money::zero(line.gross.currency)
            }
            None => line.gross.negated(),
        };
        let (open, put_right) = found(Difference {
            kind: DifferenceKind::UnknownLine,
            subject: DifferenceSubject::Line(line.id),
            source: line.provider.into(),
            on: line.on,
            amount: unknown,
        })?;
        day.difference = day.difference.plus(open)?;
        day.corrected = day.corrected.plus(put_right)?;
    }
    for it in known.paid {
        let day = day_of(&mut days, it.provider.into(), it.on, it.amount);
        day.paid = day.paid.plus(it.amount)?;
        let (missing, subject) = match it.movement {
            Movement::Attempt(id) => (DifferenceKind::NotSettled, DifferenceSubject::Attempt(id)),
            Movement::Refund(id) => (DifferenceKind::RefundNotSettled, DifferenceSubject::Refund(id)),
        };
        let (kind, amount) = match told.get(&it.movement) {
            None => (missing, it.amount),
            Some(sum) => (DifferenceKind::OtherAmount, it.amount.plus(sum.negated())?),
        };
        let (open, put_right) = found(Difference { kind, subject, source: it.provider.into(), on: it.on, amount })?;
        day.difference = day.difference.plus(open)?;
        day.corrected = day.corrected.plus(put_right)?;
    }
    for it in known.settlements {
        let amount = if it.received.is_some() { Money::zero(it.net.currency) } else { it.net };
        let subject = DifferenceSubject::Settlement(it.id);
        found(Difference {
            kind: DifferenceKind::NotReceived,
            subject,
            source: it.provider.into(),
            on: it.on,
            amount,
        })?;
    }
    reconcile_counter((known.counter, known.counter_lines), &corrected, &mut days, &mut differences)?;
    differences.sort_by_key(|it| (it.on, it.subject));
    let days = days.into_iter().rev().map(|(_, day)| day).collect();
    Ok(Reconciled { days, differences })
}

fn day_of(
    days: &mut BTreeMap<(NaiveDate, MoneySource), ReconciledDay>,
    source: MoneySource,
    on: NaiveDate,
    like: Money,
) -> &mut ReconciledDay {
    let nothing = Money::zero(like.currency);
    days.entry((on, source)).or_insert(ReconciledDay {
        source,
        on,
        paid: nothing,
        settled: nothing,
        fee: nothing,
        received: nothing,
        difference: nothing,
        corrected: nothing,
    })
}

#[cfg(test)]
mod tests;
