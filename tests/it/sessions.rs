//! Charging sessions as charge points report them, on both engines: R1 to R12 of what is done with a report.

use chrono::{DateTime, Utc};
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargePointId, FacilityId, SessionId, StrayMessageId};
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_store::message::MessageFilter;
use stolpe_store::page::Order;
use stolpe_store::session::{Session, SessionFilter};
use stolpe_store::stray_message::{StrayMessage, StrayReason};
use stolpe_testkit::{Charger, TestHost};
use uuid::Uuid;

/// Puts a doubted session and a report without one into a facility, as a charge point would leave them behind; answers
/// their ids.
pub(crate) async fn kept(host: &TestHost, facility: &str, charge_point: &str) -> (String, String) {
    let at = host.app.now();
    let (facility, charge_point) =
        (FacilityId(facility.parse().unwrap()), ChargePointId(charge_point.parse().unwrap()));
    let session = Session {
        id: SessionId(Uuid::new_v4()),
        charge_point,
        facility,
        connector: 1,
        tag: Some("AA".into()),
        person: None,
        transaction_id: None,
        start_key: *Uuid::new_v4().as_bytes(),
        state: SessionState::Suspect,
        doubts: stolpe_domain::charging::doubt::Doubts::default(),
        claimed_start_at: Some(at),
        started_at: at,
        start: None,
        claimed_stop_at: Some(at),
        stopped_at: Some(at),
        stop: None,
        stop_tag: None,
        stop_reason: None,
        stop_digest: None,
        energy: Energy::ZERO,
        judged: None,
        row_version: 1,
        created_at: at,
    };
    let stray = StrayMessage {
        id: StrayMessageId(Uuid::new_v4()),
        charge_point,
        facility,
        key: *Uuid::new_v4().as_bytes(),
        message: Uuid::new_v4(),
        action: "StopTransaction".into(),
        reason: StrayReason::UnknownTransaction,
        transaction_id: Some(4_711),
        connector: None,
        tag: None,
        claimed_at: None,
        register: None,
        heard_count: 1,
        first_heard_at: at,
        last_heard_at: at,
        resolved: None,
        row_version: 1,
    };
    let mut tx = host.db.db.write().await.unwrap();
    tx.insert_session(&session).await.unwrap();
    tx.put_stray_message(&stray).await.unwrap();
    tx.commit().await.unwrap();
    (session.id.to_string(), stray.id.to_string())
}

/// Every session of the facility, the first one first.
pub(crate) async fn sessions(host: &TestHost) -> Vec<Session> {
    let facilities = vec![FacilityId(host.facility.parse().unwrap())];
    let filter = SessionFilter { facilities, ..SessionFilter::default() };
    host.app.read().await.unwrap().list_sessions(&filter, Order::Oldest, None, 1_000).await.unwrap().items
}

pub(crate) async fn strays(host: &TestHost) -> Vec<StrayMessage> {
    let facilities = [FacilityId(host.facility.parse().unwrap())];
    host.app.read().await.unwrap().list_stray_messages(&facilities, None, 1_000).await.unwrap().items
}

pub(crate) async fn messages(host: &TestHost, charger: &Charger) -> usize {
    host.app
        .read()
        .await
        .unwrap()
        .list_messages(charger.id, &MessageFilter::default(), None, 10_000)
        .await
        .unwrap()
        .items
        .len()
}

pub(crate) fn doubts(session: &Session) -> Vec<&'static str> {
    session.doubts.iter().map(stolpe_domain::charging::doubt::Doubt::word).collect()
}

fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// What is billed of a session, quarter by quarter.
pub(crate) async fn billed(host: &TestHost, session: &Session) -> i64 {
    let intervals = host.app.read().await.unwrap().session_intervals(session.id).await.unwrap();
    intervals.iter().map(|it| it.energy.wh()).sum()
}

