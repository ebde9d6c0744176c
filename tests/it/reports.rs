//! Reports as the world sends them: the odd frames of known makers, and messages that are lost, repeated, late and out of
//! order.

use crate::sessions::{billed, doubts, messages, sessions, strays};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::energy::Energy;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Charger, TestHost};

/// The published frames in the folder that `STOLPE_FIXTURES` names; none where that is not set, for they are not ours.
#[expect(clippy::disallowed_methods, reason = "a test has no main that could read the environment for it")]
fn published() -> Vec<Value> {
    let Ok(folder) = std::env::var("STOLPE_FIXTURES") else { return Vec::new() };
    let lines = std::fs::read_to_string(format!("{folder}/ocpp/ocpp16_vendor_frames.jsonl")).unwrap();
    let frames: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(frames.len() >= 10, "the list of frames is nearly empty");
    frames.into_iter().filter(|frame| frame["direction"] == "cs>csms").collect()
}

#[rstest]
#[tokio::test]
async fn evc_05_odd_frames_of_known_makers_are_kept_and_answered(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut makers: BTreeMap<String, (Charger, usize)> = BTreeMap::new();
    for published in published() {
        let (device, frame) = (published["device"].as_str().unwrap(), published["frame"].as_str().unwrap());
        if !makers.contains_key(device) {
            let charger = host.charger(&format!("CP-{}", makers.len())).await;
            makers.insert(device.to_owned(), (charger, 0));
        }
        let (charger, said) = makers.get_mut(device).unwrap();
        *said += 1;
        let read = serde_json::from_str::<Value>(frame).ok();
        assert_eq!(read.is_some(), published["json_ok"] == true, "{frame}");
        let answer = charger.say(frame).await;
        match read.filter(|frame| frame[0] == 2) {
            // No call: there is nothing to answer.
            None => assert_eq!(answer, Value::Null, "{device}: {frame}"),
            Some(call) => {
                assert_eq!((&answer[0], &answer[1]), (&json!(3), &call[1]), "{device}: {answer}");
                match call[2].as_str().unwrap() {
                    "BootNotification" => assert_eq!(answer[2]["status"], "Accepted", "{device}"),
                    "DataTransfer" => assert_eq!(answer[2]["status"], "UnknownVendorId", "{device}"),
                    "StartTransaction" => assert!(answer[2]["transactionId"].is_i64(), "{device}: {answer}"),
                    _ => {}
                }
            }
        }
        // Once more, as after a lost answer: charge points repeat what nobody seems to have heard.
        assert_eq!(charger.say(frame).await[1], answer[1], "{device}");
    }
    let mut claimed = 0;
    for (device, (charger, said)) in &makers {
        assert!(messages(&host, charger).await >= *said, "{device}: every frame is kept");
        let starts = published().iter().filter(|it| it["device"] == **device).filter_map(start_of).collect::<Vec<_>>();
        let all = sessions(&host).await;
        let own: Vec<_> = all.iter().filter(|it| it.charge_point == charger.id).collect();
        assert_eq!(own.len(), starts.len(), "{device}: a start that is told twice is one session");
        for (session, (at, register)) in own.iter().zip(&starts) {
            assert_eq!((session.claimed_start_at, session.start.map(Energy::wh)), (Some(*at), Some(*register)));
        }
        claimed += starts.len();
    }
    assert_eq!(claimed, if makers.is_empty() { 0 } else { 2 });
    for stray in strays(&host).await {
        assert!(stray.transaction_id.is_some() && stray.heard_count >= 2, "{stray:?}");
    }
}

/// When a published frame begins a transaction: its time and register.
fn start_of(published: &Value) -> Option<(DateTime<Utc>, i64)> {
    let frame: Value = serde_json::from_str(published["frame"].as_str()?).ok()?;
    let payload = frame.get(3).filter(|_| frame[2] == "StartTransaction")?;
    let at = DateTime::parse_from_rfc3339(payload["timestamp"].as_str()?).ok()?;
    Some((at.to_utc(), payload["meterStart"].as_i64()?))
}

/// What happens at a charge point, and what becomes of the reports on their way.
#[derive(Clone, Debug)]
struct Visit {
    /// Minutes since the one before.
    pause: i64,
    /// What the register rises by in each ten minutes, in watt-hours.
    rises: Vec<i64>,
    start: Fate,
    readings: Vec<Fate>,
    stop: Fate,
}

/// How often a report comes, and after how many later ones.
#[derive(Clone, Copy, Debug)]
struct Fate {
    times: usize,
    late: usize,
}

fn fate(least: usize) -> impl Strategy<Value = Fate> {
    (least..=3_usize, prop_oneof![3 => Just(0_usize), 1 => 1..12_usize]).prop_map(|(times, late)| Fate { times, late })
}

