//! Accounts and transfers on both engines: each wish once, no limit broken, nothing lost, nothing changed.

use crate::documents::{document_id, draft, issue, place};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures::future::join_all;
use stolpe_domain::country::Country;
use stolpe_domain::document::{DocumentKind, FiscalYear};
use stolpe_domain::id::{OrganisationId, TransferId};
use stolpe_domain::ledger::posting::{Postable, Sold, paid_by_bank};
use stolpe_domain::ledger::{
    Account, AccountKind, Amount, Asset, Balance, BalanceRefusal, Held, Transfer, TransferCode,
};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::organisation::OrganisationDraft;
use stolpe_store::ledger::{Booked, LedgerFault, MoveError, Moved};
use stolpe_store::{Db, Engine, StoreError};
use stolpe_testkit::{TestDb, both};
use uuid::Uuid;

const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(1));
const BANK: Account = Account::of_organisation(ORGANISATION, AccountKind::Bank, Asset::Sek);
const PREPAID: Account = Account::of_organisation(ORGANISATION, AccountKind::Prepaid, Asset::Sek);
const SUSPENSE: Account = Account::of_organisation(ORGANISATION, AccountKind::Suspense, Asset::Sek);

fn at() -> DateTime<Utc> {
    "2026-12-01T08:00:00Z".parse().unwrap()
}

fn amount(smallest: i64) -> Amount {
    Amount::new(smallest).unwrap()
}

async fn organisation(db: &Db) {
    let owner = OrganisationDraft {
        name: "Brf Ekbacken".into(),
        country: Country::Se,
        organisation_number: "556036-0793".into(),
        vat_number: None,
        street: "Storgatan 1".into(),
        postal_code: "392 32".into(),
        city: "Kalmar".into(),
    };
    let mut tx = db.write().await.unwrap();
    tx.insert_organisation(ORGANISATION, &owner.check().unwrap(), false, at()).await.unwrap();
    tx.commit().await.unwrap();
}

fn id(n: u128) -> TransferId {
    Uuid::from_u128(10_000 + n).into()
}

fn booked(transfer: Transfer, key: &str) -> Booked {
    Booked {
        transfer,
        organisation_id: ORGANISATION,
        code: TransferCode::Payment,
        document_id: None,
        payment_id: None,
        value_on: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(),
        held_for: None,
        key: key.into(),
        made_by: None,
    }
}

/// From the second account to the first.
fn wish(n: u128, debit: &Account, credit: &Account, much: i64, is_held: bool) -> Booked {
    let both = (debit.id(), credit.id());
    booked(Transfer::new(id(n), both, (amount(much), Asset::Sek), is_held).unwrap(), &format!("wish {n}"))
}

async fn move_all(db: &Db, all: &[Booked]) -> Result<Moved, MoveError> {
    let mut tx = db.write().await.unwrap();
    let moved = tx.move_all(&[BANK, PREPAID, SUSPENSE], all, at()).await;
    match moved {
        Ok(moved) => tx.commit().await.map(|()| moved).map_err(MoveError::Store),
        // Ended here and not behind the caller's back, so that it holds no lock when the next one begins.
        Err(error) => {
            tx.roll_back().await.unwrap();
            Err(error)
        }
    }
}

async fn balance(db: &Db, of: &Account) -> Balance {
    db.read().await.unwrap().find_account(of.id()).await.unwrap().unwrap().balance
}

async fn count(db: &Db, what: &str) -> i64 {
    let text = format!("select count(*) from {what}");
    match db {
        Db::Sqlite { writer, .. } => sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(writer).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(pool).await.unwrap(),
    }
}

/// Runs a statement by other means than the store does; answers what the database refuses with.
async fn by_hand(db: &Db, text: &'static str) -> String {
    let outcome = match db {
        Db::Sqlite { writer, .. } => sqlx::query(text).execute(writer).await.map(drop),
        Db::Postgres { pool, .. } => sqlx::query(text).execute(pool).await.map(drop),
    };
    outcome.unwrap_err().to_string()
}

