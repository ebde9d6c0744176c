//! The training organisation: a year that nobody lived, the same every time, and gone without a trace but in the log.

use crate::story::{BOTH, text};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use stolpe_store::Db;
use stolpe_testkit::TestHost;

/// Every row of the log that the training wrote, the latest first.
async fn past(host: &TestHost) -> Vec<Value> {
    let (mut rows, mut after) = (Vec::new(), String::new());
    loop {
        let page = host.owner.get(&format!("/audit?limit=200{after}")).await.expect(200);
        rows.extend(page["items"].as_array().unwrap().iter().filter(|row| row["origin"] == "training").cloned());
        let Some(next) = page["next"].as_str() else { return rows };
        after = format!("&after={next}");
    }
}

async fn count(host: &TestHost, what: &'static str) -> i64 {
    match &host.db.db {
        Db::Sqlite { writer, .. } => sqlx::query_scalar(what).fetch_one(writer).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(what).fetch_one(pool).await.unwrap(),
    }
}

#[tokio::test]
async fn training_comes_with_a_year_of_history_that_names_nobody_and_goes_without_a_trace() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let made = host.owner.post("/training", json!({})).await.expect(201);
        let rows = past(&host).await;
        assert!(rows.len() > 300, "{}", rows.len());
        let months: BTreeSet<String> = rows.iter().map(|row| text(&row["at"])[..7].to_owned()).collect();
        assert!(months.len() >= 12 && months.contains("2025-12") && months.contains("2026-11"), "{months:?}");
        let actions: BTreeSet<String> = rows.iter().map(|row| text(&row["action"])).collect();
        for action in [
            "person.added",
            "tenancy.begun",
            "tenancy.ended",
            "login.issued",
            "login.handed_over",
            "login.password_changed",
            "sign_in.begun",
            "person.changed",
        ] {
            assert!(actions.contains(action), "{action} is not in {actions:?}");
        }
        assert!(rows.iter().all(|row| row["actorId"].is_null()), "nobody is said to have done what nobody did");
        assert!(rows.iter().all(|row| row["organisationId"] == made["organisationId"]));
        let order: Vec<String> = rows.iter().map(|row| text(&row["at"])).collect();
        assert!(order.is_sorted_by(|later, earlier| later >= earlier), "the log tells it in the order in which it was");
        assert_eq!(host.owner.get("/audit/proof").await.expect(200)["holds"], true);

        let again = TestHost::new(engine).await;
        again.owner.post("/training", json!({})).await.expect(201);
        let told = |rows: Vec<Value>| -> Vec<(Value, Value, Value)> {
            rows.into_iter().map(|row| (row["at"].clone(), row["action"].clone(), row["subjectKind"].clone())).collect()
        };
        assert_eq!(told(past(&again).await), told(rows), "it is the same everywhere on the same day");

        let visits = "select count(*) from sign_in where origin = 'training'";
        assert!(count(&host, visits).await > 100);
        host.owner.delete("/training").await.expect(204);
        assert_eq!(count(&host, visits).await, 0);
    }
}
