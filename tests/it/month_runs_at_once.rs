//! Month runs beside others who work on the same things at the same time: each thing is decided by one of them, and what
//! follows from it follows from that decision.

use crate::month_runs::{charge, committed, documents, driver, planned, ready};
use crate::story::{audit, ended, text};
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use stolpe_domain::charge::ChargeSource;
use stolpe_domain::document::{DocumentKind, FiscalYear};
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargeId, FacilityId, MonthRunId, OrganisationId, PersonId, SessionId};
use stolpe_domain::local_day::Month;
use stolpe_domain::money::Currency;
use stolpe_store::Db;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_store::charge::Charge;
use stolpe_store::notice::NoticeState;
use stolpe_testkit::TestHost;
use uuid::Uuid;

fn id<T: From<Uuid>>(value: &str) -> T {
    T::from(value.parse().unwrap())
}

/// Every session, the latest first.
async fn sessions(host: &TestHost) -> Vec<Value> {
    host.owner.get("/sessions?limit=200").await.expect(200)["items"].as_array().unwrap().clone()
}

/// The sessions on the lines of all documents, with whom each was asked of.
async fn asked(host: &TestHost) -> BTreeMap<String, String> {
    let mut asked = BTreeMap::new();
    for document in documents(host).await {
        let open = host.owner.get(&format!("/documents/{}", text(&document["id"]))).await.expect(200);
        for line in open["lines"].as_array().unwrap().iter().filter(|line| line["sessionId"].is_string()) {
            let other = asked.insert(text(&line["sessionId"]), text(&document["personId"]));
            assert_eq!(other, None, "a session on two lines: {line}");
        }
    }
    asked
}

/// Goes on working while the other one is at it too: it must not come through before this one is done.
async fn while_the_other_waits<T>(db: &Db, other: impl Future<Output = T> + Unpin, it: impl Future<Output = ()>) {
    let on = async {
        it.await;
        // Time enough for somebody who does not have to wait.
        for _ in 0..50 {
            db.read().await.unwrap().find_training().await.unwrap();
        }
    };
    tokio::select! {
        biased;
        _ = other => panic!("the other one came through"),
        () = on => {}
    }
}

#[rstest]
#[tokio::test]
async fn a_session_is_held_by_who_charges_it_or_by_who_gives_it_away(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let db = &host.db.db;
    let mut charger = host.charger("CP-1").await;
    let person = driver(&host, "Åsa", "asa@example.se", "AA").await;
    charge(&mut charger, "AA", 12, 10_000).await;
    let kept = sessions(&host).await[0].clone();
    let session: SessionId = id(&text(&kept["id"]));
    let version = kept["rowVersion"].as_i64().unwrap();
    let owed = Charge {
        id: ChargeId(Uuid::new_v4()),
        organisation_id: id::<OrganisationId>(&host.organisation),
        facility_id: id::<FacilityId>(&host.facility),
        person_id: Some(id::<PersonId>(&person)),
        unit_id: None,
        source: ChargeSource::Session,
        source_id: session.uuid(),
        session_id: Some(session),
        month: Month::parse("2026-11").unwrap(),
        text: "Laddning".into(),
        currency: Currency::Sek,
        energy: Energy::from_wh(10_000),
        lines: Vec::new(),
        document_id: None,
    };

    // Whoever gives it away comes first: it is not there to be charged, or it is another one by then.
    let mut giving = db.write().await.unwrap();
    let mut given = giving.hold_session(session).await.unwrap().unwrap();
    given.person = None;
    let charging = async {
        let mut tx = db.write().await.unwrap();
        let free = tx.hold_free_sessions(&[session]).await.unwrap();
        // Let go here: a transaction that is only dropped ends some time later.
        tx.commit().await.unwrap();
        free
    };
    let give = async {
        giving.update_session(&given).await.unwrap();
        giving.commit().await.unwrap();
    };
    let (free, ()) = tokio::join!(charging, give);
    assert_ne!(free.get(&session), Some(&version), "what was settled does not hold any more");

    // Whoever charges it comes first: the other one waits, and sees that it is charged.
    let mut charging = db.write().await.unwrap();
    assert_eq!(charging.hold_free_sessions(&[session]).await.unwrap().get(&session), Some(&(version + 1)));
    let mut giving = pin!(async {
        let mut tx = db.write().await.unwrap();
        tx.hold_session(session).await.unwrap();
        tx.charge_counts(&[session]).await.unwrap().get(&session).copied()
    });
    let write = async { charging.insert_charges(&[&owed], host.app.now()).await.unwrap() };
    while_the_other_waits(db, giving.as_mut(), write).await;
    charging.commit().await.unwrap();
    assert_eq!(giving.await, Some(1));
}