#[rstest]
#[tokio::test]
async fn a_session_is_what_the_register_rose_by_from_start_to_stop(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut charger = host.charger("CP-1").await;
    let boot = json!({"chargePointVendor": "Zaptec", "chargePointModel": "Go", "firmwareVersion": "2.1.0"});
    let booted = charger.call("BootNotification", boot).await;
    assert_eq!((&booted["status"], &booted["interval"]), (&json!("Accepted"), &json!(300)));
    let status = json!({"connectorId": 1, "errorCode": "NoError", "status": "Available"});
    assert_eq!(charger.call("StatusNotification", status).await, json!({}));
    let asked = charger.call("Authorize", json!({"idTag": "04A2B3C4D5E680"})).await;
    assert_eq!(asked["idTagInfo"]["status"], "Accepted", "the charge point is open to everyone");
    let number = charger.start("04a2b3c4d5e680", "2026-11-21T09:01:10Z", 1_203_400).await;
    charger.read(number, "2026-11-21T09:16:10Z", 1_205_000).await;
    charger.read(number, "2026-11-21T09:31:10Z", 1_206_400).await;
    charger.read(number, "2026-11-21T09:46:10Z", 1_207_800).await;
    charger.stop(number, "2026-11-21T10:00:00Z", 1_208_900).await;
    let [session] = &sessions(&host).await[..] else { panic!("one session") };
    assert_eq!((session.state, session.energy.wh()), (SessionState::Closed, 5_500));
    assert_eq!(billed(&host, session).await, 5_500);
    assert_eq!(session.tag.as_deref(), Some("04A2B3C4D5E680"));
    assert_eq!(doubts(session), ["unknown_tag"], "nobody has the tag, which is no reason to bill nobody");
    assert_eq!(messages(&host, &charger).await, 8);
    assert!(strays(&host).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn r1_r2_what_is_repeated_changes_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut charger = host.charger("CP-1").await;
    let mut numbers = Vec::new();
    for _ in 0..50 {
        numbers.push(charger.start("AA", "2026-11-21T09:00:00Z", 100).await);
    }
    numbers.dedup();
    assert_eq!(numbers.len(), 1, "one start has one number");
    for _ in 0..3 {
        charger.read(numbers[0], "2026-11-21T09:10:00Z", 600).await;
    }
    for _ in 0..3 {
        charger.stop(numbers[0], "2026-11-21T09:15:00Z", 900).await;
    }
    // The same once more over another line, as after a restart of the charge point.
    charger.line = host.call_in("CP-1").await;
    assert_eq!(charger.start("AA", "2026-11-21T09:00:00Z", 100).await, numbers[0]);
    charger.stop(numbers[0], "2026-11-21T09:15:00Z", 900).await;
    let [session] = &sessions(&host).await[..] else { panic!("one session") };
    assert_eq!((session.state, session.energy.wh(), session.row_version), (SessionState::Closed, 800, 2));
    assert_eq!(messages(&host, &charger).await, 3, "one start, one reading, one stop");
    assert!(strays(&host).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn what_was_reported_before_a_crash_is_the_same_after_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut charger = host.charger("CP-1").await;
    let number = charger.start("AA", "2026-11-21T09:00:00Z", 100).await;
    let keychain = host.keychain.clone();
    let host = host.restarted(keychain).await;
    host.app.run_ingest();
    charger.line = host.call_in("CP-1").await;
    assert_eq!(charger.start("AA", "2026-11-21T09:00:00Z", 100).await, number);
    charger.stop(number, "2026-11-21T09:15:00Z", 900).await;
    let next = charger.start("AA", "2026-11-21T10:00:00Z", 900).await;
    assert!(next > number, "{next} follows {number}");
    assert_eq!(sessions(&host).await[0].state, SessionState::Closed);
}

#[rstest]
#[tokio::test]
async fn r9_a_stop_that_fits_no_session_is_answered_and_kept_in_quarantine(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut charger = host.charger("CP-1").await;
    charger.stop(4_711, "2026-11-21T09:15:00Z", 900).await;
    charger.stop(4_711, "2026-11-21T09:15:00Z", 900).await;
    for wh in 0..20 {
        charger.read(1_740_470_158, &format!("2026-11-21T09:15:{wh:02}Z"), wh).await;
    }
    let kept = strays(&host).await;
    let told: Vec<_> = kept.iter().map(|it| (&*it.action, it.transaction_id, it.heard_count)).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.contains(&("StopTransaction", Some(4_711), 2)), "{told:?}");
    assert!(told.contains(&("MeterValues", Some(1_740_470_158), 20)), "{told:?}");
    assert!(sessions(&host).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_second_stop_with_another_register_is_kept_and_bills_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut charger = host.charger("CP-1").await;
    let number = charger.start("AA", "2026-11-21T09:00:00Z", 100).await;
    charger.stop(number, "2026-11-21T09:15:00Z", 900).await;
    charger.stop(number, "2026-11-21T09:16:00Z", 9_900).await;
    assert_eq!(sessions(&host).await[0].energy.wh(), 800);
    assert_eq!(strays(&host).await[0].reason.word(), "already_stopped");
}

#[rstest]
#[tokio::test]
async fn r10_the_older_of_two_sessions_on_a_connector_ends_when_the_newer_begins(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(false, true)] newer_is_heard_first: bool,
) {
    let host = TestHost::new(engine).await;
    let mut charger = host.charger("CP-1").await;
    let (older, newer) = (("AA", "2026-11-21T08:00:00Z", 100), ("BB", "2026-11-21T09:00:00Z", 700));
    let order = if newer_is_heard_first { [newer, older] } else { [older, newer] };
    let mut numbers = Vec::new();
    for (tag, at, wh) in order {
        numbers.push(charger.start(tag, at, wh).await);
    }
    let found = sessions(&host).await;
    assert_eq!((found[0].tag.as_deref(), found[0].state), (Some("AA"), SessionState::ClosedBySystem));
    assert_eq!(found[0].stopped_at, Some(instant("2026-11-21T09:00:00Z")));
    assert_eq!((found[1].tag.as_deref(), found[1].state), (Some("BB"), SessionState::Open));
    // The stop that was missing comes after all.
    let number = numbers[usize::from(newer_is_heard_first)];
    charger.stop(number, "2026-11-21T08:50:00Z", 700).await;
    let found = sessions(&host).await;
    assert_eq!((found[0].state, found[0].energy.wh()), (SessionState::Closed, 600));
    assert!(!doubts(&found[0]).contains(&"no_stop"));
}

#[rstest]
#[tokio::test]
async fn a_charge_point_that_never_learnt_the_number_is_understood_when_one_session_fits(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let mut charger = host.charger("CP-1").await;
    charger.start("AA", "2026-11-21T09:00:00Z", 100).await;
    charger.read(-1, "2026-11-21T09:10:00Z", 600).await;
    charger.stop(-1, "2026-11-21T09:15:00Z", 900).await;
    let [session] = &sessions(&host).await[..] else { panic!("one session") };
    assert_eq!((session.state, session.energy.wh()), (SessionState::Closed, 800));
    charger.stop(-1, "2026-11-21T09:20:00Z", 950).await;
    assert_eq!(strays(&host).await.len(), 1, "now none fits");
}

#[rstest]
#[case::a_register_that_falls(json!({"meterStart": 5_000, "meterStop": 10}), &["register_fell", "stops_below_start"], 0)]
#[case::more_than_the_fuse(json!({"meterStart": 0, "meterStop": 90_000}), &["more_than_the_fuse"], 90_000)]
#[case::a_stop_before_its_start(json!({"meterStart": 0, "meterStop": 10, "stop": "2026-11-21T08:00:00Z"}), &["stop_before_start"], 10)]
#[case::a_clock_in_2099(json!({"meterStart": 0, "meterStop": 10, "stop": "2099-01-01T00:00:00Z"}), &["clock_wrong"], 10)]
#[case::a_clock_in_1970(json!({"meterStart": 0, "meterStop": 10, "start": "1970-01-01T00:00:07Z"}), &["clock_wrong"], 10)]
#[case::no_register(json!({"meterStart": 0, "meterStop": null}), &["incomplete"], 0)]
#[tokio::test]
async fn what_is_doubted_is_kept_from_billing(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] told: Value,
    #[case] expected: &[&str],
    #[case] wh: i64,
) {
    let host = TestHost::new(engine).await;
    let mut charger = host.charger("CP-1").await;
    let at = |name: &str, usual: &str| told[name].as_str().unwrap_or(usual).to_owned();
    let start = json!({
        "connectorId": 1, "idTag": "AA", "meterStart": told["meterStart"], "timestamp": at("start", "2026-11-21T10:00:00Z")
    });
    let number = charger.call("StartTransaction", start).await["transactionId"].clone();
    let stop = json!({
        "transactionId": number, "meterStop": told["meterStop"], "timestamp": at("stop", "2026-11-21T11:00:00Z")
    });
    charger.call("StopTransaction", stop).await;
    let [session] = &sessions(&host).await[..] else { panic!("one session") };
    assert_eq!((session.state, session.energy.wh()), (SessionState::Suspect, wh));
    let found = doubts(session);
    assert!(expected.iter().all(|doubt| found.contains(doubt)), "{found:?}");
}

