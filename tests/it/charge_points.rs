//! Circuits and charge points: adopted, changed, found, taken out of service, and shown as a tree.

use crate::story::{audit, text};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_app::Entrance;
use stolpe_domain::access::Role;
use stolpe_domain::charge_point::identity::Identity;
use stolpe_domain::charge_point::{ConnectorReport, Nameplate};
use stolpe_domain::id::{ChargePointId, ConnectionId};
use stolpe_ocpp::credentials::Credentials;
use stolpe_ports::clock::Clock as _;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_store::charge_point::{Closed, Opened, PlacedConnector, WaitingCall};
use stolpe_testkit::{At, Desk, TestHost};
use uuid::Uuid;

/// Somebody unknown has called.
pub(crate) async fn waits(host: &TestHost, identity: &str) {
    let call = WaitingCall {
        identity: Identity::parse(identity).unwrap(),
        at: host.clock.now(),
        remote_address: Some("192.0.2.7".into()),
        presented_credential: false,
        nameplate: Nameplate::read("Zaptec", "Pro", Some("ZAP1"), Some("4.1")),
        counts: true,
    };
    let mut tx = host.db.db.write().await.unwrap();
    tx.note_waiting(&call, 100).await.unwrap();
    tx.commit().await.unwrap();
}

/// The main fuse of the facility; answers its id.
pub(crate) async fn main_fuse(host: &TestHost) -> String {
    let path = format!("/circuits?facilityId={}", host.facility);
    let main = json!({"name": "Huvudsäkring", "fuseA": 63, "phases": 3});
    text(&host.owner.post(&path, main).await.expect(201)["id"])
}

async fn circuit(host: &TestHost, name: &str, parent: &str, fuse_a: i64) -> Value {
    let draft = json!({"name": name, "parentId": parent, "fuseA": fuse_a, "phases": 3});
    host.owner.post(&format!("/circuits?facilityId={}", host.facility), draft).await.expect(201)
}

/// A charge point on a circuit.
pub(crate) async fn point(host: &TestHost, identity: &str, name: &str, circuit: &str) -> Value {
    let draft = json!({"identity": identity, "name": name, "circuitId": circuit, "fuseA": 32});
    host.owner.post(&format!("/charge-points?facilityId={}", host.facility), draft).await.expect(201)
}