/// The product itself, held in the middle of a run by somebody who holds the series. The other engine has one writer at a
/// time, which the test above shows.
#[tokio::test]
async fn a_session_is_not_given_away_in_the_middle_of_the_run_that_charges_it() {
    let host = ready(Postgres).await;
    let mut charger = host.charger("CP-1").await;
    let (asa, bo) =
        (driver(&host, "Åsa", "asa@example.se", "AA").await, driver(&host, "Bo", "bo@example.se", "BB").await);
    charge(&mut charger, "AA", 12, 10_000).await;
    let kept = sessions(&host).await[0].clone();
    let run = planned(&host, "2026-11").await;
    let mut holding = host.db.db.write().await.unwrap();
    let organisation = id::<OrganisationId>(&host.organisation);
    holding.lock_series(organisation, DocumentKind::Invoice, FiscalYear(2026)).await.unwrap();

    let started = host.owner.post(&format!("/month-runs/{}/commit", text(&run["id"])), json!({})).await;
    until_waiting(&host, 1).await;
    let path = format!("/sessions/{}", text(&kept["id"]));
    let giving = host.owner.patch_at(&path, kept["rowVersion"].as_i64().unwrap(), json!({ "personId": bo }));
    let letting_go = async {
        until_waiting(&host, 2).await;
        holding.commit().await.unwrap();
    };
    let (given, ()) = tokio::join!(giving, letting_go);
    assert_eq!(given.refusal(), (409, "session.charged"));
    assert_eq!(ended(&host, started).await["result"]["documents"], 1);
    assert_eq!(asked(&host).await.into_values().collect::<Vec<_>>(), [asa]);
}

