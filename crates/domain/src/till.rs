//! The counter: a till that a clerk opens with so much in it, what is taken in cash and by card, what is paid out of it, and
//! what is counted when it is closed.
//!
//! Nothing that was entered is ever changed: what was entered amiss is taken back by an entry of its own, in the same till while
//! it is open, and in the one that its clerk has open by then afterwards. What should be in a till follows from its own entries
//! alone, in whatever order they are read.

#[cfg(test)]
mod tests;
mod vat;

pub use vat::{PaidAtRate, PaidDocument, paid_by_rate};

use crate::document::Number;
use crate::id::DocumentId;
use crate::ledger::AccountKind;
use crate::money::{Currency, Money, MoneyError};
use crate::words::words;

words! {
    /// By what means somebody pays at the counter.
    TillMeans {
        /// Coins and notes, which are in the till.
        Cash = "cash",
        /// A card at the terminal beside it: its money comes by the bank.
        Card = "card",
    }
}

impl TillMeans {
    /// Where the money stands that came by it.
    pub const fn account(self) -> AccountKind {
        match self {
            Self::Cash => AccountKind::Cash,
            Self::Card => AccountKind::ClearingCard,
        }
    }
}

words! {
    /// Why an entry of a till was made.
    TillEntryKind {
        /// Somebody has paid.
        Taken = "taken",
        /// An entry was amiss, and what it moved goes back.
        TakenBack = "taken_back",
        /// Somebody got in cash what they had left.
        PaidOut = "paid_out",
        /// What was paid out was amiss, and is in the till again.
        CameBack = "came_back",
        /// Cash that was entered never came, and was missing when it was counted: nothing goes out, and the difference is
        /// explained.
        NeverCame = "never_came",
    }
}

impl TillEntryKind {
    /// Whether money comes in by it; by the others it goes out, or is not there after all.
    pub const fn comes_in(self) -> bool {
        matches!(self, Self::Taken | Self::CameBack)
    }

    /// What takes back an entry of this kind; nothing takes back what takes back.
    pub const fn back(self) -> Option<Self> {
        match self {
            Self::Taken => Some(Self::TakenBack),
            Self::PaidOut => Some(Self::CameBack),
            Self::TakenBack | Self::CameBack | Self::NeverCame => None,
        }
    }
}

words! {
    /// How what was entered amiss is put right.
    TakeBackWay {
        /// Its money goes the other way now.
        Money = "money",
        /// Its money never came: it was missing when the till was counted.
        NeverCame = "never_came",
    }
}

/// What takes back an entry of a till that is open, or closed by now. Cash that never came is only known to be missing once it
/// was counted; what a card never paid is on no account of the terminal's bank, whichever way it is taken back.
///
/// # Errors
/// [`TillRefusal::NotTaken`] of what takes something back itself, and [`TillRefusal::NotCounted`].
pub fn taken_back(was: &TillEntry, is_closed: bool, way: TakeBackWay) -> Result<TillEntryKind, TillRefusal> {
    let back = was.kind.back().ok_or(TillRefusal::NotTaken)?;
    match way {
        TakeBackWay::Money => Ok(back),
        TakeBackWay::NeverCame if is_closed && (was.kind, was.means) == (TillEntryKind::Taken, TillMeans::Cash) => {
            Ok(TillEntryKind::NeverCame)
        }
        TakeBackWay::NeverCame => Err(TillRefusal::NotCounted),
    }
}

words! {
    /// What the numbers of the counter are given to.
    TillSeriesKind {
        /// Each entry has a receipt.
        Receipt = "receipt",
        /// Each till that was closed has a report.
        Report = "report",
    }
}

/// What went into or came out of a till.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TillEntry {
    /// Why.
    pub kind: TillEntryKind,
    /// By what means.
    pub means: TillMeans,
    /// How much, always above zero.
    pub amount: Money,
    /// What rounding to coins has added to what was asked for.
    pub rounding: Money,
    /// What of it is kept for whoever paid.
    pub prepaid: Money,
    /// The number of its receipt.
    pub number: Number,
}

