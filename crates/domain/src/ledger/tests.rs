//! Random histories of transfers against a model that only adds up.

use super::{
    Amount, Asset, Balance, BalanceLimit, BalanceRefusal, Held, Side, Step, Transfer, TransferRefusal, entries,
};
use crate::id::{AccountId, TransferId};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

const ACCOUNTS: [(u128, BalanceLimit); 4] = [
    (1, BalanceLimit::Open),
    (2, BalanceLimit::DebitsWithinCredits),
    (3, BalanceLimit::CreditsWithinDebits),
    (4, BalanceLimit::Open),
];

/// What somebody asks of the ledger.
#[derive(Clone, Debug)]
enum Act {
    Move { debit: usize, credit: usize, amount: i64, is_held: bool },
    Post { which: usize, amount: i64 },
    Void { which: usize },
    Expire { which: usize },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let accounts = 0..ACCOUNTS.len();
    let act = prop_oneof![
        4 => (accounts.clone(), accounts, 1..500_i64, any::<bool>())
            .prop_map(|(debit, credit, amount, is_held)| Act::Move { debit, credit, amount, is_held }),
        2 => (any::<usize>(), 1..600_i64).prop_map(|(which, amount)| Act::Post { which, amount }),
        1 => any::<usize>().prop_map(|which| Act::Void { which }),
        1 => any::<usize>().prop_map(|which| Act::Expire { which }),
    ];
    prop::collection::vec(act, 1..80)
}

/// The accounts, what is held, and every transfer that was taken.
#[derive(Default)]
struct Books {
    balances: BTreeMap<AccountId, Balance>,
    held: Vec<Held>,
    taken: Vec<Transfer>,
}

impl Books {
    /// Both sides or none.
    fn take(&mut self, transfer: Transfer) -> Result<(), BalanceRefusal> {
        let mut after = self.balances.clone();
        for entry in entries(&transfer) {
            let before = after.get(&entry.account).copied().unwrap_or_default();
            let it = before.after(entry.side, entry.step, entry.amount, limit(entry.account))?;
            after.insert(entry.account, it);
        }
        self.balances = after;
        self.taken.push(transfer);
        Ok(())
    }
}

fn account(place: usize) -> AccountId {
    Uuid::from_u128(ACCOUNTS[place].0).into()
}

fn limit(of: AccountId) -> BalanceLimit {
    ACCOUNTS.iter().find(|(id, _)| Uuid::from_u128(*id) == of.uuid()).unwrap().1
}

fn amount(smallest: i64) -> Amount {
    Amount::new(smallest).unwrap()
}

proptest! {
    #[test]
    fn nothing_is_made_and_nothing_is_lost_and_every_limit_holds(acts in acts()) {
        let mut books = Books::default();
        for (n, act) in acts.into_iter().enumerate() {
            let id: TransferId = Uuid::from_u128(1_000 + n as u128).into();
            let count = books.held.len();
            let before = books.balances.clone();
            match act {
                Act::Move { debit, credit, amount: much, is_held } => {
                    let both = (account(debit), account(credit));
                    let Ok(transfer) = Transfer::new(id, both, (amount(much), Asset::Sek), is_held) else {
                        prop_assert_eq!(debit, credit);
                        continue;
                    };
                    match books.take(transfer) {
                        Ok(()) if is_held => books.held.push(Held {
                            id, debit: both.0, credit: both.1, asset: Asset::Sek, amount: amount(much),
                        }),
                        Ok(()) => {}
                        Err(refusal) => {
                            prop_assert_eq!(refusal, BalanceRefusal::NotEnough);
                            prop_assert_eq!(&books.balances, &before);
                        }
                    }
                }
                Act::Post { which, amount: much } if count > 0 => {
                    let held = books.held[which % count];
                    match held.post(id, amount(much)) {
                        Ok(transfer) => {
                            books.held.remove(which % count);
                            prop_assert_eq!(books.take(transfer), Ok(()), "what was held can become final");
                        }
                        Err(refusal) => {
                            prop_assert_eq!(refusal, TransferRefusal::MoreThanHeld);
                            prop_assert!(much > held.amount.smallest());
                        }
                    }
                }
                Act::Void { which } | Act::Expire { which } if count > 0 => {
                    let held = books.held.remove(which % count);
                    let transfer = if matches!(act, Act::Void { .. }) { held.void(id) } else { held.expire(id) };
                    prop_assert_eq!(books.take(transfer), Ok(()), "what was held can be let go");
                }
                _ => {}
            }
            holds(&books)?;
        }
    }
}