#[rstest]
#[tokio::test]
async fn a_late_reading_moves_energy_between_quarters_and_never_in_or_out(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut charger = host.charger("CP-1").await;
    let number = charger.start("AA", "2026-11-21T08:00:00Z", 0).await;
    charger.stop(number, "2026-11-21T09:00:00Z", 6_000).await;
    let [before] = &sessions(&host).await[..] else { panic!("one session") };
    charger.read(number, "2026-11-21T08:15:00Z", 5_000).await;
    let [after] = &sessions(&host).await[..] else { panic!("one session") };
    assert_eq!((before.energy, after.energy), (after.energy, before.energy));
    assert_eq!(billed(&host, after).await, 6_000);
    let intervals = host.app.read().await.unwrap().session_intervals(after.id).await.unwrap();
    assert_eq!(intervals[0].energy.wh(), 5_000);
}

#[rstest]
#[tokio::test]
async fn nonsense_is_kept_and_answered_as_far_as_it_can_be(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut charger = host.charger("CP-1").await;
    assert_eq!(charger.say("this is not JSON").await, Value::Null);
    assert_eq!(charger.say("[2,\"1\"").await, Value::Null);
    assert_eq!(charger.say("a\u{0}b").await, Value::Null);
    assert_eq!(charger.say(r#"[2,"7","StopTransaction","much"]"#).await[2], "FormationViolation");
    assert_eq!(charger.say(r#"[2,"8","Levitate",{}]"#).await[2], "NotImplemented");
    assert_eq!(charger.say(r#"[2,"9","StartTransaction",{"idTag":["a"],"meterStart":"\u0000"}]"#).await[0], 3);
    assert_eq!(charger.say(r#"[2,"10","StopTransaction",{}]"#).await[0], 3);
    assert_eq!(charger.say(r#"[2,"11","MeterValues",{"meterValue":"none"}]"#).await, json!([3, "11", {}]));
    assert_eq!(messages(&host, &charger).await, 8, "every word is there");
    let [session] = &sessions(&host).await[..] else { panic!("one session") };
    assert!(doubts(session).contains(&"incomplete"));
}

#[rstest]
#[tokio::test]
async fn words_that_are_old_enough_go_and_what_follows_from_them_stays(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut charger = host.charger("CP-1").await;
    let number = charger.start("AA", "2026-11-21T09:00:00Z", 100).await;
    charger.stop(number, "2026-11-21T09:15:00Z", 900).await;
    charger.stop(4_711, "2026-11-21T09:15:00Z", 900).await;
    let said = messages(&host, &charger).await;
    host.clock.advance(chrono::TimeDelta::days(399));
    host.app.keep_in_order().await.unwrap();
    assert_eq!(messages(&host, &charger).await, said, "not yet");

    host.clock.advance(chrono::TimeDelta::days(2));
    host.app.keep_in_order().await.unwrap();
    let [stray] = &strays(&host).await[..] else { panic!("one report without a session") };
    let kept = host.app.read().await.unwrap().message_payloads(&[stray.message]).await.unwrap();
    assert!(kept[&stray.message].contains("4711"), "what waits for somebody can still be read: {kept:?}");
    assert_eq!(messages(&host, &charger).await, 1);
    let [session] = &sessions(&host).await[..] else { panic!("one session") };
    assert_eq!((session.energy.wh(), billed(&host, session).await), (800, 800));
}