/// What a till adds up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TillSums {
    /// What it was opened with.
    pub opening: Money,
    /// Cash that came in.
    pub cash_in: Money,
    /// Cash that went out with what was taken back.
    pub cash_back: Money,
    /// Cash that was paid out to those who had money left.
    pub cash_out: Money,
    /// What of that is in the till again.
    pub cash_out_back: Money,
    /// What was taken by card.
    pub card_in: Money,
    /// What was taken back by card.
    pub card_back: Money,
    /// Cash that was entered in tills that are closed and never came: it was missing there, and nothing goes out here.
    pub never_came: Money,
    /// The cash that should be in it.
    pub expected: Money,
    /// What went to invoices, less what was taken back.
    pub to_invoices: Money,
    /// What is kept for those who paid, less what was taken back.
    pub to_prepaid: Money,
    /// What rounding to coins has added.
    pub rounding: Money,
    /// How many payments were taken.
    pub taken: usize,
    /// How many of them were taken back.
    pub taken_back: usize,
    /// How many times something was paid out.
    pub paid_out: usize,
    /// How many of those came back.
    pub came_back: usize,
    /// How many payments never came.
    pub missed: usize,
    /// The numbers of its first and last receipt.
    pub numbers: Option<(Number, Number)>,
}

/// What closing a till says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TillClosing {
    /// The cash that was counted.
    pub counted: Money,
    /// What was counted less what should be there: below zero, money is missing.
    pub difference: Money,
    /// Why there is a difference.
    pub reason: Option<String>,
}

/// A document that somebody pays at the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TillShare {
    /// Which one.
    pub document: DocumentId,
    /// What is open of it.
    pub open: Money,
    /// How much of it is paid.
    pub amount: Money,
}

/// What of a document is paid by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaidShare {
    /// Which one.
    pub document: DocumentId,
    /// What came at the counter.
    pub came: Money,
    /// What rounding to coins has let off.
    pub let_off: Money,
}

/// Where an amount goes that somebody pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TillSplit {
    /// To documents.
    pub shares: Vec<PaidShare>,
    /// What rounding to coins has added; below zero, what it has let off.
    pub rounding: Money,
    /// What is kept for whoever paid.
    pub prepaid: Money,
}

/// What a line of the bank brings of the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TillPayout {
    /// Cash that was brought there, or what the bank of the card terminal pays out.
    pub means: TillMeans,
    /// What the bank of the terminal has kept for itself, in hundredths.
    pub fee_minor: i64,
}

/// Why a till does not do what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TillRefusal {
    /// It is closed.
    #[error("the till is closed")]
    Closed,
    /// What takes something back is not taken back itself.
    #[error("the entry takes something back itself")]
    NotTaken,
    /// Only cash of a till that was counted can have been missing there.
    #[error("nothing of the entry was missing when the till was counted")]
    NotCounted,
    /// There is not so much cash in it.
    #[error("there is not so much in the till")]
    TooLittle,
    /// An amount must be above zero, or not below it.
    #[error("that is no amount")]
    Amount,
    /// There are no coins below a krona.
    #[error("cash comes in whole kronor")]
    Coins,
    /// More of a document is paid than is open, or one is named twice.
    #[error("more is paid than is open")]
    MoreThanOpen,
    /// More goes to documents than came.
    #[error("more goes to documents than came")]
    MoreThanCame,
    /// What was counted is not what should be there, and nobody has said why.
    #[error("the difference has no reason")]
    Reason,
    /// Two currencies, or more than 64 bits hold.
    #[error("the amounts cannot be counted together")]
    Money,
}

impl TillRefusal {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Closed => "till.closed",
            Self::NotTaken => "till.not_taken",
            Self::NotCounted => "till.not_counted",
            Self::TooLittle => "till.too_little",
            Self::Amount => "till.amount",
            Self::Coins => "till.coins",
            Self::MoreThanOpen => "till.more_than_open",
            Self::MoreThanCame => "till.more_than_came",
            Self::Reason => "till.reason",
            Self::Money => "till.money",
        }
    }
}

