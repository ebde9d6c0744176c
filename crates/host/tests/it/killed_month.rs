//! The host is killed while it charges a month: no number is missing or given twice, no session is charged twice, every
//! document is whole, and what was broken off is taken up again.

use crate::charger::add_chargers;
use crate::room::{Answer, Room, Serving};
use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::HashMap;
use stolpe_app::Ctx;
use stolpe_domain::charging::doubt::Doubts;
use stolpe_domain::charging::reading::{Certainty, Interval};
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargePointId, FacilityId, PersonId, SessionId};
use stolpe_domain::language::Language;
use stolpe_domain::person::PersonDraft;
use stolpe_domain::quarter::Quarter;
use stolpe_host::Host;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_store::document::DocumentFilter;
use stolpe_store::page::Order;
use stolpe_store::session::Session;

/// Everybody has a session in each month: more than are written in one transaction, and every third by mail.
const PEOPLE: u128 = 230;
/// Of so many documents one is drawn.
const DRAWN: usize = 100;

/// How often the host is killed: `STOLPE_MONTH_KILLS`, or a few times.
#[expect(clippy::disallowed_methods, reason = "how thorough a test is, is said from outside")]
fn kills() -> u32 {
    std::env::var("STOLPE_MONTH_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(4)
}

/// The month of a round; the years before are enough for a hundred of them.
fn first_day(round: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, 1, 1).unwrap() + Months::new(round)
}

/// Everybody's sessions in so many months.
async fn fill(room: &Room, point: ChargePointId, rounds: u32) -> Vec<SessionId> {
    let host = Host::open(room.config()).await.unwrap();
    let ctx = Ctx::system("test", host.app().now());
    let facility = host.app().list_facilities(&ctx).await.unwrap().remove(0);
    let mut tx = host.app().db().write().await.unwrap();
    let mut ids = Vec::new();
    for n in 0..PEOPLE {
        let person: PersonId = ctx.new_id();
        let draft = PersonDraft {
            given_name: format!("Namn{n}"),
            family_name: "Ek".into(),
            email: (n % 3 == 0).then(|| format!("namn{n}@example.se")),
            phone: None,
            language: Language::Sv,
            street: Some("Ekvägen 1".into()),
            postal_code: Some("392 32".into()),
            city: Some("Kalmar".into()),
            protected_identity: false,
            note: None,
            department_id: None,
            staff_number: None,
            payer: None,
            channel: None,
            personal_number: None,
        };
        tx.insert_person(person, facility.organisation_id, &draft, &n.to_be_bytes(), None, ctx.at).await.unwrap();
        for round in 0..rounds {
            let session = session(&ctx, (facility.id, point, person), first_day(round));
            let quarter = Quarter::containing(session.started_at);
            let interval = Interval { quarter, energy: session.energy, certainty: Certainty::Measured };
            tx.insert_session(&session).await.unwrap();
            tx.put_intervals(session.id, &[interval]).await.unwrap();
            ids.push(session.id);
        }
    }
    tx.commit().await.unwrap();
    host.stop().await;
    ids
}

fn session(
    ctx: &Ctx,
    (facility, charge_point, person): (FacilityId, ChargePointId, PersonId),
    day: NaiveDate,
) -> Session {
    let id: SessionId = ctx.new_id();
    let started_at: DateTime<Utc> = day.and_hms_opt(12, 0, 0).unwrap().and_utc();
    let stopped_at = started_at + TimeDelta::minutes(15);
    let energy = Energy::from_wh(2_000);
    Session {
        id,
        charge_point,
        facility,
        connector: 1,
        tag: Some("AA".into()),
        person: Some(person),
        transaction_id: None,
        start_key: *id.uuid().as_bytes(),
        state: SessionState::Closed,
        doubts: Doubts::default(),
        claimed_start_at: Some(started_at),
        started_at,
        start: Some(Energy::ZERO),
        claimed_stop_at: Some(stopped_at),
        stopped_at: Some(stopped_at),
        stop: Some(energy),
        stop_tag: None,
        stop_reason: None,
        stop_digest: None,
        energy,
        judged: None,
        row_version: 1,
        created_at: started_at,
    }
}

/// Says how the organisation is paid and what energy costs; answers the organisation.
fn make_ready(host: &Serving) -> String {
    let facility = host.get("/facilities").expect(200)["items"][0].clone();
    let (organisation, facility) = (&facility["organisationId"], &facility["id"]);
    let (organisation, facility) = (organisation.as_str().unwrap(), facility.as_str().unwrap());
    let particulars = json!({"accountKind": "bankgiro", "account": "5402-9681", "swish": null,
        "referenceRule": "ocr_length", "dueDays": 30, "rounds": true, "fiscalYearBeginsMonth": 1, "taxStatus": null});
    host.put_at(&format!("/billing?organisationId={organisation}"), 0, &particulars).expect(200);
    let rate = json!({"per_kwh": {"microPerKwh": 1_250_000, "currency": "SEK"}});
    let row = json!({"kind": "energy", "rate": rate, "validFrom": "2018-01-01", "vat": "2500", "source": "Avtal"});
    host.put_at(&format!("/tariff?facilityId={facility}"), 0, &json!({"components": [row]})).expect(200);
    organisation.to_owned()
}

