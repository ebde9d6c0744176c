//! The same amount wherever it stands: what was charged, the lines of documents, what is printed, files, and the sums on
//! the screen, for tariffs and sessions of any kind.

use crate::billing::particulars;
use crate::documents::{act, words};
use crate::month_runs::{charge, committed, documents, driver, planned};
use crate::story::text;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use stolpe_domain::id::{ChargeId, DocumentId, FacilityId};
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_store::charge::ChargeFilter;
use stolpe_testkit::TestHost;

/// A world is made for each of them, on both engines.
const CASES: u32 = 4;
const PEOPLE: [(&str, &str); 3] = [("Åsa", "AA"), ("Bo", "BB"), ("Cia", "CC")];
const RATES: [&str; 4] = ["2500", "1200", "600", "exempt"];

/// A month of a facility.
#[derive(Clone, Debug)]
struct Month {
    /// Kind, amount (millionths a kilowatt-hour, or öre of a fee), and which VAT.
    tariff: Vec<(&'static str, i64, usize)>,
    /// Whose, and how many watt-hours; each on a day of its own.
    sessions: Vec<(usize, i64)>,
    rounds: bool,
    /// The first invoice is taken back.
    credits: bool,
}

fn month() -> impl Strategy<Value = Month> {
    let kinds = ["energy", "grid", "energy_tax", "start_fee", "monthly_fee"];
    let row = |kind: &'static str| {
        let most = if kind.ends_with("fee") { 9_999_i64 } else { 4_000_000 };
        (Just(kind), 1..most, 0..RATES.len())
    };
    let others = proptest::collection::vec(any::<bool>(), kinds.len() - 1);
    let rows = kinds.map(row);
    let tariff = (rows, others).prop_map(|(rows, others)| {
        rows.into_iter()
            .enumerate()
            .filter(|(place, _)| *place == 0 || others[*place - 1])
            .map(|(_, row)| row)
            .collect()
    });
    let sessions = proptest::collection::vec((0..PEOPLE.len(), 1..50_000_i64), 1..12);
    (tariff, sessions, any::<bool>(), any::<bool>()).prop_map(|(tariff, sessions, rounds, credits)| Month {
        tariff,
        sessions,
        rounds,
        credits,
    })
}

