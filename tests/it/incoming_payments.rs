//! Files of banks: looked at, taken in once, and every öre of them booked; what is not plain is placed by hand.

use crate::documents::act;
use crate::month_runs::{charge, committed, documents, driver, planned, ready};
use crate::story::{audit, text};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::ledger::{Account, AccountKind, Asset};
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, At, Desk, TestHost};

/// A payment: its reference, what the bank says of that, öre, and who has paid.
pub(crate) type Paid<'p> = (&'p str, char, i64, &'p str);

/// A `BgMax` file of one deposit to the bankgiro of the organisation.
pub(crate) fn bgmax(serial: u32, payments: &[Paid<'_>]) -> String {
    let mut lines =
        vec!["01BGMAX               0120261121173035010331P".to_owned(), "050054029681          SEK".to_owned()];
    for (place, (reference, code, minor, payer)) in payments.iter().enumerate() {
        lines.push(format!("200001234567{reference:>25}{minor:018}{code}2{place:012}0"));
        lines.push(format!("26{payer}"));
    }
    let (sum, count) = (payments.iter().map(|it| it.2).sum::<i64>(), payments.len());
    lines.push(format!("15{:035}20261121{serial:05}{sum:018}SEK{count:08}", 0));
    lines.push(format!("70{count:08}{:08}{:08}{:08}", 0, 0, 1));
    lines.iter().map(|line| format!("{line:<80}")).collect::<Vec<_>>().join("\r\n")
}

async fn send(desk: &Desk, path: &str, organisation: &str, file: &str) -> Answer {
    let path = format!("{path}?organisationId={organisation}&fileName=inbetalningar.txt");
    desk.send("POST", &path, &[("content-type", "application/octet-stream")], file.to_owned()).await
}

async fn look(host: &TestHost, file: &str) -> Value {
    send(&host.owner, "/bank-files/preview", &host.organisation, file).await.expect(200)
}

pub(crate) async fn take(host: &TestHost, file: &str) -> Answer {
    send(&host.owner, "/bank-files", &host.organisation, file).await
}

pub(crate) async fn payments(host: &TestHost, query: &str) -> Vec<Value> {
    let path = format!("/incoming-payments?organisationId={}{query}", host.organisation);
    host.owner.get(&path).await.expect(200)["items"].as_array().unwrap().clone()
}

pub(crate) async fn read(host: &TestHost, payment: &Value) -> Value {
    host.owner.get(&format!("/incoming-payments/{}", text(&payment["id"]))).await.expect(200)
}

pub(crate) async fn settle(host: &TestHost, payment: &Value, shares: &[(&Value, i64)]) -> Answer {
    let share = |(document, minor): &(&Value, i64)| json!({"documentId": document["id"], "amount": {"minor": minor, "currency": "SEK"}});
    let path = format!("/incoming-payments/{}/settlement", text(&payment["id"]));
    let shares: Vec<Value> = shares.iter().map(share).collect();
    host.owner.post_at(&path, payment["rowVersion"].as_i64().unwrap(), json!({"shares": shares})).await
}

/// What the organisation's account of a kind stands at: given less taken.
pub(crate) async fn stands(host: &TestHost, kind: AccountKind) -> i64 {
    let account = Account::of_organisation(OrganisationId(host.organisation.parse().unwrap()), kind, Asset::Sek);
    let kept = host.app.read().await.unwrap().find_account(account.id()).await.unwrap();
    kept.map_or(0, |it| it.balance.debits_posted - it.balance.credits_posted)
}

pub(crate) async fn state(host: &TestHost, document: &Value) -> String {
    text(&host.owner.get(&format!("/documents/{}", text(&document["id"]))).await.expect(200)["state"])
}

/// Four invoices, by who gets them: Åsa, Bo, Cia and Dag.
pub(crate) async fn invoices(host: &TestHost) -> Vec<Value> {
    let mut charger = host.charger("CP-1").await;
    let names = ["Åsa", "Bo", "Cia", "Dag"];
    for (name, day) in names.iter().zip(12..) {
        let (mail, tag) = (format!("{day}@example.se"), format!("T{day}"));
        driver(host, name, &mail, &tag).await;
        charge(&mut charger, &tag, day, 1_000 * i64::from(day)).await;
    }
    committed(host, &planned(host, "2026-11").await, json!({})).await;
    let all = documents(host).await;
    names.iter().map(|name| all.iter().find(|it| it["recipient"] == format!("{name} Ek")).unwrap().clone()).collect()
}

pub(crate) fn due(invoice: &Value) -> i64 {
    invoice["payable"]["minor"].as_i64().unwrap()
}

pub(crate) fn reference(invoice: &Value) -> &str {
    invoice["reference"].as_str().unwrap()
}

/// How many payments there are of each outcome.
fn outcomes(sums: &Value) -> Vec<(&str, u64)> {
    let each = |it: &'_ Value| it["count"].as_u64().unwrap();
    sums.as_array().unwrap().iter().map(|it| (it["outcome"].as_str().unwrap(), each(it))).collect()
}

#[rstest]
#[tokio::test]
async fn a_bank_file_is_looked_at_and_then_taken_in_once_and_every_ore_of_it_is_booked(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let all = invoices(&host).await;
    let [asa, bo, cia, _] = &all[..] else { panic!("four invoices") };
    let file = bgmax(
        1,
        &[
            (reference(asa), '2', due(asa), "Asa Ek"),
            (reference(bo), '2', due(bo) - 100, "Bo Ek"),
            (reference(cia), '2', due(cia) + 250, "Cia Ek"),
            (reference(asa), '2', due(asa), "Asa Ek"),
            ("", '0', 777, "Kalles Plåt AB"),
        ],
    );
    let found = look(&host, &file).await;
    assert_eq!(outcomes(&found["sums"]), [("matched", 1), ("part", 1), ("over", 1), ("double", 1), ("unmatched", 1)]);
    assert_eq!(
        (&found["kind"], &found["taken"], &found["otherAccount"]),
        (&json!("bgmax"), &Value::Null, &Value::Null)
    );
    assert_eq!(found["payments"][0]["documents"], json!([asa["number"]]));
    assert_eq!(payments(&host, "").await, Vec::<Value>::new(), "nothing is done by looking");
    assert_eq!(stands(&host, AccountKind::Bank).await, 0);

    let taken = take(&host, &file).await.expect(201);
    assert_eq!((&taken["payments"], &taken["known"], &taken["takenBy"]), (&json!(5), &json!(0), &json!("Siv Ek")));
    let sum = 2 * due(asa) + due(bo) - 100 + due(cia) + 250 + 777;
    let left = due(asa) + 250 + 777;
    assert_eq!(stands(&host, AccountKind::Bank).await, sum);
    assert_eq!(stands(&host, AccountKind::Suspense).await, -left, "what is not placed waits");
    assert_eq!(
        (state(&host, asa).await, state(&host, bo).await, state(&host, cia).await),
        ("paid".into(), "issued".into(), "paid".into())
    );
    let open = payments(&host, "&open=true").await;
    let mut kinds: Vec<&str> = open.iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["double", "over", "unmatched"]);
    assert_eq!(payments(&host, "&outcome=part").await.len(), 1);
    let whole = read(&host, &payments(&host, "&outcome=matched").await[0]).await;
    assert_eq!((&whole["settled"][0]["document"]["number"], &whole["line"]), (&asa["number"], &json!(3)));
    assert!(text(&whole["lines"][0]).starts_with("200001234567"), "the line itself is the proof: {whole}");

    let again = look(&host, &file).await;
    assert_eq!((&again["taken"]["takenBy"], &again["known"]), (&json!("Siv Ek"), &json!(5)));
    assert_eq!(take(&host, &file).await.refusal(), (409, "bank_file.taken"));
    assert_eq!((payments(&host, "").await.len(), stands(&host, AccountKind::Bank).await), (5, sum));
    let rows = audit(&host, "bank_file.taken").await;
    assert_eq!((rows.len(), audit(&host, "document.paid").await.len()), (1, 2));
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn payments_of_another_file_are_known_again_and_a_second_payment_of_an_invoice_is_double(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let all = invoices(&host).await;
    let first = [(reference(&all[0]), '2', due(&all[0]), "Asa Ek"), (reference(&all[1]), '2', 100, "Bo Ek")];
    take(&host, &bgmax(1, &first)).await.expect(201);
    // The bank tells of the same deposit again, in a file of another moment.
    let copied = bgmax(1, &first).replacen("20261121173035", "20261121180000", 1);
    let known = take(&host, &copied).await.expect(201);
    assert_eq!((&known["payments"], &known["known"]), (&json!(0), &json!(2)));
    let rest = due(&all[1]) - 100;
    let next = bgmax(2, &[(reference(&all[0]), '2', due(&all[0]), "Asa Ek"), (reference(&all[1]), '2', rest, "Bo Ek")]);
    let found = look(&host, &next).await;
    assert_eq!(outcomes(&found["sums"]), [("matched", 1), ("double", 1)]);
    take(&host, &next).await.expect(201);
    assert_eq!(state(&host, &all[1]).await, "paid", "two parts are the whole");
    assert_eq!(stands(&host, AccountKind::Suspense).await, -due(&all[0]));
    assert_eq!(stands(&host, AccountKind::Bank).await, 2 * due(&all[0]) + due(&all[1]));
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn a_payment_that_says_little_is_suggested_a_place_and_placed_by_hand_never_for_more_than_there_is(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let all = invoices(&host).await;
    let [asa, bo, cia, dag] = &all[..] else { panic!("four invoices") };
    let mut mistyped = reference(bo).to_owned();
    mistyped.replace_range(9..10, "7");
    let rest = 300;
    take(&host, &bgmax(1, &[(&mistyped, '5', due(bo), "BO EK"), ("", '0', due(asa) + due(cia) + rest, "Foreningen")]))
        .await
        .expect(201);
    let open = payments(&host, "&open=true").await;
    let one = |minor: i64| open.iter().find(|it| it["amount"]["minor"] == minor).unwrap().clone();
    let bos = read(&host, &one(due(bo))).await;
    let told = &bos["suggestions"][0];
    assert_eq!((&told["document"]["number"], &told["amount"]["minor"]), (&bo["number"], &json!(due(bo))));
    assert_eq!(told["reasons"], json!(["mistyped", "same_amount", "same_name"]));
    let settled = settle(&host, &bos, &[(bo, due(bo))]).await.expect(200);
    assert_eq!((&settled["left"]["minor"], &settled["suggestions"]), (&json!(0), &json!([])));
    assert_eq!(state(&host, bo).await, "paid");

    let both = one(due(asa) + due(cia) + rest);
    let found = host
        .owner
        .get(&format!("/incoming-payments/{}/payable?number={}", text(&both["id"]), text(&asa["number"])))
        .await;
    assert_eq!(found.expect(200)["items"][0]["documentId"], asa["id"]);
    let refused = [
        (vec![], "incoming_payment.nothing_chosen"),
        (vec![(asa, due(asa) + 1)], "incoming_payment.more_than_open"),
        (vec![(asa, due(asa)), (cia, due(cia)), (dag, rest + 1)], "incoming_payment.more_than_left"),
        (vec![(asa, 1), (asa, 1)], "incoming_payment.chosen_twice"),
        (vec![(bo, 1)], "incoming_payment.more_than_open"),
        (vec![(asa, 0)], "incoming_payment.no_amount"),
    ];
    for (shares, code) in refused {
        assert_eq!(settle(&host, &both, &shares).await.refusal(), (409, code));
    }
    let before = stands(&host, AccountKind::Suspense).await;
    let part = settle(&host, &both, &[(asa, due(asa)), (cia, 5)]).await.expect(200);
    assert_eq!(part["left"]["minor"], json!(due(cia) + rest - 5));
    assert_eq!(stands(&host, AccountKind::Suspense).await, before + due(asa) + 5);
    assert_eq!(settle(&host, &both, &[(cia, 5)]).await.refusal(), (412, "conflict.changed"));
    assert_eq!((state(&host, asa).await.as_str(), state(&host, cia).await.as_str()), ("paid", "issued"));
    let rest_of = settle(&host, &part, &[(cia, due(cia) - 5)]).await.expect(200);
    assert_eq!((rest_of["left"]["minor"].as_i64(), state(&host, cia).await.as_str()), (Some(rest), "paid"));
    assert_eq!(rest_of["settled"].as_array().unwrap().len(), 2);
    assert_eq!(audit(&host, "incoming_payment.settled").await.len(), 3);
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn what_credit_notes_took_back_is_not_open_any_more(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let all = invoices(&host).await;
    let sent = act(&host, &all[0], "send", json!({"by": "paper"})).await.expect(200);
    let note = act(&host, &sent, "credit", json!({"reason": "ingen avgift", "lines": [1]})).await.expect(201);
    let open = due(&all[0]) - due(&note);
    take(&host, &bgmax(1, &[(reference(&all[0]), '2', open, "Asa Ek")])).await.expect(201);
    assert_eq!((payments(&host, "&outcome=matched").await.len(), state(&host, &all[0]).await.as_str()), (1, "paid"));
    let draft = act(&host, &all[1], "void", json!({"reason": "fel"})).await.expect(200);
    take(&host, &bgmax(2, &[(reference(&draft), '2', 100, "Bo Ek")])).await.expect(201);
    assert_eq!(payments(&host, "&outcome=unmatched").await.len(), 1, "nobody pays what is out of use");
}

#[rstest]
#[tokio::test]
async fn the_same_file_from_two_desks_at_once_is_taken_in_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let all = invoices(&host).await;
    let file = bgmax(1, &[(reference(&all[0]), '2', due(&all[0]), "Asa Ek")]);
    let answers = futures::future::join_all((0..4).map(|_| take(&host, &file))).await;
    let mut codes: Vec<u16> = answers.iter().map(|it| it.status).collect();
    codes.sort_unstable();
    assert_eq!(codes, [201, 409, 409, 409]);
    assert_eq!((payments(&host, "").await.len(), stands(&host, AccountKind::Bank).await), (1, due(&all[0])));
}

#[rstest]
#[tokio::test]
async fn a_file_that_cannot_be_trusted_is_refused_with_the_record_and_changes_nothing(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let file = bgmax(1, &[("2026000105", '2', 9_200, "Asa Ek")]);
    let wrong = take(&host, &file.replace("000000000000009200SEK", "000000000000009300SEK")).await;
    assert_eq!(wrong.refusal(), (409, "bank_file.sum"));
    let params = json!({"line": 5, "record": "TK15", "said": "93.00", "counted": "92.00"});
    assert_eq!(wrong.body["params"], params, "{}", wrong.body);
    assert_eq!(take(&host, &file[..300]).await.refusal(), (409, "bank_file.cut_short"));
    assert_eq!(take(&host, &file.replacen("31P", "31T", 1)).await.refusal(), (409, "bank_file.test"));
    assert_eq!(take(&host, "id;namn\n1;Åsa").await.refusal(), (409, "bank_file.unknown_form"));
    let other = look(&host, &file.replace("0054029681", "0009912346")).await;
    assert_eq!((&other["accounts"], &other["otherAccount"]), (&json!(["9912346"]), &json!("5402-9681")));
    assert_eq!((payments(&host, "").await.len(), stands(&host, AccountKind::Bank).await), (0, 0));
    let files = host.owner.get(&format!("/bank-files?organisationId={}", host.organisation)).await.expect(200);
    assert_eq!(files["items"], json!([]));
}

#[rstest]
#[tokio::test]
async fn files_that_were_taken_in_are_listed_to_the_first_one(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    for serial in 1..=3 {
        take(&host, &bgmax(serial, &[("", '0', 777, "Kalle")])).await.expect(201);
        host.clock.advance(TimeDelta::seconds(1));
    }
    let of = format!("/bank-files?organisationId={}&limit=2", host.organisation);
    let last = host.owner.get(&of).await.expect(200);
    let first = host.owner.get(&format!("{of}&after={}", text(&last["next"]))).await.expect(200);
    let taken =
        |page: &Value| page["items"].as_array().unwrap().iter().map(|it| text(&it["takenAt"])).collect::<Vec<_>>();
    let all = [taken(&last), taken(&first)].concat();
    assert_eq!((all.len(), &first["next"]), (3, &Value::Null));
    assert!(all.windows(2).all(|two| two[0] > two[1]), "{all:?}");
}

#[rstest]
#[tokio::test]
async fn an_accountant_takes_payments_in_and_a_clerk_looks_at_them(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let file = bgmax(1, &[("", '0', 777, "Kalle")]);
    let clerk = host.as_(Role::Clerk, At::Organisation(host.organisation.clone())).await;
    let accountant = host.as_(Role::Accountant, At::Organisation(host.organisation.clone())).await;
    assert_eq!(send(&clerk, "/bank-files", &host.organisation, &file).await.status, 403);
    send(&accountant, "/bank-files", &host.organisation, &file).await.expect(201);
    let path = format!("/incoming-payments?organisationId={}", host.organisation);
    let seen = clerk.get(&path).await.expect(200)["items"][0].clone();
    let settlement = format!("/incoming-payments/{}/settlement", text(&seen["id"]));
    assert_eq!(clerk.post_at(&settlement, 1, json!({"shares": []})).await.status, 403);
    // Whoever works in one facility does not see what was paid to all of them.
    let manager = host.as_(Role::Manager, At::Facility(host.facility.clone())).await;
    assert_eq!(manager.get(&path).await.status, 404);
    assert_eq!(manager.get(&format!("/incoming-payments/{}", text(&seen["id"]))).await.status, 404);
}
