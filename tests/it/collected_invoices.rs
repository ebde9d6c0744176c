//! Invoices that collect what several people used (EMP-15): a company that pays for them owes one document a month by each
//! of its references, which says whose everything on it is.

use crate::carried_over::{left, pay};
use crate::documents::{act, words};
use crate::incoming_payments::{bgmax, due, payments, read, reference, settle, stands, state, take};
use crate::month_runs::{charge, committed, documents, driver, planned, ready};
use crate::story::text;
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, Charger, TestHost};

/// A company that wants one invoice for everybody it pays for.
pub(crate) fn company(reference: &str) -> Value {
    json!({"name": "Åkeriet i Umeå AB", "country": "SE", "organisationNumber": "556265-1892", "street": "Storgatan 1",
        "postalCode": "903 20", "city": "Umeå", "reference": reference, "gln": null,
        "email": "faktura@akeriet.example", "collects": true})
}

pub(crate) async fn pays(host: &TestHost, person: &str, payer: Value) -> Answer {
    let path = format!("/persons/{person}");
    let version = host.owner.get(&path).await.expect(200)["rowVersion"].as_i64().unwrap();
    host.owner.patch_at(&path, version, json!({"payer": payer, "staffNumber": format!("A-{}", &person[..4])})).await
}

async fn opened(host: &TestHost, document: &Value) -> Value {
    host.owner.get(&format!("/documents/{}", text(&document["id"]))).await.expect(200)
}

/// Accounts of what is owed, as who owes it and how much.
async fn owed(host: &TestHost) -> BTreeMap<String, i64> {
    let all = host.owner.get("/accounts?kind=receivable").await.expect(200);
    let name = |it: &Value| it["companyName"].as_str().or(it["personName"].as_str()).unwrap_or_default().to_owned();
    all["items"].as_array().unwrap().iter().map(|it| (name(it), it["balance"].as_i64().unwrap())).collect()
}

/// What the lines of a document add up to, by whose they are.
fn by_person(document: &Value) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for line in document["lines"].as_array().unwrap() {
        let whose = line["whose"]["name"].as_str().unwrap_or_default().to_owned();
        *sums.entry(whose).or_insert(0) += line["amount"]["minor"].as_i64().unwrap();
    }
    sums
}

#[rstest]
#[tokio::test]
async fn emp15_a_company_owes_one_invoice_for_everybody_with_the_same_reference(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    let mut people = Vec::new();
    for (name, tag, reference) in [("Åsa", "AA", "4711"), ("Bo", "BB", "4711"), ("Cia", "CC", "4712")] {
        let person = driver(&host, name, &format!("{tag}@example.se"), tag).await;
        pays(&host, &person, company(reference)).await.expect(200);
        people.push(person);
    }
    driver(&host, "Dan", "dan@example.se", "DD").await;
    for (place, tag) in (0_i64..).zip(["BB", "AA", "CC", "DD", "AA"]) {
        charge(&mut charger, tag, 10 + u32::try_from(place).unwrap(), 3_331 + place).await;
    }

    let run = planned(&host, "2026-11").await;
    let planned_names: Vec<_> =
        run["documents"].as_array().unwrap().iter().map(|it| (text(&it["name"]), it["personId"].is_null())).collect();
    let akeriet = || "Åkeriet i Umeå AB".to_owned();
    assert_eq!(planned_names.len(), 3, "{run}");
    assert_eq!(planned_names.iter().filter(|it| **it == (akeriet(), true)).count(), 2);
    let both = run["documents"].as_array().unwrap().iter().find(|it| it["collected"]["reference"] == "4711").unwrap();
    let named: Vec<_> = both["collected"]["people"].as_array().unwrap().iter().map(|it| text(&it["name"])).collect();
    assert_eq!(named, ["Bo Ek", "Åsa Ek"], "by name, and none of the other reference");
    assert_eq!((&both["charges"], &both["reach"]), (&json!(5), &json!("mail")));

    let made = committed(&host, &run, json!({"byMail": true})).await;
    assert_eq!((&made["documents"], &made["leftOut"]), (&json!(3), &json!([])), "{made}");
    let all = documents(&host).await;
    let mut whole = 0;
    for it in all.iter().filter(|it| it["recipient"] == "Åkeriet i Umeå AB") {
        assert_eq!(it["personId"], Value::Null);
        let open = opened(&host, it).await;
        assert_eq!(open["isCollected"], true);
        let nets = by_person(&open);
        assert_eq!(nets.values().sum::<i64>(), it["net"]["minor"].as_i64().unwrap(), "the people are the document");
        // VAT is counted once on the sum of the rate, and not for each person.
        let net = it["net"]["minor"].as_i64().unwrap();
        assert_eq!(it["vat"]["minor"].as_i64().unwrap(), (net * 25 + 50) / 100);
        assert_eq!(open["notices"][0]["address"], "faktura@akeriet.example", "{open}");
        whole += it["payable"]["minor"].as_i64().unwrap();
    }
    let owed_by = owed(&host).await;
    assert_eq!(owed_by.keys().map(String::as_str).collect::<Vec<_>>(), ["Dan Ek", "Åkeriet i Umeå AB"]);
    assert_eq!(owed_by["Åkeriet i Umeå AB"], whole, "the claim is on the company");

    let it = all.iter().find(|it| it["recipient"] == "Åkeriet i Umeå AB").unwrap();
    let paper = words(&host.owner.get(&format!("/documents/{}/file", text(&it["id"]))).await.bytes);
    assert!(paper.contains("Summa utan moms") && paper.contains("A-"), "{paper}");

    let again = planned(&host, "2026-11").await;
    assert_eq!(again["documents"], json!([]), "a second run finds nothing");
    // Somebody who comes later in the month is on the next one.
    let late = driver(&host, "Eva", "eva@example.se", "EE").await;
    pays(&host, &late, company("4711")).await.expect(200);
    charge(&mut charger, "EE", 16, 1_000).await;
    let run = planned(&host, "2026-11").await;
    assert_eq!(run["documents"][0]["collected"]["people"].as_array().unwrap().len(), 1);
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![], "the ledger holds");
    assert!(host.app.prove_documents().await.unwrap().holds());
}

