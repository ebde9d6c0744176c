//! What a month has moved, in the accountant's numbers: the same to the öre as the invoices, and the same file again.

use crate::billing::particulars;
use crate::documents::act;
use crate::ledger::invoices;
use crate::month_runs::ready;
use crate::story::audit;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{At, TestHost};

fn of(host: &TestHost, rest: &str) -> String {
    format!("/bookkeeping{rest}organisationId={}", host.organisation)
}

async fn month(host: &TestHost) -> Value {
    host.owner.get(&of(host, "?month=2026-11&")).await.expect(200)
}

/// Debit less credit by account.
fn sums(month: &Value) -> BTreeMap<String, i64> {
    let rows = month["accounts"].as_array().unwrap().iter();
    let minor = |it: &Value, side: &str| it[side]["minor"].as_i64().unwrap();
    rows.map(|it| (it["number"].as_str().unwrap().to_owned(), minor(it, "debit") - minor(it, "credit"))).collect()
}

async fn file(host: &TestHost, form: &str) -> Vec<u8> {
    let answer = host.owner.get(&of(host, &format!("/file?month=2026-11&form={form}&"))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.bytes
}

/// The vouchers of a SIE file: the line that begins each, and what it adds up to.
fn vouchers(file: &[u8]) -> Vec<(String, i64)> {
    let text: String = file.iter().map(|byte| char::from(*byte)).collect();
    let mut all: Vec<(String, i64)> = Vec::new();
    for line in text.lines() {
        if line.starts_with("#VER") {
            all.push((line.to_owned(), 0));
        }
        if let Some(line) = line.trim().strip_prefix("#TRANS ") {
            let amount: String = line.rsplit(' ').next().unwrap().chars().filter(|it| *it != '.').collect();
            all.last_mut().unwrap().1 += amount.parse::<i64>().unwrap();
        }
    }
    all
}

#[rstest]
#[tokio::test]
async fn a_month_in_the_books_is_what_its_invoices_add_up_to(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    assert_eq!(month(&host).await["accounts"], json!([]));
    let both = invoices(&host).await;
    let seen = month(&host).await;
    assert_eq!((&seen["vouchers"], &seen["fresh"], &seen["currencies"]), (&json!(2), &json!(2), &json!(["SEK"])));
    let sum = |name: &str| both.iter().map(|it| it[name]["minor"].as_i64().unwrap()).sum::<i64>();
    let sums = sums(&seen);
    assert_eq!(sums["1510"], sum("payable"));
    assert_eq!((sums["3001"], sums["2611"], sums["3740"]), (-sum("net"), -sum("vat"), -sum("rounding")));
    assert_eq!(sums.values().sum::<i64>(), 0);
}

#[rstest]
#[tokio::test]
async fn a_voucher_keeps_its_number_and_what_comes_later_stands_behind_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let refused = host.owner.get(&of(&host, "/file?month=2026-11&form=sie&")).await;
    assert_eq!(refused.refusal(), (409, "bookkeeping.nothing"));
    let both = invoices(&host).await;
    let first = file(&host, "sie").await;
    let numbered = vouchers(&first);
    assert_eq!(numbered.iter().map(|(_, sum)| *sum).collect::<Vec<_>>(), [0, 0]);
    assert!(numbered[0].0.starts_with("#VER \"S\" 1 ") && numbered[1].0.starts_with("#VER \"S\" 2 "), "{numbered:?}");
    assert_eq!(month(&host).await["fresh"], 0);
    assert_eq!(file(&host, "sie").await, first, "the same file again, to the byte");

    act(&host, &both[0], "void", json!({"reason": "fel avgift"})).await.expect(200);
    assert_eq!(month(&host).await["fresh"], 1);
    let second = vouchers(&file(&host, "sie").await);
    assert_eq!(second[..2], numbered[..], "what was in a file stays as it was");
    assert!(second[2].0.starts_with("#VER \"S\" 3 "), "{second:?}");
    assert_eq!(second.len(), 3);

    let table = String::from_utf8(file(&host, "nordic").await).unwrap();
    // Each invoice moves four accounts, and so does what takes one of them back.
    assert_eq!(table.lines().filter(|line| line.contains("2611")).count(), 3, "{table}");
    let rows = audit(&host, "bookkeeping.exported").await;
    assert_eq!((rows.len(), &rows[0]["after"]["form"]), (4, &json!("nordic")));
}

