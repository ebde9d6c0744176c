//! The host with charge points that others have written: The Mobility House's Python package, whose schemas judge every
//! message of ours.

use crate::charger::add_chargers;
use crate::room::{Room, Serving};
use rstest::rstest;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::CHARGER_KEY;

/// The Python that has the package; `cargo xtask test` puts it beside the artefacts.
fn python() -> PathBuf {
    let here = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools").join("ocpp/bin/python");
    assert!(here.exists(), "`cargo xtask test` installs the Python package ocpp in {}", here.display());
    here
}

/// Everything that the desk can ask, with how it ends.
fn commands(transaction: &Value) -> Vec<(Value, &'static str)> {
    vec![
        (json!({"name": "changeAvailability", "connector": 1, "operative": false}), "verified"),
        (json!({"name": "changeConfiguration", "key": "HeartbeatInterval", "value": "300"}), "verified"),
        (json!({"name": "clearCache"}), "verified"),
        (json!({"name": "getConfiguration", "keys": []}), "verified"),
        (json!({"name": "getConfiguration", "keys": ["HeartbeatInterval"]}), "verified"),
        (json!({"name": "remoteStart", "tag": "REMOTE", "connector": 1}), "verified"),
        (json!({"name": "remoteStop", "transactionId": transaction}), "refused"),
        (json!({"name": "reset", "hard": false}), "obeyed"),
        (json!({"name": "triggerMessage", "message": "MeterValues", "connector": 1}), "refused"),
        (json!({"name": "unlockConnector", "connector": 1}), "verified"),
    ]
}

#[rstest]
#[tokio::test]
async fn r12_a_charge_point_of_others_charges_and_obeys_and_no_message_breaks_the_official_schemas(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let room = Room::new(engine).await;
    let id = add_chargers(&room, &["PY-1"]).await[0];
    let host = Serving::new(&room, &[]);
    let count = commands(&json!(0)).len().to_string();
    let key = hex::encode(CHARGER_KEY);
    let script = room.file("charger.py", include_str!("charger.py"));
    let mut point = Command::new(python())
        .args([&script, host.address(), "PY-1", &key, &count])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(point.stdout.take().unwrap()).lines();
    let mut until = |event: &str| loop {
        let line: Value = serde_json::from_str(&told.next().expect("the charge point goes on").unwrap()).unwrap();
        if line["event"] == event {
            return line;
        }
    };
    assert_eq!(until("booted")["status"], "Accepted");
    assert_eq!(until("authorized")["status"], "Accepted");
    let transaction = until("ready")["transaction"].clone();
    let asked = commands(&transaction);
    for (command, _) in &asked {
        host.post(&format!("/charge-points/{id}/commands"), command).expect(201);
    }
    until("done");
    assert!(point.wait().unwrap().success(), "no message breaks a schema");
    let list = host.get(&format!("/charge-points/{id}/commands?limit=50")).expect(200);
    let mut found: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect();
    found.reverse();
    assert_eq!(found, asked.iter().map(|(_, state)| *state).collect::<Vec<_>>(), "{list:#}");
    let sessions = host.get("/sessions").expect(200)["items"].clone();
    let first = sessions.as_array().unwrap().iter().find(|it| it["transactionId"] == transaction).unwrap();
    assert_eq!((&first["state"], &first["energyWh"]), (&json!("closed"), &json!(5_500)));
    host.stop();
}
