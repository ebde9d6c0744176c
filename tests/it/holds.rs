//! What is held for a time: free again when that is over, said so on the statement, and decided once whoever else acts.

use crate::incoming_payments::stands;
use crate::month_runs::ready;
use crate::story::audit;
use chrono::TimeDelta;
use futures::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::id::{OrganisationId, TransferId};
use stolpe_domain::ledger::{Account, AccountKind, Amount, Asset, Held, Transfer, TransferCode};
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_store::ledger::{Booked, MoveError, Moved};
use stolpe_testkit::TestHost;
use uuid::Uuid;

const fn id(n: u128) -> TransferId {
    TransferId(Uuid::from_u128(n))
}

fn account(host: &TestHost, kind: AccountKind) -> Account {
    Account::of_organisation(OrganisationId(host.organisation.parse().unwrap()), kind, Asset::Sek)
}

fn booked(host: &TestHost, transfer: Transfer, held_for: Option<TimeDelta>) -> Booked {
    Booked {
        transfer,
        organisation_id: OrganisationId(host.organisation.parse().unwrap()),
        code: TransferCode::Payment,
        document_id: None,
        payment_id: None,
        value_on: host.app.now().date_naive(),
        held_for,
        key: format!("wish {}", transfer.id),
        made_by: None,
    }
}

async fn move_all(host: &TestHost, all: &[Booked]) -> Result<Moved, MoveError> {
    let accounts = [AccountKind::Bank, AccountKind::Prepaid, AccountKind::Suspense].map(|kind| account(host, kind));
    let mut tx = host.db.db.write().await.unwrap();
    match tx.move_all(&accounts, all, host.app.now()).await {
        Ok(moved) => tx.commit().await.map(|()| moved).map_err(MoveError::Store),
        Err(error) => {
            tx.roll_back().await.unwrap();
            Err(error)
        }
    }
}

/// 100 kr that were paid in, of which so many holds of one krona each wait for ten minutes.
async fn holding(engine: Engine, holds: u128) -> TestHost {
    let host = ready(engine).await;
    let of = |kind| account(&host, kind).id();
    let amount = |much| (Amount::new(much).unwrap(), Asset::Sek);
    let paid_in = Transfer::new(id(1), (of(AccountKind::Bank), of(AccountKind::Prepaid)), amount(10_000), false);
    let mut all = vec![booked(&host, paid_in.unwrap(), None)];
    for n in 0..holds {
        let both = (of(AccountKind::Prepaid), of(AccountKind::Suspense));
        let held = Transfer::new(id(100 + n), both, amount(100), true).unwrap();
        all.push(booked(&host, held, Some(TimeDelta::minutes(10))));
    }
    move_all(&host, &all).await.unwrap();
    host
}

async fn held(host: &TestHost, n: u128) -> Option<Held> {
    host.app.read().await.unwrap().find_hold(id(n)).await.unwrap()
}

/// What is free to be drawn, and what is held.
async fn prepaid(host: &TestHost) -> (i64, i64) {
    let id = account(host, AccountKind::Prepaid).id();
    let balance = host.app.read().await.unwrap().find_account(id).await.unwrap().unwrap().balance;
    (balance.free_credit(), balance.debits_pending)
}

async fn statement(host: &TestHost) -> Vec<Value> {
    let path = format!("/accounts/{}/statement", account(host, AccountKind::Prepaid).id());
    host.owner.get(&path).await.expect(200)["items"].as_array().unwrap().clone()
}

#[rstest]
#[tokio::test]
async fn what_is_held_for_a_time_is_free_again_when_that_is_over_and_the_statement_says_so(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = holding(engine, 2).await;
    host.clock.advance(TimeDelta::minutes(9));
    assert_eq!(host.app.let_run_out().await.unwrap(), 0);
    let first = held(&host, 100).await.unwrap();
    let early = move_all(&host, &[booked(&host, first.expire(id(200)), None)]).await;
    assert!(matches!(early, Err(MoveError::NotNow(_))), "nothing runs out before its time: {early:?}");
    move_all(&host, &[booked(&host, first.post(id(201), first.amount).unwrap(), None)]).await.unwrap();
    assert_eq!(prepaid(&host).await, (9_800, 100));

    host.clock.advance(TimeDelta::minutes(1));
    let second = held(&host, 101).await.unwrap();
    let late = move_all(&host, &[booked(&host, second.post(id(202), second.amount).unwrap(), None)]).await;
    assert!(matches!(late, Err(MoveError::NotNow(_))), "its time is over, whether or not anybody has looked: {late:?}");
    host.app.keep_in_order().await.unwrap();
    assert_eq!(prepaid(&host).await, (9_900, 0));
    assert_eq!(stands(&host, AccountKind::Suspense).await, -100, "only what was posted has moved");
    let entries = statement(&host).await;
    let said: Vec<(&Value, &Value, &Value)> =
        entries.iter().map(|it| (&it["code"], &it["ranOut"], &it["balance"])).collect();
    let (none, paid) = (&Value::Null, &json!("payment"));
    let ran_out = (&json!("ran_out"), &json!(100), &json!(9_900));
    assert_eq!(said, [(paid, none, &json!(10_000)), (paid, none, &json!(9_900)), ran_out]);
    assert_eq!(audit(&host, "ledger.hold_ran_out").await.len(), 1);
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn each_hold_is_decided_once_however_many_hosts_let_it_run_out_while_somebody_lets_it_go(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    const HOLDS: u128 = 12;
    let host = holding(engine, HOLDS).await;
    host.clock.advance(TimeDelta::minutes(11));
    let mut holds = Vec::new();
    for n in 0..HOLDS {
        holds.push(held(&host, 100 + n).await.unwrap());
    }
    let voids = holds.iter().zip(300..).map(|(held, n)| {
        let host = &host;
        async move { move_all(host, &[booked(host, held.void(id(n)), None)]).await }
    });
    let (voided, one, other) = tokio::join!(join_all(voids), host.app.let_run_out(), host.app.let_run_out());
    let voided = voided
        .into_iter()
        .filter(|it| match it {
            Ok(moved) => moved.made == 1,
            Err(MoveError::NotHeld(_)) => false,
            Err(other) => panic!("{other:?}"),
        })
        .count();
    assert_eq!(voided + one.unwrap() + other.unwrap(), 12);
    assert_eq!(prepaid(&host).await, (10_000, 0));
    assert_eq!(statement(&host).await.iter().filter(|it| it["code"] == "ran_out").count(), 12 - voided);
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}