#[rstest]
fn what_was_charged_is_what_is_printed_written_and_shown(#[values(Sqlite, Postgres)] engine: Engine) {
    // The same months in each run: a failure is one that can be looked at again.
    let config = Config { cases: CASES, max_shrink_iters: 20, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outcome = runner.run(&month(), |month| {
        runtime().block_on(adds_up(engine, &month));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// An amount as files of the Nordic profile and papers write it, in hundredths.
fn minor(written: &str) -> i64 {
    let plain: String = written.chars().filter(|sign| !sign.is_whitespace() && *sign != '.').collect();
    let (whole, decimals) = plain.trim_end_matches("kr").split_once(',').unwrap();
    assert_eq!(decimals.len(), 2, "{written}");
    format!("{}{decimals}", whole.replace('\u{2212}', "-")).parse().unwrap()
}

/// A file of the Nordic profile by its headings; none of its texts holds a semicolon.
async fn rows(host: &TestHost, list: &str) -> Vec<BTreeMap<String, String>> {
    let file = host.owner.get(&format!("/exports/{list}?format=nordic")).await;
    let content = String::from_utf8(file.bytes).unwrap();
    let mut lines = content.trim_start_matches('\u{feff}').lines();
    let heads: Vec<String> = lines.next().unwrap().split(';').map(str::to_owned).collect();
    lines.map(|line| heads.iter().cloned().zip(line.split(';').map(str::to_owned)).collect()).collect()
}

async fn adds_up(engine: Engine, month: &Month) {
    let host = TestHost::new(engine).await;
    let mut terms = particulars();
    terms["rounds"] = json!(month.rounds);
    host.owner.put_at(&format!("/billing?organisationId={}", host.organisation), 0, terms).await.expect(200);
    let row = |(kind, amount, vat): &(&str, i64, usize)| {
        let rate = if kind.ends_with("fee") {
            json!({"each": {"minor": amount, "currency": "SEK"}})
        } else {
            json!({"per_kwh": {"microPerKwh": amount, "currency": "SEK"}})
        };
        json!({"kind": kind, "rate": rate, "validFrom": "2026-01-01", "vat": RATES[*vat], "source": "Avtal"})
    };
    let components: Vec<Value> = month.tariff.iter().map(row).collect();
    let path = format!("/tariff?facilityId={}", host.facility);
    host.owner.put_at(&path, 0, json!({"components": components})).await.expect(200);
    for (name, tag) in PEOPLE {
        driver(&host, name, &format!("{tag}@example.se"), tag).await;
    }
    let mut point = host.charger("CP-1").await;
    for (day, (person, wh)) in (1..).zip(&month.sessions) {
        charge(&mut point, PEOPLE[*person].1, day, *wh).await;
    }
    let run = planned(&host, "2026-11").await;
    committed(&host, &run, json!({})).await;
    if month.credits {
        let first = documents(&host).await.pop().unwrap();
        act(&host, &first, "credit", json!({"reason": "fel"})).await.expect(201);
    }

    let mut conn = host.db.db.read().await.unwrap();
    let facility = FacilityId(host.facility.parse().unwrap());
    let filter = ChargeFilter { facility, from: None, to: None };
    let charges = conn.list_charges(&filter, None, 1_000).await.unwrap().items;
    let owed: BTreeMap<ChargeId, i64> =
        charges.iter().map(|it| (it.id, it.lines.iter().map(|line| line.amount.minor).sum())).collect();
    let wh: i64 = charges.iter().map(|it| it.energy.wh()).sum();
    assert_eq!(wh, month.sessions.iter().map(|(_, wh)| wh).sum::<i64>(), "all energy is charged");

    let page = host.owner.get("/documents?limit=200").await.expect(200);
    let (listed, sums) = (page["items"].as_array().unwrap().clone(), &page["sums"][0]);
    let (files, lines) = (rows(&host, "documents").await, rows(&host, "document-lines").await);
    assert_eq!(files.len(), listed.len());
    let mut asked: BTreeMap<ChargeId, i64> = BTreeMap::new();
    let (mut net_all, mut vat_all, mut payable_all) = (0, 0, 0);
    for (it, file) in listed.iter().zip(&files) {
        let id = text(&it["id"]);
        let document = conn.find_document(DocumentId(id.parse().unwrap())).await.unwrap().unwrap();
        let open = host.owner.get(&format!("/documents/{id}")).await.expect(200);
        let sign = if it["kind"] == "credit_note" { -1 } else { 1 };
        let amount = |of: &Value| of["minor"].as_i64().unwrap();
        // The lines are the charges.
        let mut by_rate: BTreeMap<String, i64> = BTreeMap::new();
        for (line, shown) in conn.lines_of(&document).await.unwrap().iter().zip(open["lines"].as_array().unwrap()) {
            assert_eq!(line.amount.minor, amount(&shown["amount"]));
            *by_rate.entry(line.vat.word()).or_default() += line.amount.minor;
            if let Some(charge) = line.charge_id.filter(|_| sign == 1) {
                *asked.entry(charge).or_default() += line.amount.minor;
            }
        }
        // VAT once for each rate, halves away from zero.
        let vat_of = |(rate, net): (&String, &i64)| {
            let points: i64 = rate.parse().unwrap_or(0);
            (net * points).signum() * (((net * points).abs() + 5_000) / 10_000)
        };
        let (net, vat): (i64, i64) = (by_rate.values().sum(), by_rate.iter().map(vat_of).sum());
        assert_eq!((amount(&it["net"]), amount(&it["vat"])), (net, vat), "{it}");
        assert_eq!(amount(&it["payable"]), net + vat + amount(&it["rounding"]));
        assert_eq!(if month.rounds { amount(&it["payable"]) % 100 } else { amount(&it["rounding"]) }, 0);
        (net_all, vat_all, payable_all) =
            (net_all + sign * net, vat_all + sign * vat, payable_all + sign * amount(&it["payable"]));
        // The file says the same, and its rows of the document add up to it.
        for (column, key) in
            [("Utan moms", "net"), ("Moms", "vat"), ("Öresavrundning", "rounding"), ("Att betala", "payable")]
        {
            assert_eq!(minor(&file[column]), sign * amount(&it[key]), "{column} of {file:?}");
        }
        assert_eq!(file["Räknas"], file["Att betala"]);
        let own: i64 = lines.iter().filter(|row| row["ID"] == id).map(|row| minor(&row["Belopp"])).sum();
        assert_eq!(own, sign * amount(&it["payable"]), "{lines:?}");
        // So does the paper: each line with its amount, and what is to be paid.
        let paper = words(&host.owner.get(&format!("/documents/{id}/file")).await.bytes);
        for line in open["lines"].as_array().unwrap() {
            let says = |printed: &&str| {
                printed.trim_start().starts_with(&text(&line["text"]))
                    && last_amount(printed) == Some(amount(&line["amount"]))
            };
            assert!(paper.lines().any(|printed| says(&printed)), "{line} is not in\n{paper}");
        }
        let to_pay = paper.lines().filter(|line| line.contains("kr")).filter_map(last_amount);
        assert!(to_pay.into_iter().any(|printed| printed.abs() == amount(&it["payable"]).abs()), "{it}\n{paper}");
    }
    assert_eq!(asked, owed, "every charge is asked for once and whole");
    assert_eq!(
        [&sums["net"], &sums["vat"], &sums["payable"]].map(|sum| sum["minor"].as_i64().unwrap()),
        [net_all, vat_all, payable_all],
        "{sums}"
    );
    let in_file: i64 = lines.iter().map(|row| minor(&row["Räknas"])).sum();
    assert_eq!(in_file, payable_all);
    assert!(host.app.prove_documents().await.unwrap().holds());
}

/// The amount at the end of a printed line: digits in groups of three, and two decimals.
fn last_amount(line: &str) -> Option<i64> {
    let line = line.trim_end().trim_end_matches("kr").trim_end();
    let (whole, decimals) = line.rsplit_once(',')?;
    if decimals.len() != 2 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut digits = String::new();
    for group in whole.rsplit(' ') {
        let plain = group.trim_start_matches(['-', '\u{2212}']);
        if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        digits = format!("{}{digits}", group.replace('\u{2212}', "-"));
        // A group that is not full, or has the sign, is the first.
        if plain.len() != 3 || group != plain {
            break;
        }
    }
    format!("{digits}{decimals}").parse().ok()
}