/// The charge point calls, and says how its first connector is.
async fn calls(host: &TestHost, point: &Value, status: &str) {
    let charge_point = ChargePointId(text(&point["id"]).parse().unwrap());
    let at = host.clock.now();
    let connection = ConnectionId(Uuid::from_u128(1));
    let report = ConnectorReport {
        number: 1,
        status: status.into(),
        error_code: (status == "Faulted").then(|| "GroundFailure".into()),
        info: None,
        vendor_error_code: None,
        status_at: None,
        heard_at: at,
    };
    let mut tx = host.db.db.write().await.unwrap();
    tx.note_opened(&[Opened { charge_point, connection, at, remote_address: None }]).await.unwrap();
    tx.note_connectors(&[PlacedConnector { charge_point, report }]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn hangs_up(host: &TestHost, point: &Value) {
    let charge_point = ChargePointId(text(&point["id"]).parse().unwrap());
    let closed = Closed { charge_point, connection: ConnectionId(Uuid::from_u128(1)), at: host.clock.now() };
    let mut tx = host.db.db.write().await.unwrap();
    tx.note_closed(&[closed]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn decommission(desk: &Desk, point: &Value, reason: &str) -> stolpe_testkit::Answer {
    let path = format!("/charge-points/{}/decommission", text(&point["id"]));
    let version = format!("\"{}\"", point["rowVersion"]);
    let headers = [("content-type", "application/json"), ("if-match", version.as_str())];
    desk.send("POST", &path, &headers, json!({"reason": reason}).to_string()).await
}

#[rstest]
#[tokio::test]
async fn evc_05_calls_without_the_key_are_counted_until_it_is_brought(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let (charger, mut other) = (host.charger("CP1").await, host.charger("CP2").await);
    let path = format!("/charge-points/{}", charger.id);
    let identity = Identity::parse("CP1").unwrap();
    let wrong = Credentials::read(Credentials::header("CP1", &[7; 20]).as_bytes()).unwrap();
    assert_eq!(host.owner.get(&path).await.expect(200)["turnedAway"], Value::Null);
    for _ in 0..3 {
        let entrance = host.app.receive_call(identity.clone(), Some(&wrong), Some([192, 0, 2, 9].into())).await;
        assert!(matches!(entrance.unwrap(), Entrance::WrongKey));
    }
    let entrance = host.app.receive_call(identity, None, Some([192, 0, 2, 9].into())).await;
    assert!(matches!(entrance.unwrap(), Entrance::WrongKey), "no key at all is not the right one either");
    // The answer to a report means that it is committed, and so is all that was noted before.
    let report = json!({"connectorId": 1, "errorCode": "NoError", "status": "Available"});
    other.call("StatusNotification", report.clone()).await;
    let told = host.owner.get(&path).await.expect(200);
    assert_eq!((&told["turnedAway"]["count"], &told["turnedAway"]["remoteAddress"]), (&json!(4), &json!("192.0.2.9")));
    let _line = host.call_in("CP1").await;
    other.call("StatusNotification", report).await;
    assert_eq!(host.owner.get(&path).await.expect(200)["turnedAway"], Value::Null);
}

#[rstest]
#[tokio::test]
async fn evc_05_one_of_several_owners_neither_sees_nor_takes_what_may_be_anothers(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let main = main_fuse(&host).await;
    let manager = host.as_(Role::Manager, At::Organisation(host.organisation.clone())).await;
    waits(&host, "CP1").await;
    waits(&host, "CP2").await;
    let is_told = async |desk: &Desk| {
        let todo = desk.get("/todo").await.expect(200);
        todo["items"].as_array().unwrap().iter().any(|it| it["kind"] == "charge_point.waiting")
    };
    // Alone on the host, what calls is theirs; training is nobody's.
    host.owner.post("/training", json!({})).await.expect(201);
    assert_eq!(manager.get("/waiting-charge-points").await.expect(200)["items"].as_array().unwrap().len(), 2);
    assert!(is_told(&manager).await);

    let other = json!({"name": "Brf Granen", "country": "SE", "organisationNumber": "769612-3459",
        "street": "Granvägen 1", "postalCode": "392 31", "city": "Kalmar"});
    let other = text(&host.owner.post("/organisations", other).await.expect(201)["id"]);
    assert!(is_told(&manager).await, "an organisation without a facility owns nothing");
    let facility = json!({"code": "GRAN", "name": "Granen", "country": "SE"});
    host.owner.post(&format!("/facilities?organisationId={other}"), facility).await.expect(201);

    let draft = json!({"name": "P-01", "circuitId": main, "fuseA": 32});
    let adoption = format!("/waiting-charge-points/CP1/adoption?facilityId={}", host.facility);
    let shared = (403, "access.shared_host");
    assert_eq!(manager.get("/waiting-charge-points").await.refusal(), shared);
    assert_eq!(manager.post(&adoption, draft.clone()).await.refusal(), shared);
    assert_eq!(manager.delete("/waiting-charge-points/CP2").await.refusal(), shared);
    assert_eq!(manager.post("/market-prices", json!({"content": ""})).await.refusal(), shared);
    assert!(!is_told(&manager).await);
    // Whoever reaches the whole host still does it, and the manager prepares what is theirs.
    assert!(is_told(&host.owner).await);
    host.owner.post(&adoption, draft).await.expect(201);
    point(&host, "CP2", "P-02", &main).await;
    let waiting = host.owner.get("/waiting-charge-points").await.expect(200);
    assert_eq!(waiting["items"], json!([]), "who is prepared waits no longer");
}

#[rstest]
#[tokio::test]
async fn evc_05_who_calls_and_is_unknown_waits_until_somebody_adopts_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let main = main_fuse(&host).await;
    waits(&host, "Låda 1").await;
    waits(&host, "CP2").await;
    let todo = host.owner.get("/todo").await.expect(200);
    let row = todo["items"].as_array().unwrap().iter().find(|it| it["kind"] == "charge_point.waiting").unwrap();
    assert_eq!(row["count"], 2);
    let waiting = host.owner.get("/waiting-charge-points").await.expect(200);
    assert_eq!((waiting["items"].as_array().unwrap().len(), &waiting["items"][1]["vendor"]), (2, &json!("Zaptec")));

    let path = format!("/waiting-charge-points/L%C3%A5da%201/adoption?facilityId={}", host.facility);
    let draft = json!({"name": "P-01", "circuitId": main, "fuseA": 32, "limitA": 20});
    let adopted = host.owner.post_once("adopt-1", &path, draft.clone()).await.expect(201);
    assert_eq!((&adopted["identity"], &adopted["model"]), (&json!("Låda 1"), &json!("Pro")));
    assert_eq!((&adopted["limitA"], &adopted["access"]), (&json!(20), &json!("tags")));
    // The same request again, and the same charge point once more.
    let again = host.owner.post_once("adopt-1", &path, draft.clone()).await.expect(201);
    assert_eq!(again["id"], adopted["id"]);
    assert_eq!(host.owner.post(&path, draft).await.refusal(), (404, "not_found"));
    let waiting = host.owner.get("/waiting-charge-points").await.expect(200);
    assert_eq!(waiting["items"][0]["identity"], "CP2");
    assert_eq!(audit(&host, "charge_point.adopted").await.len(), 1);

    host.owner.delete("/waiting-charge-points/CP2").await.expect(204);
    assert_eq!(host.owner.delete("/waiting-charge-points/CP2").await.refusal(), (404, "not_found"));
    assert_eq!(audit(&host, "charge_point.dismissed").await[0]["before"]["identity"], "CP2");
}

#[rstest]
#[tokio::test]
async fn a_key_is_told_once_and_kept_as_a_digest(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let main = main_fuse(&host).await;
    let it = point(&host, "CP1", "P-01", &main).await;
    assert_eq!(it["credentialSetAt"], json!(null));
    let path = format!("/charge-points/{}", text(&it["id"]));
    let mut keys = Vec::new();
    for _ in 0..2 {
        // Whoever asks twice with one key for "do this once" gets another key: the first can be told no more.
        let told = host.owner.post_once("key-1", &format!("{path}/credential"), json!(null)).await.expect(200);
        keys.push(hex::decode(text(&told["key"])).unwrap());
    }
    assert_eq!((keys[0].len(), keys[0] == keys[1]), (20, false));
    let mut conn = host.db.db.read().await.unwrap();
    let known = conn.find_calling_charge_point(&Identity::parse("CP1").unwrap()).await.unwrap().unwrap();
    assert_eq!(known.credential_digest, Some(stolpe_app::key_digest(&keys[1]).to_vec()));
    drop(conn);
    let read = host.owner.get(&path).await;
    let rows = audit(&host, "charge_point.key_set").await;
    for key in keys {
        for told in [String::from_utf8_lossy(&read.bytes).into_owned(), json!(rows).to_string()] {
            assert!(!told.to_lowercase().contains(&hex::encode(&key)), "{told}");
        }
    }
    assert_eq!(rows.len(), 2);
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    assert_eq!(clerk.post(&format!("{path}/credential"), json!(null)).await.refusal(), (403, "access.denied"));
    let address = clerk.get("/charging-address").await.expect(200);
    assert_eq!(address["url"], "ws://127.0.0.1:8443/ocpp/");
}

#[rstest]
#[tokio::test]
async fn evc_25_a_decommissioned_charge_point_keeps_its_history_and_can_be_adopted_again(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let main = main_fuse(&host).await;
    let it = point(&host, "CP1", "P-01", &main).await;
    let without = decommission(&host.owner, &it, " ").await;
    assert_eq!((without.status, &without.body["fields"]["reason"]), (422, &json!("required")));
    let gone = decommission(&host.owner, &it, "Såld").await.expect(200);
    assert_eq!((&gone["shown"], &gone["decommissionedReason"]), (&json!("decommissioned"), &json!("Såld")));
    assert_eq!(gone["circuitId"], json!(null));
    let path = format!("/charge-points/{}", text(&it["id"]));
    let refused = (409, "charge_point.decommissioned");
    assert_eq!(decommission(&host.owner, &gone, "Igen").await.refusal(), refused);
    assert_eq!(host.owner.patch_at(&path, 2, json!({"name": "P-09"})).await.refusal(), refused);
    assert_eq!(host.owner.post(&format!("{path}/credential"), json!(null)).await.refusal(), refused);

    let again = point(&host, "CP1", "P-01", &main).await;
    assert_ne!(again["id"], it["id"]);
    let of = |state: &str| format!("/charge-points?facilityId={}{state}", host.facility);
    let listed = host.owner.get(&of("")).await.expect(200);
    let ids: Vec<_> = listed["items"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    assert_eq!(ids, [&again["id"]]);
    let listed = host.owner.get(&of("&state=decommissioned")).await.expect(200);
    assert_eq!(listed["items"][0]["id"], it["id"]);
    let rows = audit(&host, "charge_point.decommissioned").await;
    assert_eq!((rows.len(), &rows[0]["reason"], &rows[0]["before"]["name"]), (1, &json!("Såld"), &json!("P-01")));
}

#[rstest]
#[tokio::test]
async fn evc_26_what_hangs_on_a_circuit_is_named_when_it_cannot_be_removed(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let main = main_fuse(&host).await;
    let group = circuit(&host, "G1", &main, 32).await;
    let it = point(&host, "CP1", "P-01", &main).await;
    let path = format!("/circuits/{main}");
    let refused = host.owner.delete_at(&path, 1).await;
    assert_eq!(refused.refusal(), (409, "circuit.carries"));
    let blockers = &refused.body["params"]["blockers"];
    assert_eq!((&blockers[0]["kind"], &blockers[0]["name"]), (&json!("circuit"), &json!("G1")));
    assert_eq!((&blockers[1]["kind"], &blockers[1]["id"]), (&json!("charge_point"), &it["id"]));

    // Moved and decommissioned, nothing is in the way any more.
    let moved = json!({"circuitId": group["id"]});
    host.owner.patch_at(&format!("/charge-points/{}", text(&it["id"])), 1, moved).await.expect(200);
    assert_eq!(host.owner.delete_at(&path, 1).await.body["params"]["chargePoints"], 0);
    let it = host.owner.get(&format!("/charge-points/{}", text(&it["id"]))).await.expect(200);
    assert_eq!(it["circuitName"], "G1");
    decommission(&host.owner, &it, "Såld").await.expect(200);
    host.owner.delete_at(&format!("/circuits/{}", text(&group["id"])), 1).await.expect(204);
    host.owner.delete_at(&path, 1).await.expect(204);
}

#[rstest]
#[tokio::test]
async fn evc_08_fuses_limits_and_phases_fit_together(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let main = main_fuse(&host).await;
    let it = point(&host, "CP1", "P-01", &main).await;
    let path = format!("/charge-points/{}", text(&it["id"]));
    for (change, field, code) in [
        (json!({"limitA": 40}), "limitA", "limit.above_fuse"),
        (json!({"fuseA": 0, "limitA": null}), "fuseA", "fuse.out_of_range"),
        (json!({"circuitId": Uuid::nil()}), "circuitId", "circuit.unknown"),
        (json!({"identity": "a/b"}), "identity", "identity.malformed"),
    ] {
        let refused = host.owner.patch_at(&path, 1, change).await;
        assert_eq!((refused.status, &refused.body["fields"][field]), (422, &json!(code)));
    }
    let narrow = host.owner.patch_at(&format!("/circuits/{main}"), 1, json!({"phases": 1})).await;
    assert_eq!(narrow.body["fields"]["phases"], "phases.fewer_than_below");
    host.owner.patch_at(&path, 1, json!({"phaseRotation": "L2"})).await.expect(200);
    host.owner.patch_at(&format!("/circuits/{main}"), 1, json!({"phases": 1})).await.expect(200);
    let stale = host.owner.patch_at(&path, 1, json!({"limitA": 10})).await;
    assert_eq!((stale.status, &stale.body["current"]["phaseRotation"]), (412, &json!("L2")));
}

#[rstest]
#[tokio::test]
async fn an_identity_is_changed_only_before_the_first_call(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let main = main_fuse(&host).await;
    let it = point(&host, "CP1", "P-01", &main).await;
    point(&host, "CP9", "P-09", &main).await;
    let path = format!("/charge-points/{}", text(&it["id"]));
    let taken = host.owner.patch_at(&path, 1, json!({"identity": "CP9"})).await;
    assert_eq!(taken.refusal(), (409, "charge_point.identity_taken"));
    host.owner.patch_at(&path, 1, json!({"identity": "CP2"})).await.expect(200);
    calls(&host, &it, "Available").await;
    let called = host.owner.patch_at(&path, 2, json!({"identity": "CP3"})).await;
    assert_eq!((called.status, &called.body["fields"]["identity"]), (422, &json!("identity.in_use")));
    let draft = json!({"identity": "CP2", "name": "P-05", "circuitId": main, "fuseA": 32});
    let twice = host.owner.post(&format!("/charge-points?facilityId={}", host.facility), draft).await;
    assert_eq!(twice.refusal(), (409, "charge_point.identity_taken"));
}

#[rstest]
#[tokio::test]
async fn evc_12_the_tree_says_how_everything_is_and_what_is_worst(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let main = main_fuse(&host).await;
    let group = circuit(&host, "G1", &main, 80).await;
    let first = point(&host, "CP1", "P-01", &main).await;
    let second = point(&host, "CP2", "P-02", group["id"].as_str().unwrap()).await;
    let third = point(&host, "CP3", "P-03", group["id"].as_str().unwrap()).await;
    calls(&host, &first, "Charging").await;
    calls(&host, &second, "Faulted").await;
    calls(&host, &third, "Available").await;
    host.clock.advance(TimeDelta::minutes(2));
    hangs_up(&host, &third).await;
    let tree = host.owner.get(&format!("/charging-tree?facilityId={}", host.facility)).await.expect(200);
    let points: Vec<(String, String)> =
        tree["chargePoints"].as_array().unwrap().iter().map(|it| (text(&it["name"]), text(&it["shown"]))).collect();
    let expected = [("P-01", "charging"), ("P-02", "fault"), ("P-03", "offline")];
    assert_eq!(points, expected.map(|(name, shown)| (name.to_owned(), shown.to_owned())));
    assert_eq!(tree["chargePoints"][1]["connectors"][0]["errorCode"], "GroundFailure");
    let circuits = tree["circuits"].as_array().unwrap();
    let of = |name: &str| circuits.iter().find(|it| it["name"] == name).unwrap();
    assert_eq!((&of("Huvudsäkring")["worst"], &of("G1")["worst"]), (&json!("fault"), &json!("fault")));
    assert_eq!(of("Huvudsäkring")["counts"].as_array().unwrap().len(), 3);
    assert_eq!((&of("G1")["exceedsParent"], &of("Huvudsäkring")["exceedsParent"]), (&json!(true), &json!(false)));

    // EVC-28: what is broken or away waits for somebody, in its facility.
    let todo = host.owner.get("/todo").await.expect(200);
    let row = |kind: &str| todo["items"].as_array().unwrap().iter().find(|it| it["kind"] == kind).cloned();
    assert_eq!(row("charge_point.fault").unwrap()["count"], 1);
    assert_eq!(row("charge_point.offline").unwrap()["facilityId"], json!(host.facility));
    // What was deactivated on purpose is nobody's loss.
    let path = format!("/charge-points/{}", text(&third["id"]));
    host.owner.patch_at(&path, 1, json!({"deactivated": true})).await.expect(200);
    let todo = host.owner.get("/todo").await.expect(200);
    assert!(todo["items"].as_array().unwrap().iter().all(|it| it["kind"] != "charge_point.offline"));
    assert_eq!(host.owner.get(&path).await.expect(200)["shown"], "deactivated");
}

#[rstest]
#[tokio::test]
async fn charge_points_are_found_where_one_may_see_them(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let main = main_fuse(&host).await;
    let it = point(&host, "ZAP-4711", "Garaget 7", &main).await;
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    let warden = host.as_(Role::Warden, At::Facility(host.facility.clone())).await;
    for query in ["garaget", "zap-4711", "4711", "Garaget%207"] {
        let found = clerk.get(&format!("/search?q={query}")).await.expect(200);
        let hit = found["items"].as_array().unwrap().iter().find(|hit| hit["kind"] == "charge_point");
        assert_eq!(hit.map(|hit| &hit["id"]), Some(&it["id"]), "{query}: {found}");
    }
    assert!(warden.get("/search?q=garaget").await.expect(200)["items"].as_array().unwrap().is_empty());
    assert_eq!(warden.get("/charge-points").await.refusal(), (403, "access.denied"));
    let renamed = json!({"name": "Gården"});
    host.owner.patch_at(&format!("/charge-points/{}", text(&it["id"])), 1, renamed).await.expect(200);
    let found = clerk.get("/search?q=garaget").await.expect(200);
    assert!(found["items"].as_array().unwrap().is_empty(), "{found}");
}

#[rstest]
#[tokio::test]
async fn the_training_facility_has_charge_points_in_every_state_and_goes_with_them(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    host.owner.post("/training", json!({})).await.expect(201);
    let facilities = host.owner.get("/facilities").await.expect(200);
    let training = facilities["items"].as_array().unwrap().iter().find(|it| it["code"] == "OVNING").unwrap().clone();
    let tree = host.owner.get(&format!("/charging-tree?facilityId={}", text(&training["id"]))).await.expect(200);
    let main = tree["circuits"].as_array().unwrap().iter().find(|it| it["parentId"].is_null()).unwrap();
    let shown: Vec<String> = main["counts"].as_array().unwrap().iter().map(|it| text(&it["shown"])).collect();
    for state in ["ready", "charging", "waiting", "fault", "offline", "expected", "deactivated"] {
        assert!(shown.iter().any(|it| it == state), "{state} is not among {shown:?}");
    }
    let path = format!("/tags?organisationId={}", text(&training["organisationId"]));
    assert!(host.owner.get(&path).await.expect(200)["items"].as_array().unwrap().len() > 20);
    let at = format!("facilityId={}", text(&training["id"]));
    let sessions = async |state: &str| {
        let page = host.owner.get(&format!("/sessions?{at}&limit=200{state}")).await.expect(200);
        page["items"].as_array().unwrap().clone()
    };
    assert_eq!(sessions("").await.len(), 200, "a year of them");
    assert_eq!(sessions("&state=open").await.len(), 2);
    let doubtful = sessions("&state=to_look_at").await;
    assert_eq!(doubtful.iter().map(|it| &it["doubts"][0]["doubt"]).collect::<Vec<_>>(), [&json!("register_fell")]);
    let clean = &sessions("&state=closed").await[5];
    let proof = host.owner.get(&format!("/sessions/{}", text(&clean["id"]))).await.expect(200);
    assert_eq!((&proof["doubts"], &proof["cost"]["waits"]), (&json!([]), &json!([])), "{proof}");
    assert!(proof["cost"]["months"][0]["grossMinor"].as_i64().unwrap() > 0);
    assert_eq!(
        host.owner.get(&format!("/stray-messages?{at}")).await.expect(200)["items"].as_array().unwrap().len(),
        1
    );
    host.owner.delete("/training").await.expect(204);
    assert!(host.owner.get("/sessions").await.expect(200)["items"].as_array().unwrap().is_empty());
    assert!(host.owner.get("/charge-points").await.expect(200)["items"].as_array().unwrap().is_empty());
}