fn visit() -> impl Strategy<Value = Visit> {
    (1..=4_usize).prop_flat_map(|steps| {
        let rises = prop::collection::vec(0..4_000_i64, steps);
        let readings = prop::collection::vec(fate(0), steps);
        // Starts and stops are repeated until they are answered: they come late, but they come.
        (1..40_i64, rises, fate(1), readings, fate(1)).prop_map(|(pause, rises, start, readings, stop)| Visit {
            pause,
            rises,
            start,
            readings,
            stop,
        })
    })
}

/// A report of the visit with this number.
#[derive(Clone, Debug)]
struct Report {
    visit: usize,
    what: What,
    at: DateTime<Utc>,
    wh: i64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    Start,
    Reading,
    Stop,
}

/// The reports of the visits in the order in which they come, and what each visit took.
fn on_their_way(visits: &[Visit], first: DateTime<Utc>) -> (Vec<Report>, Vec<i64>) {
    let (mut at, mut wh, mut place) = (first, 10_000, 0);
    let (mut coming, mut taken) = (Vec::new(), Vec::new());
    for (visit, it) in visits.iter().enumerate() {
        at += TimeDelta::minutes(it.pause);
        let begun = (place + it.start.late, wh);
        let mut put = |what, fate: Fate, at, wh, place: usize| {
            // Nothing of a transaction can be told before its start is, whose answer has the number.
            let place = if what == What::Start { begun.0 } else { (place + fate.late).max(begun.0 + 1) };
            for time in 0..fate.times {
                coming.push((place + time, Report { visit, what, at, wh }));
            }
        };
        put(What::Start, it.start, at, wh, place);
        for (rise, reading) in it.rises.iter().zip(&it.readings) {
            (at, wh, place) = (at + TimeDelta::minutes(10), wh + rise, place + 1);
            put(What::Reading, *reading, at, wh, place);
        }
        (at, place) = (at + TimeDelta::seconds(30), place + 1);
        put(What::Stop, it.stop, at, wh, place);
        taken.push(wh - begun.1);
        place += 1;
    }
    coming.sort_by_key(|(place, _)| *place);
    (coming.into_iter().map(|(_, report)| report).collect(), taken)
}

#[rstest]
fn energy_adds_up_whatever_the_order_loss_repetition_and_delay(#[values(Sqlite, Postgres)] engine: Engine) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let host = runtime.block_on(TestHost::new(engine));
    let mut runner = TestRunner::new(Config { cases: 32, failure_persistence: None, ..Config::default() });
    let number = std::cell::Cell::new(0);
    let outcome = runner.run(&prop::collection::vec(visit(), 1..5), |visits| {
        number.set(number.get() + 1);
        runtime.block_on(tell(&host, &format!("CP-{}", number.get()), &visits))
    });
    // The failure is printed with the visits that show it.
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[rstest]
#[tokio::test]
async fn r10_a_start_that_is_heard_late_ends_the_session_before_it_where_it_began(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let told = |late| Fate { times: 1, late };
    let visit = |pause, rises: &[i64], start, stop| Visit {
        pause,
        rises: rises.to_vec(),
        start: told(start),
        readings: rises.iter().map(|_| told(0)).collect(),
        stop: told(stop),
    };
    // The third begins before anything is heard of the second, and both before the stop of the first.
    let visits = [visit(1, &[0, 0, 560], 0, 11), visit(2, &[1_651], 4, 0), visit(16, &[1_609, 3_838, 2_943], 0, 0)];
    tell(&host, "CP-1", &visits).await.unwrap();
}

/// Tells the visits to a charge point of their own, and compares.
async fn tell(host: &TestHost, identity: &str, visits: &[Visit]) -> Result<(), TestCaseError> {
    let mut charger = host.charger(identity).await;
    let (reports, taken) = on_their_way(visits, host.app.now() - TimeDelta::hours(8));
    let mut numbers: BTreeMap<usize, i64> = BTreeMap::new();
    for Report { visit, what, at, wh } in reports {
        let at = at.to_rfc3339();
        match what {
            What::Start => {
                let answered = charger.start(&format!("TAG{visit}"), &at, wh).await;
                let first = *numbers.entry(visit).or_insert(answered);
                prop_assert_eq!(first, answered, "one start has one number");
            }
            What::Reading => charger.read(numbers[&visit], &at, wh).await,
            What::Stop => charger.stop(numbers[&visit], &at, wh).await,
        }
    }
    let own: Vec<_> = sessions(host).await.into_iter().filter(|it| it.charge_point == charger.id).collect();
    prop_assert_eq!(own.len(), visits.len(), "each start is a session");
    for (visit, wh) in taken.into_iter().enumerate() {
        let session = own.iter().find(|it| it.tag == Some(format!("TAG{visit}"))).unwrap();
        prop_assert_eq!(session.energy.wh(), wh, "what the register rose by");
        prop_assert_eq!(billed(host, session).await, wh, "the quarters add up to it");
        prop_assert_eq!(session.state, SessionState::Closed, "doubted: {:?}", doubts(session));
    }
    let lost = strays(host).await.into_iter().filter(|it| it.charge_point == charger.id).count();
    prop_assert_eq!(lost, 0, "nothing is in quarantine");
    Ok(())
}
