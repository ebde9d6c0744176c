//! A month of a Norwegian owner as SAF-T: the vouchers of every other file to the øre, whose each amount is, and what the
//! accounts had and have.

use crate::documents::act;
use crate::locked_months::{lock, package, within};
use crate::month_runs::{charge, committed, documents, planned};
use crate::story::text;
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::TestHost;

/// A Norwegian owner with a tariff and an account.
pub(crate) async fn norwegian(engine: Engine) -> TestHost {
    let mut host = TestHost::new(engine).await;
    let owner = json!({"name": "Sameiet <Fjorden> & Sønner", "country": "NO", "organisationNumber": "974760673",
        "vatNumber": "NO974760673MVA", "street": "Storgata 1", "postalCode": "0155", "city": "Oslo"});
    host.organisation = text(&host.owner.post("/organisations", owner).await.expect(201)["id"]);
    let facility = json!({"code": "FJORD", "name": "Fjorden", "country": "NO", "contact": {"phone": "22 07 70 00"}});
    let path = format!("/facilities?organisationId={}", host.organisation);
    host.facility = text(&host.owner.post(&path, facility).await.expect(201)["id"]);
    let billing = json!({"accountKind": "bank_no", "account": "86011117947", "referenceRule": "kid_mod10",
        "dueDays": 14, "rounds": true, "fiscalYearBeginsMonth": 1});
    host.owner.put_at(&format!("/billing?organisationId={}", host.organisation), 0, billing).await.expect(200);
    let row = |kind: &str, rate: Value, vat: &str| json!({"kind": kind, "rate": rate, "validFrom": "2026-01-01", "vat": vat, "source": "Avtale"});
    let per_kwh = |micro: i64| json!({"per_kwh": {"microPerKwh": micro, "currency": "NOK"}});
    let rows = [
        row("energy", per_kwh(1_250_000), "2500"),
        row("grid", per_kwh(317_000), "2500"),
        row("monthly_fee", json!({"each": {"minor": 4_900, "currency": "NOK"}}), "exempt"),
    ];
    let path = format!("/tariff?facilityId={}", host.facility);
    host.owner.put_at(&path, 0, json!({"components": rows})).await.expect(200);
    host
}

/// Two invoices of November, by who gets them; Kari's identity is protected.
async fn invoices(host: &TestHost) -> Vec<Value> {
    let mut charger = host.charger("CP-1").await;
    for (name, tag, protected) in [("Ola", "AA", false), ("Kari", "BB", true)] {
        let person = json!({"givenName": name, "familyName": "Ek", "language": "nb", "protectedIdentity": protected,
            "street": "Storgata 1", "postalCode": "0155", "city": "Oslo"});
        let path = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
        let person = text(&host.owner.post(&path, person).await.expect(201)["id"]);
        let path = format!("/tags?organisationId={}", host.organisation);
        host.owner.post(&path, json!({"idTag": tag, "personId": person})).await.expect(201);
    }
    charge(&mut charger, "AA", 12, 10_000).await;
    charge(&mut charger, "BB", 13, 5_500).await;
    committed(host, &planned(host, "2026-11").await, json!({})).await;
    documents(host).await
}

async fn file(host: &TestHost, month: &str, form: &str) -> String {
    let path = format!("/bookkeeping/file?organisationId={}&month={month}&form={form}", host.organisation);
    let answer = host.owner.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    String::from_utf8(answer.bytes).unwrap()
}

/// What stands in elements of this name.
fn inside<'x>(xml: &'x str, element: &str) -> Vec<&'x str> {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    xml.split(&*open).skip(1).map(|rest| rest.split(&*close).next().unwrap().trim()).collect()
}

fn minor(amount: &str) -> i64 {
    amount.chars().filter(|it| it.is_ascii_digit() || *it == '-').collect::<String>().parse().unwrap()
}

/// Debit less credit of each voucher, by account.
type Vouchers = BTreeMap<String, BTreeMap<String, i64>>;

fn vouchers_of_saft(xml: &str) -> Vouchers {
    let mut all = Vouchers::new();
    for transaction in inside(xml, "Transaction") {
        let sums = all.entry(inside(transaction, "TransactionID")[0].to_owned()).or_default();
        for line in inside(transaction, "Line") {
            let side = |side| inside(line, side).first().map_or(0, |it| minor(inside(it, "Amount")[0]));
            let sum = side("DebitAmount") - side("CreditAmount");
            *sums.entry(inside(line, "AccountID")[0].to_owned()).or_default() += sum;
        }
    }
    all
}

fn vouchers_of_table(csv: &str) -> Vouchers {
    let mut all = Vouchers::new();
    for row in csv.lines().skip(1) {
        let cells: Vec<&str> = row.split(';').collect();
        let amount = |cell: &str| if cell.is_empty() { 0 } else { minor(cell) };
        let sum = amount(cells[6]) - amount(cells[7]);
        *all.entry(format!("{}{}", cells[0], cells[1])).or_default().entry(cells[4].to_owned()).or_default() += sum;
    }
    all
}

