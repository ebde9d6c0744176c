//! A charge point goes over to a new key, which it is told over its line, and is never locked out by it.

use crate::story::{audit, text};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_app::{Due, Ended};
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{At, CHARGER_KEY, Charger, TestHost};

/// A charge point on the line.
struct Story {
    host: TestHost,
    charger: Charger,
    path: String,
}

impl Story {
    async fn new(engine: Engine) -> Self {
        let host = TestHost::new(engine).await;
        let charger = host.charger("CP1").await;
        let path = format!("/charge-points/{}", charger.id);
        Self { host, charger, path }
    }

    /// Somebody presses the button; answers the call that comes, and the key in it.
    async fn told(&mut self) -> (String, Vec<u8>) {
        self.later();
        self.host.owner.post(&format!("{}/key-change", self.path), json!(null)).await.expect(200);
        let call = self.charger.asked().await;
        assert_eq!((&call[2], &call[3]["key"]), (&json!("ChangeConfiguration"), &json!("AuthorizationKey")));
        let digits = text(&call[3]["value"]);
        assert_eq!(digits.len(), 40);
        (text(&call[1]), hex::decode(digits).unwrap())
    }

    /// What is asked from now on is asked later, and stands above.
    fn later(&self) {
        self.host.clock.advance(TimeDelta::seconds(1));
    }

    /// The charge point answers with this status.
    async fn answers(&mut self, id: &str, status: &str) {
        self.charger.say(&json!([3, id, {"status": status}]).to_string()).await;
    }

    /// Its line ends.
    async fn hangs_up(self) -> (TestHost, String) {
        self.charger.line.close().await;
        (self.host, self.path)
    }
}

/// Where the key is: the state of its command and what was answered; null when none is on its way.
async fn stand(host: &TestHost, path: &str) -> Value {
    let it = host.owner.get(path).await.expect(200)["keyChange"].clone();
    if it.is_null() { it } else { json!([it["state"], it["answer"]["status"]]) }
}

/// How the last command ended.
async fn command(host: &TestHost, path: &str) -> Value {
    let last = host.owner.get(&format!("{path}/commands")).await.expect(200)["items"][0].clone();
    assert_eq!(last["operation"], json!({"name": "changeKey"}));
    json!([last["state"], last["answer"]["status"]])
}

/// Everything that the product tells of a charge point, and every message and command as it is kept.
async fn all_that_is_told(host: &TestHost, path: &str) -> String {
    let mut all = json!(audit(host, "charge_point.key_change_asked").await).to_string();
    for part in ["", "/messages?limit=200", "/commands?limit=200"] {
        all.push_str(&String::from_utf8_lossy(&host.owner.get(&format!("{path}{part}")).await.bytes));
    }
    all.to_lowercase()
}

#[rstest]
#[tokio::test]
async fn r12_a_charge_point_that_takes_a_new_key_is_called_back_and_known_by_it_alone(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let mut story = Story::new(engine).await;
    let (id, key) = story.told().await;
    assert_eq!(stand(&story.host, &story.path).await, json!(["delivered", null]));
    let set_at = story.host.owner.get(&story.path).await.expect(200)["credentialSetAt"].clone();
    story.host.clock.advance(TimeDelta::seconds(1));
    story.answers(&id, "Accepted").await;
    // It has said yes; whether it has the key shows when it calls with it.
    assert_eq!(stand(&story.host, &story.path).await, json!(["obeyed", "Accepted"]));
    assert!(matches!(story.charger.line.due().await, Due::End(Ended::KeyTaken)));
    let (host, path) = story.hangs_up().await;
    assert!(host.call_with("CP1", &CHARGER_KEY).await.is_some(), "the old one opens until then");
    assert_eq!(stand(&host, &path).await, json!(["obeyed", "Accepted"]));

    let line = host.call_with("CP1", &key).await.expect("the new one opens");
    assert_eq!(stand(&host, &path).await, json!(null));
    assert_eq!(command(&host, &path).await, json!(["verified", "Accepted"]));
    assert!(host.owner.get(&path).await.expect(200)["credentialSetAt"].as_str() > set_at.as_str());
    assert!(host.call_with("CP1", &CHARGER_KEY).await.is_none(), "the old one opens nothing any more");
    drop(line);
    let digits = hex::encode(&key);
    assert!(!all_that_is_told(&host, &path).await.contains(&digits));
    let rows = audit(&host, "charge_point.key_changed").await;
    assert_eq!((rows.len(), &rows[0]["actorId"]), (1, &json!(null)), "nobody did, it showed: {rows:?}");
    assert!(host.call_with("CP1", digits.as_bytes()).await.is_some(), "written in digits it is the same");
}