#[rstest]
#[tokio::test]
async fn people_who_write_their_company_differently_wait_until_somebody_has_looked(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    for (name, tag, street, day) in [("Åsa", "AA", "Storgatan 1", 11), ("Bo", "BB", "Lillgatan 2", 12)] {
        let person = driver(&host, name, &format!("{tag}@example.se"), tag).await;
        let mut payer = company("4711");
        payer["street"] = json!(street);
        pays(&host, &person, payer).await.expect(200);
        charge(&mut charger, tag, day, 2_000).await;
    }
    let run = planned(&host, "2026-11").await;
    assert_eq!(run["documents"], json!([]), "{run}");
    assert_eq!(run["waitingCounts"], json!({"month_run.payers_disagree": 2}));
    let mut named: Vec<_> = run["waiting"].as_array().unwrap().iter().map(|it| text(&it["name"])).collect();
    named.sort();
    assert_eq!(named, ["Bo Ek", "Åsa Ek"]);
}

#[rstest]
#[tokio::test]
async fn what_was_looked_at_is_not_charged_when_somebody_left_the_company_meanwhile(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    let mut people = Vec::new();
    for (name, tag, day) in [("Åsa", "AA", 11), ("Bo", "BB", 12)] {
        let person = driver(&host, name, &format!("{tag}@example.se"), tag).await;
        pays(&host, &person, company("4711")).await.expect(200);
        charge(&mut charger, tag, day, 2_000).await;
        people.push(person);
    }
    let run = planned(&host, "2026-11").await;
    pays(&host, &people[1], Value::Null).await.expect(200);
    let made = committed(&host, &run, json!({})).await;
    assert_eq!((&made["documents"], &made["leftOut"][0]["name"]), (&json!(0), &json!("Åkeriet i Umeå AB")), "{made}");
    let made = committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    assert_eq!(made["documents"], 2, "one to the company, and one to whoever left it");
    assert_eq!(owed(&host).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn one_persons_line_is_credited_to_the_company_and_what_is_paid_stays_with_it(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    let mut people = Vec::new();
    for (name, tag, day) in [("Åsa", "AA", 11), ("Bo", "BB", 12)] {
        let person = driver(&host, name, &format!("{tag}@example.se"), tag).await;
        pays(&host, &person, company("4711")).await.expect(200);
        charge(&mut charger, tag, day, 2_000).await;
        people.push(person);
    }
    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    let it = opened(&host, &documents(&host).await[0]).await;
    let place = 1 + it["lines"].as_array().unwrap().iter().position(|line| line["whose"]["name"] == "Åsa Ek").unwrap();
    let note = act(&host, &it, "credit", json!({"reason": "fel bil", "lines": [place]})).await.expect(201);
    let note = opened(&host, &note).await;
    assert_eq!(note["lines"][0]["whose"]["name"], "Åsa Ek", "the credit note says whose it is");
    let (payable, credited) = (it["payable"]["minor"].as_i64().unwrap(), note["payable"]["minor"].as_i64().unwrap());
    let owed_by = owed(&host).await;
    assert_eq!(owed_by, BTreeMap::from([("Åkeriet i Umeå AB".to_owned(), payable - credited)]));

    // The rest is taken back whole and charged again, to each of them now that they pay themselves.
    let it = opened(&host, &it).await;
    act(&host, &it, "credit", json!({"reason": "betalar själva", "chargeAgain": true})).await.expect(201);
    host.clock.advance(TimeDelta::seconds(1));
    assert_eq!(owed(&host).await["Åkeriet i Umeå AB"], 0);
    for person in &people {
        pays(&host, person, Value::Null).await.expect(200);
    }
    let run = planned(&host, "2026-11").await;
    assert!(run["documents"].as_array().unwrap().iter().all(|it| it["collected"].is_null()), "{run}");
    committed(&host, &run, json!({})).await;
    assert_eq!(owed(&host).await["Åkeriet i Umeå AB"], 0, "what they owe now is theirs");
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

/// Charges and commits; answers what was made for the company and for Dan, who pays himself.
async fn next(host: &TestHost, charger: &mut Charger, day: u32) -> (Value, Value) {
    for (tag, day) in [("AA", day), ("DD", day + 1)] {
        charge(charger, tag, day, 4_000).await;
    }
    committed(host, &planned(host, "2026-11").await, json!({})).await;
    let mut latest = documents(host).await;
    latest.truncate(2);
    let company = latest.iter().position(|it| it["recipient"] == "Åkeriet i Umeå AB").unwrap();
    let company = latest.remove(company);
    (company, latest.remove(0))
}

#[rstest]
#[tokio::test]
async fn what_a_company_paid_too_much_follows_to_what_it_owes_next_and_never_to_or_from_a_person(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    let asa = driver(&host, "Åsa", "asa@example.se", "AA").await;
    pays(&host, &asa, company("4711")).await.expect(200);
    driver(&host, "Dan", "dan@example.se", "DD").await;
    let (first, dan) = next(&host, &mut charger, 10).await;
    // More than was asked for came from the bank: it pays the next one, and not what Dan owes.
    pay(&host, 1, &first, due(&first) + 300).await;
    let (second, dan_next) = next(&host, &mut charger, 12).await;
    assert_eq!(left(&host, &second).await, (due(&second) - 300, 300));
    assert_eq!((left(&host, &dan).await, left(&host, &dan_next).await), ((due(&dan), 0), (due(&dan_next), 0)));
    let paper = words(&host.owner.get(&format!("/documents/{}/file", text(&second["id"]))).await.bytes);
    assert!(paper.contains("Redan betalt"), "{paper}");

    // What is too much since it was credited pays the next one as well, also where that is issued from a draft.
    pay(&host, 2, &second, due(&second) - 300).await;
    let credited = act(&host, &opened(&host, &second).await, "credit", json!({"reason": "fel pris"})).await;
    credited.expect(201);
    for (tag, day) in [("AA", 14), ("DD", 15)] {
        charge(&mut charger, tag, day, 4_000).await;
    }
    committed(&host, &planned(&host, "2026-11").await, json!({"asDrafts": true})).await;
    let drafts = documents(&host).await.into_iter().filter(|it| it["state"] == "draft");
    let mut paid = BTreeMap::new();
    for draft in drafts.collect::<Vec<_>>() {
        let issued = act(&host, &draft, "issue", json!(null)).await.expect(200);
        let (open, already) = left(&host, &issued).await;
        assert_eq!(open, due(&issued) - already);
        paid.insert(text(&draft["recipient"]), already == due(&issued));
    }
    assert_eq!(paid, BTreeMap::from([("Dan Ek".to_owned(), false), ("Åkeriet i Umeå AB".to_owned(), true)]));

    // And what Dan has paid too much is his own.
    pay(&host, 3, &dan, due(&dan) + 200).await;
    let (third, dan_third) = next(&host, &mut charger, 16).await;
    assert_eq!(left(&host, &dan_third).await.1, 0, "it pays what he owes since before that");
    assert_eq!(left(&host, &dan_next).await.0, due(&dan_next) - 200);
    assert_eq!(left(&host, &third).await, (due(&third), 0), "nothing of the company's own is left");
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![], "the ledger holds");
    assert!(host.app.prove_documents().await.unwrap().holds());
}

#[rstest]
#[tokio::test]
async fn what_a_company_pays_through_its_bank_is_matched_to_its_invoice_and_what_is_too_much_waits(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    for (name, tag, reference, day) in [("Åsa", "AA", "4711", 11), ("Bo", "BB", "4711", 12), ("Cia", "CC", "4712", 13)]
    {
        let person = driver(&host, name, &format!("{tag}@example.se"), tag).await;
        pays(&host, &person, company(reference)).await.expect(200);
        charge(&mut charger, tag, day, 2_000 + i64::from(day)).await;
    }
    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    let all = documents(&host).await;
    let [one, other] = &all[..] else { panic!("one for each reference: {all:?}") };
    let part = due(other) - 100;
    let file = bgmax(
        1,
        &[
            (reference(one), '2', due(one) + 250, "AKERIET I UMEA AB"),
            (reference(other), '2', part, "AKERIET I UMEA AB"),
            (reference(one), '2', due(one), "AKERIET I UMEA AB"),
        ],
    );
    take(&host, &file).await.expect(201);
    assert_eq!((state(&host, one).await.as_str(), state(&host, other).await.as_str()), ("paid", "issued"));
    assert_eq!(owed(&host).await, BTreeMap::from([("Åkeriet i Umeå AB".to_owned(), 100)]), "and nobody else owes");
    assert_eq!(stands(&host, AccountKind::Suspense).await, -(250 + due(one)), "what is too much waits for somebody");

    // What was paid twice is put on what is open still, and the ledger never says that it is somebody's own.
    let double = &payments(&host, "&outcome=double").await[0];
    let double = read(&host, double).await;
    let settled = settle(&host, &double, &[(other, 100)]).await.expect(200);
    assert_eq!(settled["left"]["minor"], due(one) - 100);
    assert_eq!(settled["settled"][0]["document"]["recipient"], "Åkeriet i Umeå AB", "{settled}");
    assert_eq!((state(&host, other).await.as_str(), owed(&host).await["Åkeriet i Umeå AB"]), ("paid", 0));
    assert_eq!(stands(&host, AccountKind::Bank).await, 2 * due(one) + 250 + part, "every öre that came is in the bank");
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
    assert!(host.app.prove_documents().await.unwrap().holds());
}

#[rstest]
#[tokio::test]
async fn emp15_the_specification_is_the_invoice_to_the_ore_and_the_e_invoice_names_whose_each_line_is(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    // There is VAT on what is charged, so who charges it has a number for it.
    let owner = format!("/organisations/{}", host.organisation);
    let it = host.owner.get(&owner).await.expect(200);
    let number = format!("SE{}01", text(&it["organisationNumber"]));
    host.owner.patch_at(&owner, it["rowVersion"].as_i64().unwrap(), json!({"vatNumber": number})).await.expect(200);
    let mut charger = host.charger("CP-1").await;
    for (place, (name, tag)) in (0_i64..).zip([("Åsa", "AA"), ("Bo", "BB"), ("Cia", "CC")]) {
        let person = driver(&host, name, &format!("{tag}@example.se"), tag).await;
        pays(&host, &person, company("4711")).await.expect(200);
        charge(&mut charger, tag, 10 + u32::try_from(place).unwrap(), 3_331 + 17 * place).await;
    }
    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    let it = documents(&host).await[0].clone();
    let path = format!("/documents/{}", text(&it["id"]));
    let file = String::from_utf8(host.owner.get(&format!("{path}/specification")).await.bytes).unwrap();
    let rows: Vec<Vec<&str>> =
        file.trim_start_matches('\u{feff}').lines().map(|row| row.split(';').collect()).collect();
    let at = |heading: &str| rows[0].iter().position(|it| *it == heading).unwrap();
    let minor = |row: &Vec<&str>| row[at("Belopp")].replace(',', "").parse::<i64>().unwrap();
    assert_eq!(rows[1..].iter().map(minor).sum::<i64>(), it["payable"]["minor"].as_i64().unwrap(), "{file}");
    let mut nets = BTreeMap::new();
    for row in rows[1..].iter().filter(|row| !row[at("Namn")].is_empty()) {
        *nets.entry(row[at("Namn")].to_owned()).or_insert(0) += minor(row);
    }
    assert_eq!(nets, by_person(&opened(&host, &it).await), "everybody's part is the same on both");

    let xml = String::from_utf8(host.owner.get(&format!("{path}/e-invoice")).await.bytes).unwrap();
    for name in ["Åsa Ek", "Bo Ek", "Cia Ek"] {
        assert!(xml.contains(&format!("<cbc:Note>{name}, A-")), "{xml}");
    }
}