#[rstest]
#[tokio::test]
async fn saf_t_has_the_vouchers_of_every_other_file_and_says_whose_they_are(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = norwegian(engine).await;
    let both = invoices(&host).await;
    act(&host, &both[0], "void", json!({"reason": "feil avgift"})).await.expect(200);
    let xml = file(&host, "2026-11", "saft").await;
    let vouchers = vouchers_of_saft(&xml);
    assert_eq!(vouchers.len(), 3);
    assert_eq!(vouchers, vouchers_of_table(&file(&host, "2026-11", "nordic").await));
    let total = |element: &str| minor(inside(&xml, element)[0]);
    assert_eq!(total("TotalDebit"), total("TotalCredit"));

    let names = inside(&xml, "Customer").into_iter().map(|it| inside(it, "Name")[0]).collect::<Vec<_>>();
    assert!(names.contains(&"Ola Ek") && names.contains(&"•••"), "{names:?}");
    assert_eq!(inside(&xml, "Name")[0], "Sameiet &lt;Fjorden&gt; &amp; Sønner");
    assert_eq!(
        (inside(&xml, "TaxRegistrationNumber"), inside(&xml, "Telephone")),
        (vec!["974760673MVA"], vec!["+4722077000"])
    );
    // Energy and grid are declared at the high rate, the fee is outside the law.
    assert_eq!(inside(&xml, "StandardTaxCode"), ["3", "6"]);
    let beside: i64 = inside(&xml, "CreditTaxAmount").iter().map(|it| minor(inside(it, "Amount")[0])).sum();
    let taken_back: i64 = inside(&xml, "DebitTaxAmount").iter().map(|it| minor(inside(it, "Amount")[0])).sum();
    let on_accounts: i64 = vouchers.values().filter_map(|it| it.get("2700")).sum();
    assert_eq!(taken_back - beside, on_accounts, "the tax beside the sales is the tax on its account");

    // What the accounts have after is what the ledger has.
    assert!(host.app.prove_ledger().await.unwrap().faults.is_empty());
    let path = format!("/accounts?organisationId={}&kind=receivable", host.organisation);
    let owed: i64 = host.owner.get(&path).await.expect(200)["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["balance"].as_i64().unwrap())
        .sum();
    let after = |number: &str| {
        let account = inside(&xml, "Account").into_iter().find(|it| inside(it, "AccountID")[0] == number).unwrap();
        let side = |side| inside(account, side).first().map_or(0, |it| minor(it));
        side("ClosingDebitBalance") - side("ClosingCreditBalance")
    };
    assert_eq!((after("1500"), inside(&xml, "GroupingCode").contains(&"1500")), (owed, true));
    let customers: i64 = inside(&xml, "BalanceAccount")
        .iter()
        .map(|it| {
            let side = |side| inside(it, side).first().map_or(0, |it| minor(it));
            side("ClosingDebitBalance") - side("ClosingCreditBalance")
        })
        .sum();
    assert_eq!(customers, owed);
}

#[rstest]
#[tokio::test]
async fn the_archive_of_a_norwegian_month_has_its_saf_t_and_the_next_month_begins_with_what_it_ended_with(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = norwegian(engine).await;
    let both = invoices(&host).await;
    host.clock.advance(TimeDelta::days(11));
    let open = file(&host, "2026-11", "saft").await;
    lock(&host, "2026-11").await.expect(200);
    let kept = String::from_utf8(within(&package(&host, "2026-11").await, "vouchers-nok.xml")).unwrap();
    assert_eq!(kept, open, "nothing of it depends on when it is taken out");
    act(&host, &both[0], "void", json!({"reason": "feil avgift"})).await.expect(200);
    assert_eq!(file(&host, "2026-11", "saft").await, kept);
    let december = file(&host, "2026-12", "saft").await;
    let balances = |xml: &str, which: &str| -> BTreeMap<String, i64> {
        let account = |it: &&str| {
            let side = |side: &str| inside(it, &format!("{which}{side}Balance")).first().map_or(0, |it| minor(it));
            (inside(it, "AccountID")[0].to_owned(), side("Debit") - side("Credit"))
        };
        inside(xml, "Account").iter().map(account).collect()
    };
    assert_eq!(balances(&december, "Opening"), balances(&kept, "Closing"));
    assert_eq!(inside(&december, "TransactionID"), ["S3"]);
}

#[rstest]
#[tokio::test]
async fn each_country_has_its_own_file(#[values(Sqlite, Postgres)] engine: Engine) {
    let norwegian = norwegian(engine).await;
    let of = |organisation: &str, form: &str| {
        format!("/bookkeeping/file?organisationId={organisation}&month=2026-11&form={form}")
    };
    let sie = norwegian.owner.get(&of(&norwegian.organisation, "sie")).await;
    assert_eq!(sie.refusal(), (409, "bookkeeping.sie_country"));
    let swedish = crate::month_runs::ready(engine).await;
    let saft = swedish.owner.get(&of(&swedish.organisation, "saft")).await;
    assert_eq!(saft.refusal(), (409, "bookkeeping.saft_country"));
}