impl From<MoneyError> for TillRefusal {
    fn from(_: MoneyError) -> Self {
        Self::Money
    }
}

/// More than anybody has in a till or puts on a card: a slip of the keyboard.
const MOST: i64 = 100_000_000_000;

/// Whether an amount can be paid in coins: there are none below a krona, neither in Sweden nor in Norway.
pub fn is_in_coins(amount: Money) -> bool {
    !matches!(amount.currency, Currency::Sek | Currency::Nok) || amount.rounding_to_whole().minor == 0
}

/// What is asked for by some means where so much is to be paid, and what rounding to coins has added. By card the öre is paid.
///
/// # Errors
/// [`TillRefusal::Money`].
pub fn asked_for(sum: Money, means: TillMeans) -> Result<(Money, Money), TillRefusal> {
    if means == TillMeans::Card || is_in_coins(sum) {
        return Ok((sum, Money::zero(sum.currency)));
    }
    let rounding = sum.rounding_to_whole();
    Ok((sum.plus(rounding)?, rounding))
}

/// Says where an amount goes. What is paid whole in cash is rounded to coins; whatever is too much is kept for whoever paid.
///
/// # Errors
/// The first reason why it cannot be paid so.
pub fn split(amount: Money, means: TillMeans, shares: &[TillShare]) -> Result<TillSplit, TillRefusal> {
    if !(1..=MOST).contains(&amount.minor) {
        return Err(TillRefusal::Amount);
    }
    if means == TillMeans::Cash && !is_in_coins(amount) {
        return Err(TillRefusal::Coins);
    }
    let nothing = Money::zero(amount.currency);
    let mut owed = nothing;
    for (place, share) in shares.iter().enumerate() {
        if share.amount.minor <= 0 {
            return Err(TillRefusal::Amount);
        }
        let again = shares.iter().take(place).any(|it| it.document == share.document);
        if again || share.amount.currency != share.open.currency || share.amount.minor > share.open.minor {
            return Err(TillRefusal::MoreThanOpen);
        }
        owed = owed.plus(share.amount)?;
    }
    let whole = !shares.is_empty() && shares.iter().all(|it| it.amount == it.open);
    let (asked, rounding) = asked_for(owed, means)?;
    let rounding = if whole && amount == asked { rounding } else { nothing };
    let prepaid = amount.plus(owed.negated())?.plus(rounding.negated())?;
    if prepaid.minor < 0 {
        return Err(TillRefusal::MoreThanCame);
    }
    let mut off = Money { minor: (-rounding.minor).max(0), ..nothing };
    let paid = shares.iter().map(|it| {
        let let_off = Money { minor: off.minor.min(it.amount.minor), ..nothing };
        off.minor -= let_off.minor;
        PaidShare { document: it.document, came: Money { minor: it.amount.minor - let_off.minor, ..nothing }, let_off }
    });
    Ok(TillSplit { shares: paid.collect(), rounding, prepaid })
}