/// Both sides are equal, the counters are those of the transfers, and no limit is broken.
fn holds(books: &Books) -> Result<(), TestCaseError> {
    let all = books.balances.values();
    prop_assert_eq!(
        all.clone().map(|it| it.debits_posted).sum::<i64>(),
        all.clone().map(|it| it.credits_posted).sum::<i64>()
    );
    prop_assert_eq!(
        all.clone().map(|it| it.debits_pending).sum::<i64>(),
        all.map(|it| it.credits_pending).sum::<i64>()
    );
    for (id, balance) in &books.balances {
        let final_on = |side: Side| -> i64 {
            let on = |transfer: &&Transfer| match side {
                Side::Debit => transfer.debit == *id,
                Side::Credit => transfer.credit == *id,
            };
            let is_final = |transfer: &&Transfer| matches!(transfer.step, Step::Posted | Step::Post { .. });
            books.taken.iter().filter(on).filter(is_final).map(|transfer| transfer.amount.smallest()).sum()
        };
        let held_on = |of: fn(&Held) -> AccountId| -> i64 {
            books.held.iter().filter(|held| of(held) == *id).map(|held| held.amount.smallest()).sum()
        };
        prop_assert_eq!(balance.debits_posted, final_on(Side::Debit));
        prop_assert_eq!(balance.credits_posted, final_on(Side::Credit));
        prop_assert_eq!(balance.debits_pending, held_on(|held| held.debit));
        prop_assert_eq!(balance.credits_pending, held_on(|held| held.credit));
        match limit(*id) {
            BalanceLimit::Open => {}
            BalanceLimit::DebitsWithinCredits => prop_assert!(balance.free_credit() >= 0),
            BalanceLimit::CreditsWithinDebits => prop_assert!(balance.free_debit() >= 0),
        }
    }
    Ok(())
}

#[test]
fn holds_are_counted_when_more_is_asked_for() {
    let paid_in = Balance { credits_posted: 100, ..Balance::default() };
    let limit = BalanceLimit::DebitsWithinCredits;
    let held = paid_in.after(Side::Debit, Step::Pending, amount(70), limit).unwrap();
    assert_eq!(held.free_credit(), 30);
    assert_eq!(held.after(Side::Debit, Step::Posted, amount(31), limit), Err(BalanceRefusal::NotEnough));
    assert_eq!(held.after(Side::Debit, Step::Pending, amount(31), limit), Err(BalanceRefusal::NotEnough));
    let used = held.after(Side::Debit, Step::Post { held: amount(70) }, amount(20), limit).unwrap();
    assert_eq!((used.free_credit(), used.debits_pending, used.debits_posted), (80, 0, 20));
}

#[test]
fn what_was_not_held_cannot_be_let_go() {
    let empty = Balance::default();
    let step = Step::Void { held: amount(1) };
    assert_eq!(empty.after(Side::Debit, step, amount(1), BalanceLimit::Open), Err(BalanceRefusal::NotHeld));
}

#[test]
fn an_account_never_counts_around_its_end() {
    let full = Balance { debits_posted: i64::MAX, ..Balance::default() };
    let refused = full.after(Side::Debit, Step::Posted, amount(1), BalanceLimit::Open);
    assert_eq!(refused, Err(BalanceRefusal::TooLarge));
}

#[test]
fn the_ledger_is_proved_once_a_night_by_the_clock_on_the_wall() {
    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let due = |last: &str, now: &str| super::proof_is_due(Some(at(last)), at(now));
    assert!(super::proof_is_due(None, at("2026-06-01T12:00:00Z")));
    // Four o'clock is 03:00 UTC in winter and 02:00 UTC in summer.
    assert!(!due("2026-12-01T03:00:00Z", "2026-12-02T02:59:59Z"));
    assert!(due("2026-12-01T03:00:00Z", "2026-12-02T03:00:00Z"));
    assert!(due("2026-06-01T02:00:00Z", "2026-06-02T02:00:00Z"));
    // A computer that slept proves it when it wakes, and not again the same day.
    assert!(due("2026-12-01T03:00:00Z", "2026-12-05T01:00:00Z"));
    assert!(!due("2026-12-05T09:00:00Z", "2026-12-05T23:00:00Z"));
    // A clock that was set back.
    assert!(!due("2026-12-09T09:00:00Z", "2026-12-05T23:00:00Z"));
}
