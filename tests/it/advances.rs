//! The account of what people have paid in advance, through a month in which it is put in, drawn, given back and paid out: the
//! ledger, the screen of the books and the accountant's files say the same of it to the öre, whenever they are asked.

use crate::locked_months::{lock, package, within};
use crate::month_runs::{charge, committed, documents, planned, ready};
use crate::payments::{agreement, providers};
use crate::payouts::{TODAY, report};
use crate::saft::norwegian;
use crate::story::text;
use crate::till::{open, take, turned_on, wish};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use sie4::{Item, Reader};
use std::path::{Path, PathBuf};
use std::process::Command;
use stolpe_domain::access::Role;
use stolpe_domain::country::Country;
use stolpe_domain::id::RefundId;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{At, Desk, PaymentDouble, PaymentDoubleKind, TestHost};

const MONTH: &str = "2026-11";

/// An owner in either country with a provider, a resident who has used energy, and another one who pays at the counter.
struct Advances {
    host: TestHost,
    double: PaymentDouble,
    country: Country,
    accountant: Desk,
    /// Åsa, and what lets her in.
    person: String,
    asa: Desk,
}

/// Somebody with a tag and an address; answers the person's id.
async fn resident(host: &TestHost, country: Country, name: &str, tag: &str) -> String {
    let (postal_code, city) = match country {
        Country::Se => ("392 32", "Kalmar"),
        Country::No => ("0155", "Oslo"),
    };
    let person = json!({"givenName": name, "familyName": "Ek", "language": "sv", "email": format!("{tag}@example.se"),
        "street": "Ekvägen 1", "postalCode": postal_code, "city": city});
    let path = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let person = text(&host.owner.post(&path, person).await.expect(201)["id"]);
    let path = format!("/tags?organisationId={}", host.organisation);
    host.owner.post(&path, json!({"idTag": tag, "personId": person})).await.expect(201);
    person
}

impl Advances {
    async fn new(engine: Engine, country: Country) -> Self {
        let (kind, word) = match country {
            Country::Se => (PaymentDoubleKind::Swish, "swish"),
            Country::No => (PaymentDoubleKind::Vipps, "vipps"),
        };
        let double = PaymentDouble::start(kind);
        let (host, facility) = match country {
            Country::Se => (ready(engine).await, "EKB"),
            Country::No => (norwegian(engine).await, "FJORD"),
        };
        let host = host.taking_payments(providers(kind, &double));
        let version = host.owner.get("/settings/address").await.expect(200)["rowVersion"].as_i64().unwrap();
        let address = json!({"publicUrl": "https://stolpe.example"});
        host.owner.put_at("/settings/address", version, address).await.expect(200);
        let path = format!("/payment-agreement?organisationId={}&with={word}", host.organisation);
        host.owner.put_at(&path, 0, agreement(kind, &double)).await.expect(200);
        let rule = json!({"on": true, "leastMinor": 1_000, "stepMinor": 100});
        host.owner.put_at(&format!("/top-up-setting?facilityId={}", host.facility), 0, rule).await.expect(200);
        let path = format!("/payout-sender?organisationId={}", host.organisation);
        host.owner.put_at(&path, 0, json!({"bic": "DNBANOKK"})).await.expect(200);
        let accountant = host.as_(Role::Accountant, At::Organisation(host.organisation.clone())).await;
        let person = resident(&host, country, "Åsa", "AA").await;
        let login = json!({"personId": person, "facilityId": host.facility, "username": "asa"});
        let login = text(&host.owner.post("/logins", login).await.expect(201)["id"]);
        host.give_password(&login, false).await;
        let asa = host.sign_in(Some(facility), "asa").await;
        Self { host, double, country, accountant, person, asa }
    }

    /// Åsa puts money in; answers the payment.
    async fn puts_in(&self, minor: i64) -> String {
        let provider = if self.country == Country::Se { "swish" } else { "vipps" };
        let what = json!({"facilityId": self.host.facility, "minor": minor, "provider": provider});
        let begun = self.asa.post("/me/top-ups", what).await.expect(201);
        let seen = self.host.owner.get(&format!("/payments/{}", text(&begun["id"]))).await.expect(200);
        let attempt = seen["attempts"].as_array().unwrap().last().unwrap();
        let status = if self.country == Country::Se { "PAID" } else { "AUTHORIZED" };
        self.double.outside(&json!({"id": attempt["reference"], "status": status}));
        self.passes().await;
        text(&begun["id"])
    }

    /// A while goes by, in which providers are asked.
    async fn passes(&self) {
        for _ in 0..2 {
            self.host.clock.advance(TimeDelta::seconds(4));
            self.host.app.ask_due_payments().await.unwrap();
            self.host.app.ask_due_refunds().await.unwrap();
        }
    }

