//! The counter in the reconciliation: what was taken there by day and means, and what the bank has brought of it.
//!
//! A line of the bank names no payments, so it is money of the oldest days that it can be of. Whatever is over on either side is
//! a difference; so the sum of them is what stands on the account of the cash, or of the card terminal.

use super::{Difference, DifferenceKind, DifferenceSubject, MoneySource, ReconciledDay, day_of};
use crate::id::IncomingPaymentId;
use crate::money::{Currency, Money, MoneyError};
use crate::till::TillMeans;
use chrono::{Datelike as _, Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use uuid::Uuid;

/// What is entered at the counter so many days after the bank has brought it is still that money.
const LATE_DAYS: u64 = 3;

/// What was taken at the counter on one day by some means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CounterDay {
    /// By what means.
    pub means: TillMeans,
    /// The day.
    pub on: NaiveDate,
    /// What was taken, less what went back or was paid out in cash.
    pub taken: Money,
    /// What counting tills has found beyond that: below zero, what was missing. It was posted when they were closed.
    pub counted: Money,
}

impl CounterDay {
    /// By what somebody looks after it: made of what it is, since a day is no row of its own.
    pub fn id(&self) -> Uuid {
        let means = u8::from(self.means == TillMeans::Card);
        let currency = u8::from(self.taken.currency == Currency::Nok);
        let [first, second, third, fourth] = self.on.num_days_from_ce().to_be_bytes();
        let bytes = [b'c', b'o', b'u', b'n', b't', b'e', b'r', 0, 0, 0, means, currency, first, second, third, fourth];
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

/// A line of the bank that is money of the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CounterLine {
    /// The line.
    pub payment: IncomingPaymentId,
    /// Cash that was brought there, or what the bank of the terminal pays out.
    pub means: TillMeans,
    /// When the bank booked it.
    pub on: NaiveDate,
    /// What the bank has received.
    pub amount: Money,
    /// What the bank of the terminal has kept for itself.
    pub fee: Money,
}

impl From<TillMeans> for MoneySource {
    fn from(means: TillMeans) -> Self {
        match means {
            TillMeans::Cash => Self::Cash,
            TillMeans::Card => Self::Card,
        }
    }
}

/// A day of which something stands open: more than nothing is to be brought to the bank.
struct Open {
    on: NaiveDate,
    subject: Uuid,
    left: Money,
}

/// A line of which something is not yet placed on days.
struct Bringing {
    line: CounterLine,
    /// What came with the fee.
    gross: Money,
    /// What of it can be placed.
    left: Money,
    placed: Money,
    fee_said: i64,
}

impl Bringing {
    /// The next part of the line, as what came and what was kept: all parts together are the whole of both.
    fn part(&mut self, part: Money) -> Result<(Money, Money), MoneyError> {
        self.placed = self.placed.plus(part)?;
        let share = i128::from(self.line.fee.minor) * i128::from(self.placed.minor);
        let so_far = share.checked_div(i128::from(self.gross.minor)).unwrap_or_default();
        let so_far = i64::try_from(so_far).map_err(|_| MoneyError::TooLarge)?;
        let fee = Money { minor: so_far - self.fee_said, ..part };
        self.fee_said = so_far;
        Ok((part.plus(fee.negated())?, fee))
    }

    fn place(&mut self, part: Money) -> Result<(Money, Money), MoneyError> {
        self.left = self.left.plus(part.negated())?;
        self.part(part)
    }
}

fn lesser(a: Money, b: Money) -> Money {
    if a.minor <= b.minor { a } else { b }
}

/// One means in one currency while it is gone through, day by day.
struct Counter<'d> {
    source: MoneySource,
    days: &'d mut BTreeMap<(NaiveDate, MoneySource), ReconciledDay>,
    /// What waits to be brought, the oldest first.
    open: VecDeque<Open>,
    /// What went out beyond what had been taken, from what tills were opened with: what is taken next stays in them.
    out: VecDeque<Open>,
    /// What the bank has brought beyond what had been taken.
    over: VecDeque<Bringing>,
}

