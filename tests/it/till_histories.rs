//! Whatever happens at a counter, the reports of its tills add up to what the ledger has, to the öre.

use crate::closed_tills::put_right;
use crate::incoming_payments::{due, invoices, stands};
use crate::month_runs::ready;
use crate::paid_out_at_the_counter::{act, ask, pay_out};
use crate::story::text;
use crate::till::{close, holds, open, prepaid, seen, take, take_back, turned_on, wish};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rstest::rstest;
use serde_json::Value;
use stolpe_domain::access::Role;
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::At;

/// A world is made for each of them, on both engines.
const CASES: u32 = 4;

/// What happens next.
#[derive(Clone, Debug)]
enum Deed {
    /// So much comes by cash or card from one of four people, and so many hundredths of it go to their invoice.
    Take { by_card: bool, minor: i64, who: usize, share: i64 },
    /// One of what was entered goes back.
    TakeBack(usize),
    /// One of four people gets so many kronor of what they have left.
    PayOut { kronor: i64, who: usize },
    /// One of what was entered in a till that is closed goes back out of the open one, or was never there.
    PutRight { till: usize, entry: usize, never_came: bool },
    /// The till is counted, with so much too much or too little, and opened anew.
    Count(i64),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (any::<bool>(), 1i64..300, 0usize..4, 0i64..=110)
            .prop_map(|(by_card, kronor, who, share)| {
                Deed::Take { by_card, minor: kronor * 100 + if by_card { kronor % 97 } else { 0 }, who, share }
            }),
        2 => (0usize..8).prop_map(Deed::TakeBack),
        2 => (1i64..200, 0usize..4).prop_map(|(kronor, who)| Deed::PayOut { kronor, who }),
        2 => (0usize..3, 0usize..6, any::<bool>())
            .prop_map(|(till, entry, never_came)| Deed::PutRight { till, entry, never_came }),
        2 => (-3i64..=3).prop_map(Deed::Count),
    ]
}

#[rstest]
fn reports_add_up_to_what_the_ledger_has(#[values(Sqlite, Postgres)] engine: Engine) {
    let config = Config { cases: CASES, max_shrink_iters: 20, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outcome = runner.run(&proptest::collection::vec(deed(), 1..30), |deeds| {
        runtime().block_on(adds_up(engine, &deeds));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

fn minor(till: &Value, sum: &str) -> i64 {
    till["sums"][sum]["minor"].as_i64().unwrap()
}

async fn adds_up(engine: Engine, deeds: &[Deed]) {
    let host = ready(engine).await;
    let invoices = invoices(&host).await;
    turned_on(&host).await;
    let mut till = open(&host, &host.owner, 10_000).await.expect(201);
    let accountant = host.as_(Role::Accountant, At::Organisation(host.organisation.clone())).await;
    // What the model knows: notes and coins that came and went, and money of the terminal.
    let (mut cash, mut card, mut differences, mut explained, mut out) = (0, 0, 0, 0, 0);
    let mut closed: Vec<Value> = Vec::new();
    for deed in deeds {
        match deed {
            Deed::Take { by_card, minor, who, share } => {
                let invoice = &invoices[*who];
                let part = (minor * share / 100).min(due(invoice));
                let shares = if part > 0 { vec![(invoice, part)] } else { Vec::new() };
                let shares_are_none = shares.is_empty();
                let means = if *by_card { "card" } else { "cash" };
                let answer = take(&host.owner, &till, wish(&invoice["personId"], means, *minor, &shares)).await;
                // What is for no invoice is paid in advance, by the rule of the facility.
                let is_refused = shares_are_none && answer.status == 422;
                assert!(is_refused || matches!(answer.status, 201 | 409), "{}", answer.body);
                if answer.status == 201 {
                    *(if *by_card { &mut card } else { &mut cash }) += minor;
                }
            }
            Deed::TakeBack(place) => {
                let entries = seen(&host.owner, &till).await["entries"].clone();
                let Some(entry) = entries.get(*place) else { continue };
                let answer = take_back(&host.owner, entry).await;
                assert!(matches!(answer.status, 201 | 409), "{}", answer.body);
                if answer.status == 201 {
                    let minor = entry["amount"]["minor"].as_i64().unwrap();
                    match (text(&entry["kind"]).as_str(), text(&entry["means"]).as_str()) {
                        ("paid_out", _) => (cash, out) = (cash + minor, out - minor),
                        (_, "card") => card -= minor,
                        _ => cash -= minor,
                    }
                }
            }
            Deed::PayOut { kronor, who } => {
                let minor = kronor * 100;
                let asked = ask(&host.owner, &invoices[*who]["personId"], minor).await;
                if asked.status == 409 {
                    continue;
                }
                let approved = act(&accountant, &asked.expect(201), "approve").await.expect(200);
                let answer = pay_out(&host.owner, &till, &approved).await;
                assert!(matches!(answer.status, 201 | 409), "{}", answer.body);
                if answer.status == 201 {
                    (cash, out) = (cash - minor, out + minor);
                } else {
                    act(&host.owner, &approved, "withdraw").await.expect(200);
                }
            }
            Deed::PutRight { till: place, entry, never_came } => {
                let Some(entry) = closed.get(*place).and_then(|it: &Value| it["entries"].get(*entry)) else { continue };
                let answer = put_right(&host.owner, entry, if *never_came { "never_came" } else { "money" }).await;
                assert!(matches!(answer.status, 201 | 409), "{}", answer.body);
                if answer.status == 201 {
                    let minor = entry["amount"]["minor"].as_i64().unwrap();
                    match (text(&entry["kind"]).as_str(), text(&entry["means"]).as_str()) {
                        _ if *never_came => explained += minor,
                        ("paid_out", _) => (cash, out) = (cash + minor, out - minor),
                        (_, "card") => card -= minor,
                        _ => cash -= minor,
                    }
                }
            }
            Deed::Count(kronor) => {
                let now = seen(&host.owner, &till).await;
                let counted = (minor(&now, "expected") + kronor * 100).max(0);
                differences += counted - minor(&now, "expected");
                closed.push(close(&host.owner, &now, counted, Some("räknat")).await.expect(200));
                till = open(&host, &host.owner, counted).await.expect(201);
            }
        }
        assert_eq!(stands(&host, AccountKind::Cash).await, cash + differences);
        assert_eq!(stands(&host, AccountKind::ClearingCard).await, card);
        assert_eq!(stands(&host, AccountKind::TillDifference).await, -differences - explained);
    }
    let all: Vec<Value> = closed.into_iter().chain([seen(&host.owner, &till).await]).collect();
    let sum = |what: &str| all.iter().map(|till| minor(till, what)).sum::<i64>();
    assert_eq!(sum("cashOut") - sum("cashOutBack"), out);
    assert_eq!((sum("cashIn") - sum("cashBack") - out, sum("cardIn") - sum("cardBack")), (cash, card));
    assert_eq!(sum("toInvoices") + sum("toPrepaid") + sum("rounding"), cash + out + card - explained);
    assert_eq!(sum("neverCame"), explained);
    assert_eq!(sum("toPrepaid") - out, prepaid(&host).await);
    for (place, till) in all.iter().take(all.len() - 1).enumerate() {
        assert_eq!(till["number"], format!("2026-{:04}", place + 1));
    }
    holds(&host).await;
}