    /// Gives a part of a payment back, with a second approver.
    async fn gives_back(&self, payment: &str, minor: i64) {
        let what = json!({"minor": minor, "reason": "flyttar"});
        let refund = self.host.owner.post(&format!("/payments/{payment}/refunds"), what).await.expect(201);
        let (id, version) = (text(&refund["id"]), refund["rowVersion"].as_i64().unwrap());
        self.accountant.post_at(&format!("/refunds/{id}/approve"), version, json!(null)).await.expect(200);
        self.passes().await;
        if self.country == Country::Se {
            let kept = RefundId(id.parse().unwrap());
            let kept = self.host.app.read().await.unwrap().find_refund(kept).await.unwrap().unwrap();
            let name = kept.ask_id.uuid().simple().to_string().to_uppercase();
            self.double.outside(&json!({"id": name, "status": "PAID"}));
            self.passes().await;
        }
        assert_eq!(self.host.owner.get(&format!("/refunds/{id}")).await.expect(200)["state"], "done");
    }

    /// Pays out to a bank account what Åsa has left, and the bank says that it is there.
    async fn pays_out(&self, minor: i64) {
        let (kind, account) = match self.country {
            Country::Se => ("bank_se", "6789 123 456 789"),
            Country::No => ("bank_no", "86011117947"),
        };
        let what = json!({"personId": self.person, "minor": minor, "accountKind": kind, "account": account,
            "name": "Åsa Ek", "reason": "har flyttat"});
        let asked = self.host.owner.post("/payouts", what).await.expect(201);
        let path = format!("/payouts/{}", text(&asked["id"]));
        let version = asked["rowVersion"].as_i64().unwrap();
        self.accountant.post_at(&format!("{path}/approve"), version, json!(null)).await.expect(200);
        let what = json!({"organisationId": self.host.organisation, "payoutIds": [asked["id"]], "executeOn": TODAY});
        let file = self.host.owner.post("/payout-files", what).await.expect(201);
        let fetched = format!("/payout-files/{}/fetch", text(&file["id"]));
        assert_eq!(self.host.owner.post(&fetched, json!(null)).await.status, 200);
        let said = report("2026-11-21T20:00:00", &file, "ACSC", &[]);
        let taken = format!("/payout-statuses?organisationId={}&fileName=svar.xml", self.host.organisation);
        let headers = [("content-type", "application/octet-stream")];
        self.host.owner.send("POST", &taken, &headers, said).await.expect(201);
        assert_eq!(self.host.owner.get(&path).await.expect(200)["state"], "paid");
    }

    /// What everybody has paid beforehand, as the ledger has it.
    async fn in_the_ledger(&self) -> i64 {
        let path = format!("/accounts?organisationId={}&kind=prepaid&limit=100", self.host.organisation);
        let all = self.host.owner.get(&path).await.expect(200);
        all["items"].as_array().unwrap().iter().map(|it| it["balance"].as_i64().unwrap()).sum()
    }

    const fn number(&self) -> &'static str {
        match self.country {
            Country::Se => "2420",
            Country::No => "2900",
        }
    }

    async fn on_screen(&self) -> i64 {
        let path = format!("/bookkeeping?organisationId={}&month={MONTH}", self.host.organisation);
        let books = self.host.owner.get(&path).await.expect(200);
        let row = books["accounts"].as_array().unwrap().iter().find(|it| it["number"] == self.number()).cloned();
        row.map_or(0, |it| it["credit"]["minor"].as_i64().unwrap() - it["debit"]["minor"].as_i64().unwrap())
    }

    async fn file(&self, month: &str) -> Vec<u8> {
        let form = if self.country == Country::Se { "sie" } else { "saft" };
        let path = format!("/bookkeeping/file?organisationId={}&month={month}&form={form}", self.host.organisation);
        let answer = self.host.owner.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.bytes
    }

    /// What the account closes with in a file, as a reader of somebody else has it.
    fn in_file(&self, file: &[u8]) -> i64 {
        match self.country {
            // Vouchers alone, of the first month in which there are any: they begin with nothing.
            Country::Se => -moved_in_sie(file, self.number()),
            Country::No => {
                let account = &in_saft(file)[self.number()];
                assert_eq!(account["before"], 0);
                assert_eq!(account["after"], account["moved"], "it closes with what was moved");
                -account["after"].as_i64().unwrap()
            }
        }
    }

    /// Every place in which the account is read says this.
    async fn is_everywhere(&self, minor: i64) -> Vec<u8> {
        let file = self.file(MONTH).await;
        let seen = [self.in_the_ledger().await, self.on_screen().await, self.in_file(&file)];
        assert_eq!(seen, [minor; 3], "ledger, screen and file");
        assert_eq!(self.host.app.prove_ledger().await.unwrap().faults, vec![]);
        file
    }
}