#[rstest]
#[tokio::test]
async fn no_number_is_given_twice_when_the_fiscal_year_begins_elsewhere(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let both = invoices(&host).await;
    act(&host, &both[0], "void", json!({"reason": "fel avgift"})).await.expect(200);
    assert_eq!(vouchers(&file(&host, "sie").await).len(), 3);

    let path = format!("/billing?organisationId={}", host.organisation);
    let version = host.owner.get(&path).await.expect(200)["rowVersion"].as_i64().unwrap();
    let mut billing = particulars();
    billing["fiscalYearBeginsMonth"] = json!(5);
    host.owner.put_at(&path, version, billing).await.expect(200);
    act(&host, &both[1], "void", json!({"reason": "fel avgift"})).await.expect(200);
    let after = vouchers(&file(&host, "sie").await);
    assert!(after[3].0.starts_with("#VER \"S\" 4 "), "{after:?}");
}

#[rstest]
#[tokio::test]
async fn the_accountant_says_which_accounts_are_meant(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    invoices(&host).await;
    let accountant = host.as_(Role::Accountant, At::Organisation(host.organisation.clone())).await;
    let chart = accountant.get(&of(&host, "/chart-accounts?")).await.expect(200);
    let row = |chart: &Value| {
        let rows = chart["items"].as_array().unwrap().iter();
        rows.clone().find(|it| it["kind"] == "revenue" && it["vat"] == "2500").unwrap().clone()
    };
    assert_eq!((&row(&chart)["number"], &row(&chart)["rowVersion"]), (&json!("3001"), &json!(0)));
    let path = of(&host, "/chart-accounts?kind=revenue&vat=2500&");
    let wrong = accountant.put_at(&path, 0, json!({"number": "30", "name": " "})).await;
    assert_eq!((wrong.status, &wrong.body["fields"]["number"]), (422, &json!("account_number.malformed")));
    let elbil = json!({"number": "3041", "name": "Elbilsladdning"});
    let chosen = accountant.put_at(&path, 0, elbil.clone()).await.expect(200);
    let it = row(&chosen);
    assert_eq!((&it["number"], &it["standardNumber"], &it["rowVersion"]), (&json!("3041"), &json!("3001"), &json!(1)));
    assert_eq!(accountant.put_at(&path, 0, elbil).await.refusal(), (412, "conflict.changed"));
    assert!(sums(&month(&host).await).contains_key("3041"));
    let text: String = file(&host, "sie").await.into_iter().map(char::from).collect();
    assert!(text.contains("#KONTO 3041 \"Elbilsladdning\"") && !text.contains("3001"), "{text}");

    let again = accountant.delete_at(&path, 1).await.expect(200);
    assert_eq!((&row(&again)["number"], &row(&again)["rowVersion"]), (&json!("3001"), &json!(0)));
    let rows = audit(&host, "chart_account.chosen").await;
    assert_eq!(
        (rows.len(), &rows[1]["before"]["number"], &rows[1]["after"]["number"]),
        (2, &json!("3001"), &json!("3041"))
    );
}

#[rstest]
#[tokio::test]
async fn books_are_of_a_whole_organisation(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let of_one = host.as_(Role::Accountant, At::Facility(host.facility.clone())).await;
    assert_eq!(of_one.get(&of(&host, "?month=2026-11&")).await.status, 403);
    let clerk = host.as_(Role::Clerk, At::Organisation(host.organisation.clone())).await;
    assert_eq!(clerk.get(&of(&host, "?month=2026-11&")).await.status, 403);
    assert_eq!(host.owner.get(&of(&host, "?month=november&")).await.status, 400);
}