#[rstest]
#[tokio::test]
async fn a_charge_point_that_needs_a_restart_keeps_its_line_and_comes_back_with_either_key(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let mut story = Story::new(engine).await;
    let (id, key) = story.told().await;
    story.answers(&id, "RebootRequired").await;
    assert_eq!(stand(&story.host, &story.path).await, json!(["obeyed", "RebootRequired"]));
    // The line goes on: the next thing that is asked goes over it.
    let clear = json!({"name": "clearCache"});
    story.host.owner.post(&format!("{}/commands", story.path), clear).await.expect(201);
    assert_eq!(story.charger.asked().await[2], "ClearCache");
    let (host, path) = story.hangs_up().await;
    assert!(host.call_with("CP1", &CHARGER_KEY).await.is_some());
    assert_eq!(stand(&host, &path).await, json!(["obeyed", "RebootRequired"]));
    assert!(host.call_with("CP1", &key).await.is_some());
    assert_eq!(stand(&host, &path).await, json!(null));
    assert!(host.call_with("CP1", &CHARGER_KEY).await.is_none());
}

#[rstest]
#[case("Rejected")]
#[case("NotSupported")]
#[tokio::test]
async fn a_charge_point_that_says_no_keeps_the_key_that_it_has(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] word: &str,
) {
    let mut story = Story::new(engine).await;
    let (id, key) = story.told().await;
    story.answers(&id, word).await;
    assert_eq!(stand(&story.host, &story.path).await, json!(null));
    assert_eq!(command(&story.host, &story.path).await, json!(["refused", word]));
    assert!(story.host.call_with("CP1", &key).await.is_none());
    assert!(story.host.call_with("CP1", &CHARGER_KEY).await.is_some());
}

#[rstest]
#[tokio::test]
async fn an_error_is_no_proof_and_whatever_it_repeats_of_the_key_is_kept_nowhere(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let mut story = Story::new(engine).await;
    let (id, key) = story.told().await;
    let digits = hex::encode(&key);
    let complaint = json!([4, id, "InternalError", format!("{digits}?"), {"value": digits.to_uppercase()}]);
    story.charger.say(&complaint.to_string()).await;
    let info = json!({"connectorId": 0, "errorCode": "NoError", "status": "Available", "info": digits});
    story.charger.call("StatusNotification", info).await;
    let it = story.host.owner.get(&story.path).await.expect(200)["keyChange"].clone();
    assert_eq!((&it["state"], &it["answer"]["errorCode"]), (&json!("refused"), &json!("InternalError")));
    assert_eq!(it["answer"]["description"], "•••?");
    assert!(!all_that_is_told(&story.host, &story.path).await.contains(&digits));
    let (host, path) = story.hangs_up().await;
    assert!(host.call_with("CP1", &key).await.is_some(), "it has taken it after all");
    assert_eq!(stand(&host, &path).await, json!(null));
}

#[rstest]
#[case::with_the_old_key(false)]
#[case::with_the_new_key(true)]
#[tokio::test]
async fn a_charge_point_that_dies_before_it_answers_comes_back_with_the_key_that_it_has(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] took_it: bool,
) {
    let mut story = Story::new(engine).await;
    let (_, key) = story.told().await;
    let id = story.charger.id;
    let (host, path) = story.hangs_up().await;
    assert_eq!(stand(&host, &path).await, json!(["gone", null]));
    if took_it {
        assert!(host.call_with("CP1", &key).await.is_some());
        assert_eq!((stand(&host, &path).await, command(&host, &path).await), (json!(null), json!(["verified", null])));
        return;
    }
    let line = host.call_with("CP1", &CHARGER_KEY).await.expect("the old one opens");
    // Asked once more it is told the same key: there is never a third one that it could have.
    let mut story = Story { charger: Charger::on(id, line), path, host };
    let (id, again) = story.told().await;
    assert_eq!(again, key);
    // Who has it already may say no to it, so that a no is no proof this time.
    story.answers(&id, "Rejected").await;
    assert_eq!(stand(&story.host, &story.path).await, json!(["refused", "Rejected"]));
    assert!(story.host.call_with("CP1", &CHARGER_KEY).await.is_some());
    assert!(story.host.call_with("CP1", &key).await.is_some());
    assert_eq!(command(&story.host, &story.path).await, json!(["verified", "Rejected"]));
}

#[rstest]
#[tokio::test]
async fn a_silent_charge_point_can_be_left_with_its_old_key_and_its_late_yes_does_not_hang_up(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let mut story = Story::new(engine).await;
    let (id, key) = story.told().await;
    story.host.clock.advance(TimeDelta::seconds(31));
    let due = story.charger.line.due().await;
    assert!(matches!(due, Due::Silence), "{due:?}");
    story.charger.line.act(due).await;
    assert_eq!(stand(&story.host, &story.path).await, json!(["silent", null]));
    let path = format!("{}/key-change", story.path);
    story.host.owner.delete(&path).await.expect(204);
    assert_eq!(stand(&story.host, &story.path).await, json!(null));
    assert_eq!(story.host.owner.delete(&path).await.refusal(), (404, "not_found"));
    assert_eq!(audit(&story.host, "charge_point.key_change_given_up").await.len(), 1);
    // The line stands, so that it can be told another one over it.
    story.answers(&id, "Accepted").await;
    let (id, other) = story.told().await;
    assert_ne!(other, key);
    story.answers(&id, "Accepted").await;
    assert!(matches!(story.charger.line.due().await, Due::End(Ended::KeyTaken)));
    assert!(story.host.call_with("CP1", &key).await.is_none(), "what was given up opens nothing");
    assert!(story.host.call_with("CP1", &other).await.is_some());
}