/// Asks how a task is doing until it has come so far, or is over.
fn until(host: &Serving, job: &Value, steps: u64) -> Value {
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    loop {
        let job = host.get(&path).expect(200);
        if job["state"] != "running" || job["done"].as_u64().unwrap() >= steps {
            return job;
        }
    }
}

/// Plans a month; answers the run.
fn plan(host: &Serving, organisation: &str, round: u32) -> String {
    let month = first_day(round).format("%Y-%m").to_string();
    let job = host.post("/month-runs", &json!({"organisationId": organisation, "month": month})).expect(202);
    let job = until(host, &job, u64::MAX);
    assert_eq!(job["state"], "done", "{job}");
    job["result"]["runId"].as_str().unwrap().to_owned()
}

fn commit(host: &Serving, run: &str) -> Answer {
    host.post(&format!("/month-runs/{run}/commit"), &json!({"byMail": true}))
}

/// Takes up a run that was broken off; nothing when it was over by the time of the kill, and nobody was told.
fn taken_up(host: &Serving, run: String) -> Option<(String, Value)> {
    let answer = commit(host, &run);
    (answer.status != 409).then(|| (run, answer.expect(202)))
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_is_charged_once_however_often_the_host_is_killed_meanwhile(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let kills = kills();
    let room = Room::new(engine).await;
    let point = add_chargers(&room, &["K-1"]).await[0];
    let sessions = fill(&room, point, kills).await;
    let room = tokio::task::spawn_blocking(move || {
        let mut random = fastrand::Rng::with_seed(11);
        let mut organisation = None;
        let (mut open, mut round, mut broken_off): (Option<String>, u32, u32) = (None, 0, 0);
        for _ in 0..kills {
            let host = Serving::new(&room, &[]);
            let owner = organisation.get_or_insert_with(|| make_ready(&host)).clone();
            let (run, job) = open.take().and_then(|run| taken_up(&host, run)).unwrap_or_else(|| {
                round += 1;
                let run = plan(&host, &owner, round - 1);
                let job = commit(&host, &run).expect(202);
                (run, job)
            });
            // The moment is counted in steps, and then in looks at a task that does not stand still for them.
            let total = job["total"].as_u64().unwrap();
            let mut job = until(&host, &job, random.u64(0..total));
            for _ in 0..random.u32(0..12) {
                job = host.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).expect(200);
            }
            host.kill();
            if job["state"] == "running" {
                broken_off += 1;
                open = Some(run);
            }
        }
        assert!(broken_off > kills / 4, "there was work to interrupt: {broken_off}");
        let host = Serving::new(&room, &[]);
        let owner = organisation.unwrap();
        if let Some((_, job)) = open.and_then(|run| taken_up(&host, run)) {
            let ended = until(&host, &job, u64::MAX);
            assert_eq!((&ended["state"], &ended["result"]["leftOut"]), (&json!("done"), &json!([])), "{ended}");
        }
        for round in round..kills {
            let run = plan(&host, &owner, round);
            let ended = until(&host, &commit(&host, &run).expect(202), u64::MAX);
            assert_eq!(ended["result"]["documents"].as_u64(), u64::try_from(PEOPLE).ok(), "{ended}");
        }
        host.stop();
        room
    })
    .await
    .unwrap();
    proved(&room, &sessions, kills).await;
}

async fn proved(room: &Room, sessions: &[SessionId], months: u32) {
    let host = Host::open(room.config()).await.unwrap();
    let proof = host.app().prove_documents().await.unwrap();
    assert!(proof.holds(), "{proof:?}");
    assert_eq!(host.app().prove_audit().await.unwrap().broken_at, None);
    let ctx = Ctx::command_line(host.app().now());
    let facilities = host.app().list_facilities(&ctx).await.unwrap().into_iter().map(|it| it.id).collect();
    let mut conn = host.app().db().read().await.unwrap();
    let charges = conn.charge_counts(sessions).await.unwrap();
    assert_eq!(charges.len(), sessions.len(), "every session was charged");
    assert!(charges.values().all(|count| *count == 1), "and once");
    let filter = DocumentFilter { facilities, ..DocumentFilter::default() };
    let documents = conn.list_documents(&filter, Order::Oldest, None, 1_000_000).await.unwrap().items;
    assert_eq!(documents.len(), usize::try_from(PEOPLE).unwrap() * months as usize);
    assert_eq!(proof.series[0].proven.documents, documents.len() as u64);
    let mut messages: HashMap<_, usize> = HashMap::new();
    for it in &documents {
        let lines = conn.lines_of(&it.document).await.unwrap();
        assert_eq!(lines.len(), 1, "one session each: {it:?}");
        *messages.entry(it.document.person_id).or_default() += conn.notices_with(it.document.id).await.unwrap().len();
    }
    let written: usize = messages.values().sum();
    assert_eq!(written, usize::try_from(PEOPLE.div_ceil(3)).unwrap() * months as usize, "each has its message");
    drop(conn);
    for it in documents.iter().step_by(DRAWN) {
        let (name, content) = host.app().document_file(&ctx, it.document.id).await.unwrap();
        assert!(content.starts_with(b"%PDF") && name.ends_with(&format!("{}.pdf", it.document.number.unwrap())));
    }
    host.stop().await;
}
