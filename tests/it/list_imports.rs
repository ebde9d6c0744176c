//! Sessions that another system has counted: never billed twice, and given back as they were taken out.

use crate::month_runs::{charge, committed, driver, planned, ready};
use crate::story::text;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_app::{Ctx, Earnest, ListFindings, SessionImport};
use stolpe_domain::id::FacilityId;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::TestHost;

async fn sessions(host: &TestHost, list: &str, source: &str, to_bill: bool) -> ListFindings {
    let facility = FacilityId(host.facility.parse().unwrap());
    let what = SessionImport { facility, source, to_bill };
    let ctx = Ctx::command_line(host.app.now());
    let looked = host.app.import_sessions(&ctx, what, list.as_bytes(), Earnest::Look).await.unwrap();
    let done = host.app.import_sessions(&ctx, what, list.as_bytes(), Earnest::Do).await.unwrap();
    assert_eq!(looked, done, "what was looked at is what is done");
    done
}

#[rstest]
#[tokio::test]
async fn what_another_system_counted_is_billed_once_or_never(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    driver(&host, "Åsa", "asa@example.se", "AA").await;
    charge(&mut charger, "AA", 12, 10_000).await;

    // The energy that the charge point reported itself is not to be had once more.
    let list = "id;identity;start;end;kWh;tag\n\
        1;CP-1;2026-11-12 07:30;2026-11-12 08:00;3,000;aa\n\
        2;CP-1;2026-11-13 07:00;2026-11-13 09:30;4,000;aa\n";
    let history = sessions(&host, list, "Easee", false).await;
    assert_eq!((history.create, history.faults.len()), (1, 1), "{history:?}");
    assert_eq!((history.faults[0].line, &*history.faults[0].code), (2, "session.overlaps"));
    let run = planned(&host, "2026-11").await;
    assert_eq!(run["documents"][0]["energyWh"], 10_000, "history is not billed: {run}");
    assert_eq!(run["waitingCounts"], json!({}));
    // It stays so, whatever the list is asked for later.
    let list = "id;identity;start;end;kWh;tag\n2;CP-1;2026-11-13 07:00;2026-11-13 09:30;4,000;aa\n";
    assert_eq!(sessions(&host, list, "Easee", true).await.unchanged, 1);
    assert_eq!(planned(&host, "2026-11").await["documents"][0]["energyWh"], 10_000);

    let list = "id;identity;start;end;kWh;tag\n\
        3;CP-1;2026-11-14 07:00;2026-11-14 09:30;5,000;aa\n\
        4;CP-1;2026-11-15 07:00;2026-11-15 09:30;6,000;zz\n";
    let billed = sessions(&host, list, "Easee", true).await;
    assert_eq!((billed.create, billed.notes["session.of_nobody"], billed.notes["session.to_be_billed"]), (2, 1, 2));
    let run = planned(&host, "2026-11").await;
    assert_eq!(run["documents"][0]["energyWh"], 15_000, "{run}");
    assert_eq!(run["waitingCounts"], json!({"session.no_payer": 1}));
    committed(&host, &run, json!({})).await;
    assert_eq!(sessions(&host, list, "Easee", true).await.unchanged, 2);
    assert_eq!(planned(&host, "2026-11").await["documents"], json!([]), "nothing is billed twice");

    let listed = host.owner.get("/sessions?state=billed_elsewhere").await.expect(200);
    let it = &listed["items"][0];
    assert_eq!((&it["billed"], &it["energyWh"], &it["personName"]), (&json!(false), &json!(4_000), &json!("Åsa Ek")));
    let opened = host.owner.get(&format!("/sessions/{}", text(&it["id"]))).await.expect(200);
    assert_eq!((&opened["cost"]["months"], &opened["cost"]["waits"]), (&json!([]), &json!([])));
    let wh: i64 = opened["intervals"].as_array().unwrap().iter().map(|it| it["wh"].as_i64().unwrap()).sum();
    assert_eq!(wh, 4_000);
}

#[rstest]
#[tokio::test]
async fn sessions_that_charge_points_reported_come_back_in_an_empty_installation_as_they_left(
    #[values((Sqlite, Postgres), (Postgres, Sqlite))] (engine, other): (Engine, Engine),
) {
    let (from, to) = (ready(engine).await, ready(other).await);
    let mut charger = from.charger("CP-1").await;
    to.charger("CP-1").await;
    for host in [&from, &to] {
        driver(host, "Åsa", "asa@example.se", "AA").await;
        driver(host, "Bo", "bo@example.se", "BB").await;
    }
    // Across the hour that comes twice, with registers that no spreadsheet should turn into thousands.
    for (tag, start, stop, wh) in [
        ("AA", "2026-10-25T00:30:00Z", "2026-10-25T01:45:00.25Z", 10_014),
        ("BB", "2026-11-01T06:00:00Z", "2026-11-01T08:00:00Z", 9_999),
        ("ZZ", "2026-11-02T06:00:00Z", "2026-11-02T08:00:00Z", 1),
    ] {
        let number = charger.start(tag, start, 1_000_000).await;
        charger.stop(number, stop, 1_000_000 + wh).await;
    }
    for format in ["nordic", "international"] {
        let file = from.owner.get(&format!("/exports/sessions?format={format}")).await;
        let list = String::from_utf8(file.bytes).unwrap();
        let done = sessions(&to, &list, "the one before", false).await;
        assert_eq!((done.skipped(), done.create + done.unchanged), (0, 3), "{format}: {done:?}");
    }
    let rows = async |host: &TestHost| -> Vec<Value> {
        let file = host.owner.get("/exports/sessions?format=json").await;
        let row = |line: &str| {
            let mut row: Value = serde_json::from_str(line).unwrap();
            // Its id, where it is judged and charged and what a charge point said beside its energy are each installation's own.
            for own in ["id", "state", "chargeState", "documentNumber", "doubts", "transactionId", "stopReason"] {
                row.as_object_mut().unwrap().remove(own);
            }
            row
        };
        String::from_utf8(file.bytes).unwrap().lines().map(row).collect()
    };
    assert_eq!(rows(&from).await, rows(&to).await);
}