/// Debit less credit of an account in a SIE file.
fn moved_in_sie(file: &[u8], number: &str) -> i64 {
    // The reader stops at a label that it does not know, against § 5.3 of the format.
    let known = file.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"#PROSA"));
    let known = known.collect::<Vec<_>>().concat();
    let lines = Reader::new(&*known).flat_map(|item| match item.unwrap() {
        Item::Ver(it) => it.transactions.0,
        _ => Vec::new(),
    });
    let amounts = lines.filter(|line| line.account.to_string() == number).map(|line| format!("{:.2}", line.amount));
    amounts.map(|amount| amount.replace('.', "").parse::<i64>().unwrap()).sum()
}

/// The accounts of a SAF-T file that the authority's schema takes, where the schema is at hand.
#[expect(clippy::disallowed_methods, reason = "a test has no main that could read the environment for it")]
fn in_saft(file: &[u8]) -> Value {
    let python = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools").join("papers/bin/python");
    assert!(python.exists(), "`cargo xtask test` installs the Python package lxml in {}", python.display());
    let schema = std::env::var("STOLPE_FIXTURES")
        .map(|folder| PathBuf::from(folder).join("accounting/xsd/Norwegian_SAF-T_Financial_Schema_v_1.30.xsd"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("saft.xml");
    std::fs::write(&path, file).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/saft_reader.py");
    let output = Command::new(python).arg(script).arg(schema.unwrap_or_default()).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read["schema"], json!([]));
    read["accounts"].clone()
}

#[rstest]
#[tokio::test]
async fn what_was_paid_in_advance_is_the_same_in_the_ledger_on_screen_and_in_the_accountants_file(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(Country::Se, Country::No)] country: Country,
) {
    let it = Advances::new(engine, country).await;
    it.puts_in(100_000).await;
    it.is_everywhere(100_000).await;
    let second = it.puts_in(25_000).await;
    it.is_everywhere(125_000).await;

    // The invoice of the month draws on it.
    let mut charger = it.host.charger("CP-1").await;
    charge(&mut charger, "AA", 12, 12_345).await;
    committed(&it.host, &planned(&it.host, MONTH).await, json!({})).await;
    let invoice = documents(&it.host).await[0].clone();
    assert_eq!(invoice["state"], "paid", "{invoice}");
    let mut left = 125_000 - invoice["payable"]["minor"].as_i64().unwrap();
    it.is_everywhere(left).await;

    // Somebody else pays at the counter, in advance as well.
    turned_on(&it.host).await;
    let clerk = it.host.as_(Role::Clerk, At::Organisation(it.host.organisation.clone())).await;
    let till = open(&it.host, &clerk, 50_000).await.expect(201);
    let other = resident(&it.host, country, "Bo", "BB").await;
    take(&clerk, &till, wish(&json!(other), "card", 12_300, &[])).await.expect(201);
    left += 12_300;
    it.is_everywhere(left).await;

    // Åsa moves out: a part goes back by the way it came, and the rest to her bank.
    it.gives_back(&second, 15_050).await;
    left -= 15_050;
    it.is_everywhere(left).await;
    it.pays_out(left - 12_300).await;
    let open = it.is_everywhere(12_300).await;
    assert_eq!(it.asa.get("/me/balances").await.expect(200)["items"][0]["balance"]["minor"], 0);

    // Locked, nothing of it is another: not by itself, not in the archive, not on screen, and not when more comes later.
    it.host.clock.advance(TimeDelta::days(11));
    lock(&it.host, MONTH).await.expect(200);
    assert_eq!(it.is_everywhere(12_300).await, open);
    let name = if country == Country::Se { "vouchers-sek.si" } else { "vouchers-nok.xml" };
    let first = package(&it.host, MONTH).await;
    assert_eq!(within(&first, name), open);
    it.puts_in(7_700).await;
    assert_eq!((it.file(MONTH).await == open, package(&it.host, MONTH).await == first), (true, true));
    assert_eq!((it.on_screen().await, it.in_the_ledger().await), (12_300, 20_000));
    if country == Country::No {
        let december = in_saft(&it.file("2026-12").await)[it.number()].clone();
        assert_eq!(december, json!({"before": -12_300, "moved": -7_700, "after": -20_000}));
    } else {
        assert_eq!(moved_in_sie(&it.file("2026-12").await, it.number()), -7_700);
    }
}