/// What a till adds up to. The order of its entries makes no difference.
///
/// # Errors
/// [`TillRefusal::Money`].
pub fn sums_of(opening: Money, entries: &[TillEntry]) -> Result<TillSums, TillRefusal> {
    let currency = opening.currency;
    let of = |means, kind| {
        let wanted = entries.iter().filter(|it| (it.means, it.kind) == (means, kind));
        Money::sum(currency, wanted.map(|it| it.amount))
    };
    // What is paid out is of no invoice and no payment beforehand.
    let signed = |part: fn(&TillEntry) -> Money| {
        let one = |it: &TillEntry| match it.kind {
            TillEntryKind::Taken => Some(part(it)),
            TillEntryKind::TakenBack | TillEntryKind::NeverCame => Some(part(it).negated()),
            TillEntryKind::PaidOut | TillEntryKind::CameBack => None,
        };
        Money::sum(currency, entries.iter().filter_map(one))
    };
    let (cash_in, cash_back) =
        (of(TillMeans::Cash, TillEntryKind::Taken)?, of(TillMeans::Cash, TillEntryKind::TakenBack)?);
    let (cash_out, cash_out_back) =
        (of(TillMeans::Cash, TillEntryKind::PaidOut)?, of(TillMeans::Cash, TillEntryKind::CameBack)?);
    let (card_in, card_back) =
        (of(TillMeans::Card, TillEntryKind::Taken)?, of(TillMeans::Card, TillEntryKind::TakenBack)?);
    let (all, to_prepaid, rounding) = (signed(|it| it.amount)?, signed(|it| it.prepaid)?, signed(|it| it.rounding)?);
    let count = |kind| entries.iter().filter(|it| it.kind == kind).count();
    let numbers = || entries.iter().map(|it| it.number);
    Ok(TillSums {
        opening,
        cash_in,
        cash_back,
        cash_out,
        cash_out_back,
        card_in,
        card_back,
        never_came: of(TillMeans::Cash, TillEntryKind::NeverCame)?,
        expected: opening.plus(cash_in)?.plus(cash_back.negated())?.plus(cash_out.negated())?.plus(cash_out_back)?,
        to_invoices: all.plus(to_prepaid.negated())?.plus(rounding.negated())?,
        to_prepaid,
        rounding,
        taken: count(TillEntryKind::Taken),
        taken_back: count(TillEntryKind::TakenBack),
        paid_out: count(TillEntryKind::PaidOut),
        came_back: count(TillEntryKind::CameBack),
        missed: count(TillEntryKind::NeverCame),
        numbers: numbers().min().zip(numbers().max()),
    })
}

/// Whether so much can be taken back from a till that adds up so: cash must be in it.
///
/// # Errors
/// [`TillRefusal::TooLittle`].
pub fn check_taken_back(sums: &TillSums, means: TillMeans, amount: Money) -> Result<(), TillRefusal> {
    if means == TillMeans::Cash && amount.minor > sums.expected.minor {
        return Err(TillRefusal::TooLittle);
    }
    Ok(())
}

/// Whether so much can be paid out in cash of a till that adds up so.
///
/// # Errors
/// [`TillRefusal::Amount`], [`TillRefusal::Coins`] and [`TillRefusal::TooLittle`].
pub fn check_paid_out(sums: &TillSums, amount: Money) -> Result<(), TillRefusal> {
    if !(1..=MOST).contains(&amount.minor) {
        return Err(TillRefusal::Amount);
    }
    if !is_in_coins(amount) {
        return Err(TillRefusal::Coins);
    }
    check_taken_back(sums, TillMeans::Cash, amount)
}

/// What a till is opened with: nothing or more, in coins.
///
/// # Errors
/// [`TillRefusal::Amount`] and [`TillRefusal::Coins`].
pub fn check_opening(opening: Money) -> Result<(), TillRefusal> {
    match opening.minor {
        0..=MOST if is_in_coins(opening) => Ok(()),
        0..=MOST => Err(TillRefusal::Coins),
        _ => Err(TillRefusal::Amount),
    }
}

/// What the bank of a terminal can have kept for itself: nothing of cash that was brought to the bank.
///
/// # Errors
/// [`TillRefusal::Amount`].
pub const fn check_payout(payout: TillPayout) -> Result<(), TillRefusal> {
    match (payout.means, payout.fee_minor) {
        (_, 0) | (TillMeans::Card, 1..=MOST) => Ok(()),
        _ => Err(TillRefusal::Amount),
    }
}

/// Counts a till that should have so much in it.
///
/// # Errors
/// [`TillRefusal::Amount`] and [`TillRefusal::Coins`] for what cannot have been counted, and [`TillRefusal::Reason`] where
/// nobody has said why money is missing or too much.
pub fn close(expected: Money, counted: Money, reason: Option<&str>) -> Result<TillClosing, TillRefusal> {
    check_opening(counted)?;
    let difference = counted.plus(expected.negated())?;
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty()).map(str::to_owned);
    if difference.minor != 0 && reason.is_none() {
        return Err(TillRefusal::Reason);
    }
    Ok(TillClosing { counted, difference, reason: reason.filter(|_| difference.minor != 0) })
}