/// Comes back when so many wait for locks in the database.
async fn until_waiting(host: &TestHost, count: i64) {
    let Db::Postgres { pool, .. } = &host.db.db else { panic!("only a server tells who waits") };
    let waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(pool).await.unwrap() < count {}
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_charged_is_who_the_session_names_whoever_changes_it_meanwhile(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    let other = driver(&host, "Örjan", "orjan@example.se", "OO").await;
    for n in 1..=12 {
        driver(&host, &format!("Namn{n}"), &format!("namn{n}@example.se"), &format!("T{n}")).await;
        charge(&mut charger, &format!("T{n}"), n, 10_000).await;
    }
    let run = planned(&host, "2026-11").await;
    let all = sessions(&host).await;
    let giving = async {
        let mut given = BTreeSet::new();
        for session in &all {
            let path = format!("/sessions/{}", text(&session["id"]));
            let version = session["rowVersion"].as_i64().unwrap();
            let answer = host.owner.patch_at(&path, version, json!({ "personId": other })).await;
            if answer.status == 200 {
                given.insert(text(&session["id"]));
            } else {
                assert_eq!(answer.refusal(), (409, "session.charged"));
            }
        }
        given
    };
    let (given, made) = tokio::join!(giving, committed(&host, &run, json!({})));
    let asked = asked(&host).await;
    for session in &all {
        let it = text(&session["id"]);
        let owner = asked.get(&it);
        assert_eq!(owner.is_none(), given.contains(&it), "{made} {given:?}");
        assert!(owner.is_none_or(|owner| *owner == text(&session["personId"])), "{owner:?} {session}");
    }
    assert_eq!(asked.len() + made["leftOut"].as_array().unwrap().len(), 12, "{made}");
}

#[rstest]
#[tokio::test]
async fn d2_somebody_is_held_by_who_charges_them_or_by_who_erases_them(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let (db, now) = (&host.db.db, host.app.now());
    let version =
        async |person: PersonId| db.read().await.unwrap().find_person(person).await.unwrap().unwrap().row_version;
    let (asa, bo): (PersonId, PersonId) = (
        id(&driver(&host, "Åsa", "asa@example.se", "AA").await),
        id(&driver(&host, "Bo", "bo@example.se", "BB").await),
    );
    let (of_asa, of_bo) = (version(asa).await, version(bo).await);

    // Whoever erases comes first: they are not there to be charged, or are somebody else by then.
    let mut erasing = db.write().await.unwrap();
    erasing.erase_person(asa, of_asa, now).await.unwrap();
    let charging = async {
        let mut tx = db.write().await.unwrap();
        tx.hold_free_people(&[asa]).await.unwrap()
    };
    let (free, ()) = tokio::join!(charging, async { erasing.commit().await.unwrap() });
    assert_ne!(free.get(&asa), Some(&of_asa), "what was settled does not hold any more");

    // Whoever charges comes first: the other one waits.
    let mut charging = db.write().await.unwrap();
    assert_eq!(charging.hold_free_people(&[bo]).await.unwrap().get(&bo), Some(&of_bo));
    let mut erasing = pin!(async {
        let mut tx = db.write().await.unwrap();
        tx.erase_person(bo, of_bo, now).await.unwrap();
        tx.commit().await.unwrap();
    });
    while_the_other_waits(db, erasing.as_mut(), async {}).await;
    charging.commit().await.unwrap();
    erasing.await;
    assert_eq!(version(bo).await, of_bo + 1);
}

/// The product itself, held between what it has settled and what it writes. The other engine has one writer at a time,
/// which the test above shows.
#[tokio::test]
async fn d2_whoever_is_erased_in_the_middle_of_a_run_is_not_charged_by_it() {
    let host = ready(Postgres).await;
    let mut charger = host.charger("CP-1").await;
    let (asa, bo) =
        (driver(&host, "Åsa", "asa@example.se", "AA").await, driver(&host, "Bo", "bo@example.se", "BB").await);
    charge(&mut charger, "AA", 12, 10_000).await;
    charge(&mut charger, "BB", 13, 10_000).await;
    let run = planned(&host, "2026-11").await;
    let mut holding = host.db.db.write().await.unwrap();
    holding.hold_month_run(id(&text(&run["id"]))).await.unwrap();

    let started = host.owner.post(&format!("/month-runs/{}/commit", text(&run["id"])), json!({})).await;
    until_waiting(&host, 1).await;
    host.owner.post(&format!("/persons/{asa}/erasure"), json!({"reason": "begärd"})).await.expect(204);
    holding.commit().await.unwrap();
    let made = ended(&host, started).await["result"].clone();
    assert_eq!((&made["documents"], &made["leftOut"][0]["personId"]), (&json!(1), &json!(asa)), "{made}");
    assert_eq!(asked(&host).await.into_values().collect::<Vec<_>>(), [bo]);
    let next = planned(&host, "2026-11").await;
    assert_eq!((&next["documents"], &next["waitingCounts"]), (&json!([]), &json!({"session.no_payer": 1})), "{next}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d2_nobody_gets_an_invoice_after_they_were_erased(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    let mut people = Vec::new();
    for n in 1..=12 {
        people.push(driver(&host, &format!("Namn{n}"), &format!("namn{n}@example.se"), &format!("T{n}")).await);
        charge(&mut charger, &format!("T{n}"), n, 10_000).await;
    }
    let run = planned(&host, "2026-11").await;
    let erasing = async {
        for person in &people {
            let path = format!("/persons/{person}/erasure");
            host.owner.post(&path, json!({"reason": "begärd"})).await.expect(204);
        }
    };
    let ((), made) = tokio::join!(erasing, committed(&host, &run, json!({})));
    let erased: BTreeMap<String, i64> = audit(&host, "person.erased").await.iter().map(told).collect();
    let issued: BTreeMap<String, i64> = audit(&host, "document.issued").await.iter().map(told).collect();
    assert_eq!(erased.len(), 12);
    let documents = documents(&host).await;
    for document in &documents {
        let (it, person) = (text(&document["id"]), text(&document["personId"]));
        assert!(issued[&it] < erased[&person], "{document}");
    }
    assert_eq!(documents.len() + made["leftOut"].as_array().unwrap().len(), 12, "{made}");
}

/// What a row of the log is about, and its place in the order of things.
fn told(row: &Value) -> (String, i64) {
    (text(&row["subjectId"]), row["seq"].as_i64().unwrap())
}

/// A run of three whose messages wait.
async fn waiting(engine: Engine) -> (TestHost, Value) {
    let host = ready(engine).await;
    host.mail_on().await;
    let mut charger = host.charger("CP-1").await;
    for (day, tag, name) in [(12, "A1", "Åsa"), (13, "A2", "Bo"), (14, "A3", "Cia")] {
        driver(&host, name, &format!("{}@example.se", tag.to_lowercase()), tag).await;
        charge(&mut charger, tag, day, 10_000).await;
    }
    let run = planned(&host, "2026-11").await;
    assert_eq!(committed(&host, &run, json!({"byMail": true})).await["messages"], 3);
    (host, run)
}

#[rstest]
#[tokio::test]
async fn n9_a_message_is_let_go_or_kept_by_one_of_two(#[values(Sqlite, Postgres)] engine: Engine) {
    let (host, run) = waiting(engine).await;
    let (db, run): (_, MonthRunId) = (&host.db.db, id(&text(&run["id"])));
    let mut releasing = db.write().await.unwrap();
    releasing.hold_month_run(run).await.unwrap();
    let mut keeping = pin!(async {
        let mut tx = db.write().await.unwrap();
        tx.hold_month_run(run).await.unwrap();
        tx.take_awaiting(run, None, NoticeState::Suppressed, None).await.unwrap()
    });
    let release = async {
        releasing.hold_documents_of_run(run).await.unwrap();
        let taken = releasing.take_awaiting(run, None, NoticeState::Held, None).await.unwrap();
        let taken: Vec<_> = taken.into_iter().flatten().collect();
        assert_eq!(releasing.send_documents(&taken).await.unwrap(), 3);
    };
    while_the_other_waits(db, keeping.as_mut(), release).await;
    releasing.commit().await.unwrap();
    assert!(keeping.await.is_empty(), "nothing is left to be kept");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n9_a_document_is_on_its_way_if_and_only_if_its_message_is(#[values(Sqlite, Postgres)] engine: Engine) {
    let (host, run) = waiting(engine).await;
    let path = format!("/month-runs/{}", text(&run["id"]));
    let (release, withhold) = (format!("{path}/release"), format!("{path}/withhold"));
    let (released, withheld) =
        tokio::join!(host.owner.post(&release, json!(null)), host.owner.post(&withhold, json!(null)));
    let count = |answer: stolpe_testkit::Answer| answer.expect(200)["messages"].as_u64().unwrap();
    let (released, withheld) = (count(released), count(withheld));
    assert_eq!(released + withheld, 3, "each was taken by one of the two");
    let sent = documents(&host).await.iter().filter(|it| it["state"] == "sent").count();
    assert_eq!(sent as u64, released);
    assert_eq!(host.sent().await.len() as u64, released);
}