#[tokio::test]
async fn a_transfer_is_made_once_and_known_again_by_its_key() {
    both(|test| async move {
        organisation(&test.db).await;
        let paid_in = wish(1, &BANK, &PREPAID, 10_000, false);
        assert_eq!(move_all(&test.db, std::slice::from_ref(&paid_in)).await.unwrap(), Moved { made: 1, known: 0 });
        // Asked for again, in a batch with something new, with an id of its own: the key is what counts.
        let again = Booked { transfer: Transfer { id: id(9), ..paid_in.transfer }, ..paid_in.clone() };
        let drawn = wish(2, &BANK, &PREPAID, 1, false);
        assert_eq!(move_all(&test.db, &[again, drawn.clone(), drawn]).await.unwrap(), Moved { made: 1, known: 2 });
        assert_eq!(balance(&test.db, &PREPAID).await.credits_posted, 10_001);
        let other = Booked { transfer: Transfer { amount: amount(9_999), ..paid_in.transfer }, ..paid_in.clone() };
        assert!(matches!(move_all(&test.db, &[other]).await, Err(MoveError::OtherContent(key)) if key == "wish 1"));
        let same_id = Booked { key: "another key".into(), ..paid_in };
        assert!(matches!(
            move_all(&test.db, &[same_id]).await,
            Err(MoveError::Store(StoreError::Taken("transfer.exists")))
        ));
        assert_eq!(balance(&test.db, &BANK).await, Balance { debits_posted: 10_001, ..Balance::default() });
        assert_eq!(count(&test.db, "ledger_transfer").await, 2);
    })
    .await;
}

