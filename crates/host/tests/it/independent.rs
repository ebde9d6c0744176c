//! The host with charge points that others have written: The Mobility House's Python package, whose schemas judge every
//! message of ours.

use crate::charger::add_chargers;
use crate::room::{Room, Serving};
use rstest::rstest;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use stolpe_host::Host;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Authority, CHARGER_KEY};

/// The Python that has the package; `cargo xtask test` puts it beside the artefacts.
fn python() -> PathBuf {
    let here = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools").join("ocpp/bin/python");
    assert!(here.exists(), "`cargo xtask test` installs the Python package ocpp in {}", here.display());
    here
}

/// A charge point of others.
struct Point {
    process: Child,
    told: Lines<BufReader<ChildStdout>>,
}

impl Point {
    /// Switches one on. It calls the host, such as `wss://127.0.0.1:443`, with a key in hexadecimal digits, obeys so many
    /// commands, and trusts this authority, too.
    fn new(room: &Room, host: &str, identity: &str, key: &str, commands: usize, authority: Option<&Authority>) -> Self {
        let mut call = Command::new(python());
        call.arg(room.file("charger.py", include_str!("charger.py"))).args([
            host,
            identity,
            key,
            &commands.to_string(),
        ]);
        call.args(authority.map(|it| room.file("authority.pem", &it.pem())));
        let mut process = call.stdout(Stdio::piped()).spawn().unwrap();
        let told = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, told }
    }

    /// Waits until it tells of this event; answers what it tells.
    fn until(&mut self, event: &str) -> Value {
        loop {
            let line = self.told.next().unwrap().unwrap();
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["event"] == event {
                return line;
            }
        }
    }

    /// Waits until it has ended well.
    fn end(mut self) {
        assert!(self.process.wait().unwrap().success(), "no message breaks a schema");
    }
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
    let (url, key) = (format!("ws://{}", host.address()), hex::encode(CHARGER_KEY));
    let mut point = Point::new(&room, &url, "PY-1", &key, commands(&json!(0)).len(), None);
    assert_eq!(point.until("booted")["status"], "Accepted");
    assert_eq!(point.until("authorized")["status"], "Accepted");
    let transaction = point.until("ready")["transaction"].clone();
    let asked = commands(&transaction);
    for (command, _) in &asked {
        host.post(&format!("/charge-points/{id}/commands"), command).expect(201);
    }
    point.until("done");
    point.end();
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

#[tokio::test]
async fn over_tls_a_charge_point_calls_with_its_key_and_nobody_calls_without_tls() {
    let room = Room::new(Sqlite).await;
    let id = add_chargers(&room, &["PY-1"]).await[0];
    let authority = Authority::default();
    let host = Serving::over_tls(&room, &authority);
    let (url, key) = (format!("wss://{}", host.address()), hex::encode(CHARGER_KEY));
    let mut point = Point::new(&room, &url, "PY-1", &key, 1, Some(&authority));
    assert_eq!(point.until("booted")["status"], "Accepted");
    let transaction = point.until("ready")["transaction"].clone();
    host.post(&format!("/charge-points/{id}/commands"), &json!({"name": "clearCache"})).expect(201);
    point.until("done");
    point.end();
    let sessions = host.get("/sessions").expect(200)["items"].clone();
    let first = sessions.as_array().unwrap().iter().find(|it| it["transactionId"] == transaction).unwrap();
    assert_eq!((&first["state"], &first["energyWh"]), (&json!("closed"), &json!(5_500)));

    // Whoever does not trust the certificate keeps its key to itself, and a call in clear is not heard at all.
    let mut stranger = Point::new(&room, &url, "PY-1", &key, 0, None);
    assert_eq!(stranger.until("untrusted")["why"], "CERTIFICATE_VERIFY_FAILED");
    let in_clear = format!("ws://{}", host.address());
    Point::new(&room, &in_clear, "PY-1", &key, 0, None).until("unheard");
    let mut guess = Point::new(&room, &url, "PY-1", &"00".repeat(20), 0, Some(&authority));
    assert_eq!(guess.until("refused")["status"], 401);
    host.stop();
    let host = Host::open(room.config()).await.unwrap();
    let turned_away = host.app().db().read().await.unwrap().turned_away(&[id]).await.unwrap();
    assert_eq!(turned_away.iter().map(|(_, it)| it.count).collect::<Vec<_>>(), [1], "the guess alone was heard");
    host.stop().await;
}