#[rstest]
#[tokio::test]
async fn a_key_that_is_given_up_before_it_has_left_never_leaves(#[values(Sqlite, Postgres)] engine: Engine) {
    let mut story = Story::new(engine).await;
    let commands = format!("{}/commands", story.path);
    story.host.owner.post(&commands, json!({"name": "clearCache"})).await.expect(201);
    let first = story.charger.asked().await;
    let path = format!("{}/key-change", story.path);
    story.later();
    story.host.owner.post(&path, json!(null)).await.expect(200);
    story.later();
    story.host.owner.post(&commands, json!({"name": "clearCache"})).await.expect(201);
    // Both wait behind the first, which is not answered yet.
    for _ in 0..2 {
        let due = story.charger.line.due().await;
        assert!(story.charger.line.act(due).await.is_empty());
    }
    assert_eq!(stand(&story.host, &story.path).await, json!(["asked", null]));
    story.host.owner.delete(&path).await.expect(204);
    let next = story.charger.say(&json!([3, first[1], {"status": "Accepted"}]).to_string()).await;
    assert_eq!(next[2], "ClearCache", "the key is passed over");
    let items = story.host.owner.get(&commands).await.expect(200)["items"].clone();
    assert_eq!(
        items.as_array().unwrap().iter().map(|it| &it["state"]).collect::<Vec<_>>(),
        ["delivered", "gone", "verified"]
    );
}

#[rstest]
#[tokio::test]
async fn a_key_that_is_typed_in_by_hand_ends_the_one_on_its_way(#[values(Sqlite, Postgres)] engine: Engine) {
    let mut story = Story::new(engine).await;
    let (_, key) = story.told().await;
    let by_hand = story.host.owner.post(&format!("{}/credential", story.path), json!(null)).await.expect(200);
    assert_eq!(stand(&story.host, &story.path).await, json!(null));
    for (opens, key) in
        [(false, key), (false, CHARGER_KEY.to_vec()), (true, hex::decode(text(&by_hand["key"])).unwrap())]
    {
        assert_eq!(story.host.call_with("CP1", &key).await.is_some(), opens);
    }
}

#[rstest]
#[tokio::test]
async fn a_new_key_is_asked_for_by_those_who_manage_charging_and_told_to_a_charge_point_on_the_line(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let story = Story::new(engine).await;
    let path = format!("{}/key-change", story.path);
    let clerk = story.host.as_(Role::Clerk, At::Facility(story.host.facility.clone())).await;
    assert_eq!(clerk.post(&path, json!(null)).await.refusal(), (403, "access.denied"));
    assert_eq!(clerk.delete(&path).await.refusal(), (403, "access.denied"));
    // The way by which settings are changed is none for a key.
    let setting = json!({"name": "changeConfiguration", "key": "AuthorizationKey", "value": "00"});
    let refused = story.host.owner.post(&format!("{}/commands", story.path), setting).await;
    assert_eq!((refused.status, &refused.body["fields"]["key"]), (422, &json!("command.key_is_secret")));
    let key = json!({"name": "changeKey"});
    assert_eq!(story.host.owner.post(&format!("{}/commands", story.path), key).await.status, 422);
    // Pressed twice with one key for "do this once", it is told once.
    for _ in 0..2 {
        story.host.owner.post_once("rotate-1", &path, json!(null)).await.expect(200);
    }
    let commands = story.host.owner.get(&format!("{}/commands", story.path)).await.expect(200)["items"].clone();
    assert_eq!(commands.as_array().unwrap().len(), 1);
    assert_eq!(audit(&story.host, "charge_point.key_change_asked").await.len(), 1);
    let (host, _) = story.hangs_up().await;
    let mut other = host.charger("CP2").await;
    // The answer to a report means that what was noted before is committed, and so that CP1 has hung up.
    other.call("StatusNotification", json!({"connectorId": 1, "errorCode": "NoError", "status": "Available"})).await;
    assert_eq!(host.owner.post(&path, json!(null)).await.refusal(), (409, "charge_point.offline"));
}

#[tokio::test]
async fn a_key_that_is_asked_for_on_one_host_is_told_over_the_line_on_another() {
    let mut story = Story::new(Postgres).await;
    // The answer to a report means that what was noted before is committed, and so that it is on the line.
    let report = json!({"connectorId": 1, "errorCode": "NoError", "status": "Available"});
    story.charger.call("StatusNotification", report).await;
    let other = story.host.beside().await;
    other.owner.post(&format!("{}/key-change", story.path), json!(null)).await.expect(200);
    let call = story.charger.asked().await;
    story.answers(&text(&call[1]), "Accepted").await;
    let key = hex::decode(text(&call[3]["value"])).unwrap();
    assert!(other.call_with("CP1", &key).await.is_some(), "it may call there as well");
    assert_eq!(command(&story.host, &story.path).await, json!(["verified", "Accepted"]));
    assert!(story.host.call_with("CP1", &CHARGER_KEY).await.is_none());
}