#[tokio::test]
async fn of_several_transfers_all_are_made_or_none() {
    both(|test| async move {
        organisation(&test.db).await;
        let too_much = [wish(1, &BANK, &PREPAID, 500, false), wish(2, &PREPAID, &SUSPENSE, 501, false)];
        let refused = move_all(&test.db, &too_much).await;
        assert!(
            matches!(&refused, Err(MoveError::Refused { account, refusal: BalanceRefusal::NotEnough }) if *account == PREPAID.id()),
            "{refused:?}"
        );
        assert_eq!(count(&test.db, "ledger_transfer").await, 0);
        assert_eq!(count(&test.db, "ledger_account where debits_posted + credits_posted > 0").await, 0);
        // What the first brings, the second may take.
        let enough = [wish(1, &BANK, &PREPAID, 500, false), wish(2, &PREPAID, &SUSPENSE, 500, false)];
        assert_eq!(move_all(&test.db, &enough).await.unwrap().made, 2);
        assert_eq!(balance(&test.db, &PREPAID).await.free_credit(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_transfer_that_does_not_fit_its_accounts_moves_nothing() {
    both(|test| async move {
        organisation(&test.db).await;
        let kroner = Account { asset: Asset::Nok, ..BANK };
        let mut tx = test.db.write().await.unwrap();
        let across = wish(1, &kroner, &SUSPENSE, 1, false);
        let refused = tx.move_all(&[kroner, SUSPENSE], &[across], at()).await;
        assert!(matches!(refused, Err(MoveError::Misfit(it)) if it == id(1)), "öre are no øre: {refused:?}");
        let unnamed = tx.move_all(&[BANK], &[wish(2, &BANK, &PREPAID, 1, false)], at()).await;
        assert!(matches!(unnamed, Err(MoveError::Misfit(it)) if it == id(2)), "{unnamed:?}");
        let mut itself = wish(3, &BANK, &PREPAID, 1, false);
        itself.transfer.credit = BANK.id();
        let refused = tx.move_all(&[BANK], &[itself], at()).await;
        assert!(matches!(refused, Err(MoveError::Misfit(it)) if it == id(3)), "{refused:?}");
        tx.roll_back().await.unwrap();
        assert_eq!(count(&test.db, "ledger_transfer").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_held_is_resolved_exactly_once_and_the_rest_is_free_again() {
    both(|test| async move {
        organisation(&test.db).await;
        move_all(&test.db, &[wish(1, &BANK, &PREPAID, 100, false)]).await.unwrap();
        let runs_out = Booked { held_for: Some(TimeDelta::zero()), ..wish(3, &PREPAID, &SUSPENSE, 30, true) };
        move_all(&test.db, &[wish(2, &PREPAID, &SUSPENSE, 70, true), runs_out]).await.unwrap();
        let refused = move_all(&test.db, &[wish(4, &PREPAID, &SUSPENSE, 1, true)]).await;
        assert!(matches!(refused, Err(MoveError::Refused { .. })), "holds are counted: {refused:?}");

        let held = test.db.read().await.unwrap().find_hold(id(2)).await.unwrap().unwrap();
        assert_eq!((held.amount, held.debit), (amount(70), PREPAID.id()));
        let too_much = Held { amount: amount(71), ..held }.post(id(5), amount(71)).unwrap();
        let refused = move_all(&test.db, &[booked(too_much, "too much")]).await;
        assert!(matches!(refused, Err(MoveError::NotHeld(it)) if it == id(2)), "{refused:?}");

        let used = booked(held.post(id(6), amount(20)).unwrap(), "used");
        assert_eq!(move_all(&test.db, std::slice::from_ref(&used)).await.unwrap().made, 1);
        assert_eq!(move_all(&test.db, &[used]).await.unwrap(), Moved { made: 0, known: 1 });
        let never = test.db.read().await.unwrap().run_out_holds(at(), 10).await.unwrap();
        assert_eq!(never.iter().map(|it| it.held.id).collect::<Vec<_>>(), [id(3)], "the other is held for good");
        for late in [held.void(id(7)), held.expire(id(8)), held.post(id(9), amount(1)).unwrap()] {
            let refused = move_all(&test.db, &[booked(late, &format!("late {}", late.id))]).await;
            assert!(matches!(refused, Err(MoveError::NotHeld(it)) if it == id(2)), "{refused:?}");
        }
        assert_eq!(test.db.read().await.unwrap().find_hold(id(2)).await.unwrap(), None);
        let third = test.db.read().await.unwrap().find_hold(id(3)).await.unwrap().unwrap();
        let refused = move_all(&test.db, &[booked(third.post(id(11), amount(30)).unwrap(), "after its time")]).await;
        assert!(matches!(refused, Err(MoveError::NotNow(it)) if it == id(3)), "{refused:?}");
        let let_go = third.expire(id(10));
        move_all(&test.db, &[booked(let_go, "expired")]).await.unwrap();
        let it = balance(&test.db, &PREPAID).await;
        assert_eq!((it.free_credit(), it.debits_pending, it.debits_posted), (80, 0, 20));
        assert_eq!(balance(&test.db, &SUSPENSE).await, Balance { credits_posted: 20, ..Balance::default() });
    })
    .await;
}

#[tokio::test]
async fn sixty_four_writers_at_once_lose_no_ore_and_never_pass_the_limit() {
    both(|test| async move {
        organisation(&test.db).await;
        // Enough for forty of the sixty-four.
        move_all(&test.db, &[wish(0, &BANK, &PREPAID, 40 * 7, false)]).await.unwrap();
        let writers = (1..=64_u128).map(|n| {
            let db = test.db.clone();
            async move {
                // Every other one only holds, and names the accounts the other way about.
                let wish = wish(n, &PREPAID, &SUSPENSE, 7, n % 2 == 0);
                loop {
                    let mut tx = match db.write().await {
                        Ok(tx) => tx,
                        Err(StoreError::Busy(_) | StoreError::Gone(_)) => continue,
                        Err(error) => return Err(MoveError::Store(error)),
                    };
                    let named = if n % 2 == 0 { [PREPAID, SUSPENSE] } else { [SUSPENSE, PREPAID] };
                    match tx.move_all(&named, std::slice::from_ref(&wish), at()).await {
                        Ok(moved) => return tx.commit().await.map(|()| moved).map_err(MoveError::Store),
                        Err(error) => {
                            tx.roll_back().await?;
                            return Err(error);
                        }
                    }
                }
            }
        });
        let ended: Vec<_> = join_all(writers).await;
        let made = ended.iter().filter(|it| matches!(it, Ok(Moved { made: 1, known: 0 }))).count();
        let refused = ended
            .iter()
            .filter(|it| matches!(it, Err(MoveError::Refused { refusal: BalanceRefusal::NotEnough, .. })))
            .count();
        assert_eq!((made, refused), (40, 24), "{ended:?}");
        let it = balance(&test.db, &PREPAID).await;
        assert_eq!((it.free_credit(), it.debits_posted + it.debits_pending), (0, 40 * 7));
        let other = balance(&test.db, &SUSPENSE).await;
        assert_eq!((other.credits_posted, other.credits_pending), (it.debits_posted, it.debits_pending));
        assert_eq!(count(&test.db, "ledger_transfer").await, 41);
    })
    .await;
}

#[tokio::test]
async fn one_wish_of_sixteen_writers_at_once_is_carried_out_once() {
    both(|test| async move {
        organisation(&test.db).await;
        let writers = (0..16_u128).map(|n| {
            let db = test.db.clone();
            let it = wish(1, &BANK, &SUSPENSE, 5, false);
            let it = Booked { transfer: Transfer { id: id(n), ..it.transfer }, ..it };
            async move { move_all(&db, &[it]).await }
        });
        let ended: Vec<Moved> = join_all(writers).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(ended.iter().map(|it| it.made).sum::<usize>(), 1);
        assert_eq!(balance(&test.db, &BANK).await.debits_posted, 5);
    })
    .await;
}

#[tokio::test]
async fn the_database_refuses_to_change_or_delete_a_transfer_and_to_break_a_limit() {
    both(|test| async move {
        organisation(&test.db).await;
        move_all(&test.db, &[wish(1, &BANK, &PREPAID, 100, false)]).await.unwrap();
        for text in ["update ledger_transfer set amount = 1", "delete from ledger_transfer"] {
            let refused = by_hand(&test.db, text).await;
            assert!(refused.contains("transfers are never"), "{text}: {refused}");
        }
        if test.db.engine() == Engine::Postgres {
            let refused = by_hand(&test.db, "truncate ledger_transfer cascade").await;
            assert!(refused.contains("transfers are never"), "{refused}");
        }
        for text in [
            "update ledger_account set debits_posted = 101 where kind = 'prepaid'",
            "update ledger_account set debits_pending = 101 where kind = 'prepaid'",
            "update ledger_account set credits_posted = -1 where kind = 'bank'",
            "insert into ledger_transfer select * from ledger_transfer",
        ] {
            let refused = by_hand(&test.db, text).await.to_lowercase();
            assert!(refused.contains("check") || refused.contains("unique"), "{text}: {refused}");
        }
        assert_eq!(count(&test.db, "ledger_transfer where amount = 100").await, 1);
    })
    .await;
}

/// Changes something behind the ledger's back, as only a fault or a thief would.
async fn tamper(db: &Db, text: &'static str) {
    match db {
        Db::Sqlite { writer, .. } => sqlx::query(text).execute(writer).await.map(drop).unwrap(),
        Db::Postgres { pool, .. } => sqlx::query(text).execute(pool).await.map(drop).unwrap(),
    }
}

async fn faults(db: &Db) -> Vec<LedgerFault> {
    db.read().await.unwrap().prove_ledger(100).await.unwrap().faults
}

#[tokio::test]
async fn a_balance_that_is_not_that_of_its_transfers_is_named_with_its_account() {
    both(|test| async move {
        organisation(&test.db).await;
        let wished = wish(3, &BANK, &SUSPENSE, 40, true);
        move_all(&test.db, &[wish(1, &BANK, &PREPAID, 100, false), wish(2, &PREPAID, &SUSPENSE, 30, false), wished])
            .await
            .unwrap();
        let hold = test.db.read().await.unwrap().find_hold(id(3)).await.unwrap().unwrap();
        let proven = test.db.read().await.unwrap().prove_ledger(100).await.unwrap();
        assert_eq!((proven.accounts, proven.transfers, proven.faults), (3, 3, vec![]));
        move_all(&test.db, &[booked(hold.post(id(4), amount(15)).unwrap(), "post")]).await.unwrap();
        assert_eq!(faults(&test.db).await, vec![], "what was held and became less is proved, too");

        tamper(&test.db, "update ledger_account set credits_posted = credits_posted + 1 where kind = 'prepaid'").await;
        let sek = LedgerFault::Asset("SEK".into());
        assert_eq!(faults(&test.db).await, [LedgerFault::Balance(PREPAID.id()), sek]);
        tamper(&test.db, "update ledger_account set credits_posted = credits_posted - 1 where kind = 'prepaid'").await;
        tamper(&test.db, "update ledger_account set debits_pending = 1 where kind = 'bank'").await;
        tamper(&test.db, "update ledger_account set credits_pending = 1 where kind = 'suspense'").await;
        let mut found = faults(&test.db).await;
        found.sort_by_key(|it| format!("{it:?}"));
        let mut wanted = vec![LedgerFault::Balance(BANK.id()), LedgerFault::Balance(SUSPENSE.id())];
        wanted.sort_by_key(|it| format!("{it:?}"));
        assert_eq!(found, wanted, "equal on both sides, and still not what was moved");
    })
    .await;
}

#[tokio::test]
async fn transfers_across_assets_and_of_what_was_never_held_are_named() {
    both(|test| async move {
        organisation(&test.db).await;
        move_all(&test.db, &[wish(1, &BANK, &PREPAID, 100, false), wish(2, &BANK, &SUSPENSE, 5, true)]).await.unwrap();
        let held = test.db.read().await.unwrap().find_hold(id(2)).await.unwrap().unwrap();
        move_all(&test.db, &[booked(held.void(id(3)), "void")]).await.unwrap();
        assert_eq!(faults(&test.db).await, vec![]);
        tamper(&test.db, "update ledger_account set asset = 'NOK' where kind = 'prepaid'").await;
        assert!(faults(&test.db).await.contains(&LedgerFault::Transfer(id(1))));
        tamper(&test.db, "update ledger_account set asset = 'SEK' where kind = 'prepaid'").await;
        let lifted = match test.db.engine() {
            Engine::Sqlite => "drop trigger ledger_transfer_is_append_only_on_update",
            Engine::Postgres => "alter table ledger_transfer disable trigger user",
        };
        tamper(&test.db, lifted).await;
        tamper(&test.db, "update ledger_transfer set held = 6 where held = 5").await;
        let found = faults(&test.db).await;
        assert!(found.contains(&LedgerFault::Transfer(id(3))), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn documents_that_are_not_posted_as_they_add_up_are_named() {
    both(|test| async move {
        place(&test.db).await;
        let (document, lines) = draft(document_id(1), 12_345);
        let mut tx = test.db.write().await.unwrap();
        tx.insert_document(&document, &lines, at()).await.unwrap();
        let mut series = tx.lock_series(ORGANISATION, DocumentKind::Invoice, FiscalYear(2026)).await.unwrap();
        let number = series.take(at().date_naive()).unwrap();
        tx.issue_document(document.id, 1, &issue(number, at().date_naive())).await.unwrap();
        tx.commit().await.unwrap();
        let wrong = [LedgerFault::Document(document.id)];
        assert_eq!(faults(&test.db).await, wrong, "not posted at all");

        let sold = Sold::new();
        let it = Postable {
            organisation_id: ORGANISATION,
            facility_id: document.facility_id,
            person_id: None,
            company_id: None,
            unit_id: None,
            kind: DocumentKind::Invoice,
            sums: &document.sums,
            sold: &sold,
        };
        let legs = it.legs().unwrap();
        assert_eq!(legs.len(), 3, "revenue, VAT and rounding");
        for (n, leg) in (1..).zip(&legs) {
            let both = (leg.debit.id(), leg.credit.id());
            let transfer = Transfer::new(id(n), both, (leg.amount, Asset::Sek), false).unwrap();
            let booked = Booked {
                code: TransferCode::Invoice,
                document_id: Some(document.id),
                ..booked(transfer, &format!("leg {n}"))
            };
            let mut tx = test.db.write().await.unwrap();
            tx.move_all(&[leg.debit, leg.credit], &[booked], at()).await.unwrap();
            tx.commit().await.unwrap();
            let left = if n == 3 { vec![] } else { wrong.to_vec() };
            assert_eq!(faults(&test.db).await, left, "after {n} of three");
        }
        let mut conn = test.db.read().await.unwrap();
        let owed = conn.receivables_of(&[document.id]).await.unwrap()[&document.id];
        assert_eq!((owed.account, owed.balance.free_debit()), (it.receivable().unwrap(), document.sums.payable.minor));
        assert_eq!(conn.open_amounts(&[document.id]).await.unwrap()[&document.id], document.sums.payable);
        let vat = document.sums.totals.rates[0].vat_kind;
        assert_eq!(conn.sold_by(&[document.id]).await.unwrap()[&(None, vat)].minor, 12_345);
        drop(conn);

        // A part of it is paid, against its number; what was posted of it stays what it adds up to.
        let leg = paid_by_bank(owed.account, Money::of_minor(5_000, Currency::Sek)).unwrap();
        let both = (leg.debit.id(), leg.credit.id());
        let transfer = Transfer::new(id(9), both, (leg.amount, Asset::Sek), false).unwrap();
        let paid = Booked { document_id: Some(document.id), ..booked(transfer, "bank file 1, line 3") };
        let mut tx = test.db.write().await.unwrap();
        tx.move_all(&[leg.debit], &[paid], at()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(faults(&test.db).await, vec![]);
        let open = test.db.read().await.unwrap().open_amounts(&[document.id]).await.unwrap()[&document.id];
        assert_eq!(open.minor, document.sums.payable.minor - 5_000);
    })
    .await;
}

#[tokio::test]
async fn a_database_that_was_opened_before_has_room_for_the_ledger() {
    both(|test: TestDb| async move {
        organisation(&test.db).await;
        let mut conn = test.db.read().await.unwrap();
        assert_eq!(conn.find_account(BANK.id()).await.unwrap(), None);
        assert_eq!(conn.find_hold(id(1)).await.unwrap(), None);
        assert!(conn.open_amounts(&[]).await.unwrap().is_empty());
        assert!(conn.receivables_of(&[]).await.unwrap().is_empty());
        assert!(conn.sold_by(&[]).await.unwrap().is_empty());
    })
    .await;
}