impl Counter<'_> {
    fn day(&mut self, on: NaiveDate, like: Money) -> &mut ReconciledDay {
        day_of(self.days, self.source, on, like)
    }

    /// What reached the bank of a day, and what was kept of it.
    fn brought(&mut self, on: NaiveDate, (net, fee): (Money, Money)) -> Result<(), MoneyError> {
        let day = self.day(on, net);
        day.settled = day.settled.plus(net)?;
        day.received = day.received.plus(net)?;
        day.fee = day.fee.plus(fee)?;
        Ok(())
    }

    /// What was taken on one day and went out again on another never reaches the bank, and needs not.
    fn stayed(&mut self, (taken_on, out_on): (NaiveDate, NaiveDate), amount: Money) -> Result<(), MoneyError> {
        let nothing = Money::zero(amount.currency);
        self.brought(taken_on, (amount, nothing))?;
        self.brought(out_on, (amount.negated(), nothing))
    }

    fn take_day(&mut self, it: &CounterDay, put_right: Money) -> Result<(), MoneyError> {
        let day = self.day(it.on, it.taken);
        day.paid = day.paid.plus(it.taken)?;
        day.corrected = day.corrected.plus(put_right)?.plus(it.counted.negated())?;
        let left = it.taken.plus(it.counted)?.plus(put_right.negated())?;
        let mut new = Open { on: it.on, subject: it.id(), left };
        while new.left.minor < 0
            && let Some(mut old) = self.open.pop_front()
        {
            let part = lesser(old.left, new.left.negated());
            self.stayed((old.on, new.on), part)?;
            new.left = new.left.plus(part)?;
            old.left = old.left.plus(part.negated())?;
            if old.left.minor > 0 {
                self.open.push_front(old);
            }
        }
        while new.left.minor > 0
            && let Some(mut old) = self.out.pop_front()
        {
            let part = lesser(old.left.negated(), new.left);
            self.stayed((new.on, old.on), part)?;
            new.left = new.left.plus(part.negated())?;
            old.left = old.left.plus(part)?;
            if old.left.minor < 0 {
                self.out.push_front(old);
            }
        }
        let mut over = std::mem::take(&mut self.over);
        for line in over.iter_mut().filter(|line| line.line.on + Days::new(LATE_DAYS) >= it.on) {
            if new.left.minor > 0 && line.left.minor > 0 {
                let part = lesser(line.left, new.left);
                self.brought(new.on, line.place(part)?)?;
                new.left = new.left.plus(part.negated())?;
            }
        }
        self.over = over;
        match new.left.minor {
            0 => {}
            1.. => self.open.push_back(new),
            ..0 => self.out.push_back(new),
        }
        Ok(())
    }

    fn take_line(&mut self, line: &CounterLine, put_right: Money) -> Result<(), MoneyError> {
        let gross = line.amount.plus(line.fee)?;
        let nothing = Money::zero(gross.currency);
        let mut new = Bringing { line: *line, gross, left: gross.plus(put_right)?, placed: nothing, fee_said: 0 };
        while new.left.minor > 0
            && let Some(mut old) = self.open.pop_front()
        {
            let part = lesser(old.left, new.left);
            self.brought(old.on, new.place(part)?)?;
            old.left = old.left.plus(part.negated())?;
            if old.left.minor > 0 {
                self.open.push_front(old);
            }
        }
        if put_right.minor != 0 {
            let day = self.day(line.on, gross);
            day.corrected = day.corrected.plus(put_right)?;
        }
        self.over.push_back(new);
        Ok(())
    }

    /// What is over in the end.
    fn end(mut self, differences: &mut Vec<Difference>) -> Result<(), MoneyError> {
        let (open, out) = (std::mem::take(&mut self.open), std::mem::take(&mut self.out));
        let kinds = open.into_iter().map(|it| (DifferenceKind::NotBrought, it));
        for (kind, it) in kinds.chain(out.into_iter().map(|it| (DifferenceKind::MoreOut, it))) {
            let day = self.day(it.on, it.left);
            day.difference = day.difference.plus(it.left)?;
            let subject = DifferenceSubject::CounterDay(it.subject);
            differences.push(Difference { kind, subject, source: self.source, on: it.on, amount: it.left });
        }
        for mut it in std::mem::take(&mut self.over) {
            let amount = it.left.negated();
            let rest = it.gross.plus(it.placed.negated())?;
            if rest.minor != 0 {
                let rest = it.part(rest)?;
                self.brought(it.line.on, rest)?;
            }
            if amount.minor != 0 {
                let day = self.day(it.line.on, amount);
                day.difference = day.difference.plus(amount)?;
                let subject = DifferenceSubject::CounterLine(it.line.payment);
                let kind = DifferenceKind::TooMuchBrought;
                differences.push(Difference { kind, subject, source: self.source, on: it.line.on, amount });
            }
        }
        Ok(())
    }
}

/// Holds what was taken at the counter against what the bank has brought of it.
pub(super) fn reconcile_counter(
    (taken, lines): (&[CounterDay], &[CounterLine]),
    corrected: &HashMap<Uuid, Money>,
    days: &mut BTreeMap<(NaiveDate, MoneySource), ReconciledDay>,
    differences: &mut Vec<Difference>,
) -> Result<(), MoneyError> {
    let kinds: BTreeSet<(TillMeans, Currency)> = taken
        .iter()
        .map(|it| (it.means, it.taken.currency))
        .chain(lines.iter().map(|it| (it.means, it.amount.currency)))
        .collect();
    for (means, currency) in kinds {
        let put_right = |id: Uuid| corrected.get(&id).copied().unwrap_or(Money::zero(currency));
        let mut taken: VecDeque<&CounterDay> =
            taken.iter().filter(|it| (it.means, it.taken.currency) == (means, currency)).collect();
        taken.make_contiguous().sort_by_key(|it| it.on);
        let mut lines: Vec<&CounterLine> =
            lines.iter().filter(|it| (it.means, it.amount.currency) == (means, currency)).collect();
        lines.sort_by_key(|it| (it.on, it.payment));
        let (open, out, over) = (VecDeque::new(), VecDeque::new(), VecDeque::new());
        let mut counter = Counter { source: means.into(), days, open, out, over };
        for line in lines {
            while let Some(day) = taken.pop_front_if(|it| it.on <= line.on) {
                counter.take_day(day, put_right(day.id()))?;
            }
            counter.take_line(line, put_right(line.payment.uuid()))?;
        }
        for day in taken {
            counter.take_day(day, put_right(day.id()))?;
        }
        counter.end(differences)?;
    }
    Ok(())
}
