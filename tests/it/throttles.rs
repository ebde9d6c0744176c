//! Guessing gets slower, whatever is guessed, and neither a restart nor many guesses at once help.

use crate::story::text;
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_ports::clock::Clock as _;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::host::{OWNER, PASSWORD};
use stolpe_testkit::{Answer, At, Desk, TestHost};
use tokio::task::JoinSet;
use totp_rs::{Builder, Secret};

const WRONG: &str = "Fel-Ek-77!";

/// The seconds that an answer asks to wait: in the header and in the document alike.
#[track_caller]
fn wait(answer: &Answer, code: &str) -> TimeDelta {
    assert_eq!(answer.refusal(), (429, code), "{}", answer.body);
    let seconds = answer.body["params"]["retryAfterS"].as_i64().unwrap();
    assert_eq!(answer.headers["retry-after"].to_str().unwrap(), seconds.to_string());
    assert!((1..=3_600).contains(&seconds), "{seconds}");
    TimeDelta::seconds(seconds)
}

async fn try_in(desk: &Desk, username: &str, password: &str) -> Answer {
    desk.post("/login", json!({"username": username, "password": password})).await
}

async fn restarted(host: TestHost) -> TestHost {
    let keychain = host.keychain.clone();
    host.restarted(keychain).await
}

fn code(host: &TestHost, secret: &Value, steps: i64) -> String {
    let seed = Secret::try_from_base32(secret.as_str().unwrap()).unwrap();
    let totp = Builder::new().with_secret(seed).with_account_name("x".to_owned()).build().unwrap();
    totp.generate(u64::try_from(host.clock.now().timestamp() + steps * 30).unwrap()).to_string()
}

#[rstest]
#[tokio::test]
async fn wrong_current_passwords_have_to_wait_and_a_restart_forgets_none(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let change = async |host: &TestHost, current: &str| {
        host.owner.post("/me/password", json!({"current": current, "new": "Oskarshamn-88!"})).await
    };
    for _ in 0..4 {
        assert_eq!(change(&host, WRONG).await.expect(422)["fields"], json!({"current": "password.wrong"}));
    }
    wait(&change(&host, WRONG).await, "password.wait");
    let host = restarted(host).await;
    let closed = wait(&change(&host, PASSWORD).await, "password.wait");
    try_in(&host.nobody(), OWNER, PASSWORD).await.expect(200);
    host.clock.advance(closed);
    change(&host, PASSWORD).await.expect(204);
    let refused = host.owner.get("/audit?action=login.proof_refused").await.expect(200);
    assert_eq!(refused["total"]["count"], 5, "every wrong password is on the log");
    assert_eq!(change(&host, WRONG).await.status, 422, "the right one has made it good");
}

#[rstest]
#[tokio::test]
async fn wrong_codes_of_somebody_signed_in_have_to_wait(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let secret = host.owner.post("/me/totp", json!(null)).await.expect(200)["secret"].clone();
    for steps in 5..9 {
        let wrong = json!({"code": code(&host, &secret, steps)});
        assert_eq!(host.owner.put("/me/totp", wrong).await.expect(422)["fields"], json!({"code": "totp.wrong"}));
    }
    wait(&host.owner.put("/me/totp", json!({"code": code(&host, &secret, 9)})).await, "totp.wait");
    let host = restarted(host).await;
    let off = json!({"code": code(&host, &secret, 0)}).to_string();
    let json_body = [("content-type", "application/json")];
    let closed = wait(&host.owner.send("DELETE", "/me/totp", &json_body, off).await, "totp.wait");
    host.clock.advance(closed);
    host.owner.put("/me/totp", json!({"code": code(&host, &secret, 0)})).await.expect(204);
}

#[rstest]
#[tokio::test]
async fn wrong_codes_at_the_sign_in_close_the_login_and_asking_for_one_does_not(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let secret = host.owner.post("/me/totp", json!(null)).await.expect(200)["secret"].clone();
    host.owner.put("/me/totp", json!({"code": code(&host, &secret, 0)})).await.expect(204);
    host.clock.advance(TimeDelta::minutes(5));
    for _ in 0..9 {
        assert_eq!(try_in(&host.nobody(), OWNER, PASSWORD).await.refusal(), (401, "login.code_required"));
    }
    let with = async |host: &TestHost, steps: i64| {
        let input = json!({"username": OWNER, "password": PASSWORD, "code": code(host, &secret, steps)});
        host.nobody().post("/login", input).await
    };
    for steps in 5..9 {
        assert_eq!(with(&host, steps).await.refusal(), (401, "login.refused"));
    }
    wait(&with(&host, 9).await, "login.locked");
    let host = restarted(host).await;
    let closed = wait(&with(&host, 0).await, "login.locked");
    host.clock.advance(closed);
    with(&host, 0).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn names_that_exist_and_names_that_do_not_wait_the_same_after_a_restart_and_after_a_silence(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let mut host = TestHost::new(engine).await;
    let mut stories: [Vec<(u16, String, i64)>; 2] = Default::default();
    // The silences are such after which little, some and all is forgotten.
    for silence in [TimeDelta::zero(), TimeDelta::hours(2), TimeDelta::hours(20), TimeDelta::days(8)] {
        host.clock.advance(silence);
        for _ in 0..7 {
            host = restarted(host).await;
            let mut longest = 0;
            for (name, story) in [OWNER, "nobody@example.se"].into_iter().zip(&mut stories) {
                let refused = try_in(&host.nobody(), name, WRONG).await;
                let seconds = refused.body["params"]["retryAfterS"].as_i64().unwrap_or_default();
                story.push((refused.status, refused.code().to_owned(), seconds));
                longest = longest.max(seconds);
            }
            host.clock.advance(TimeDelta::seconds(longest));
        }
    }
    let [known, unknown] = stories;
    assert_eq!(known, unknown, "the answers tell whether the name exists");
    assert!(known[..7].iter().any(|(status, ..)| *status == 429), "{known:?}");
    assert_eq!(known[21].0, 401, "a week of silence makes everything good: {known:?}");
}

#[rstest]
#[case::known(OWNER)]
#[case::unknown("nobody@example.se")]
#[tokio::test]
async fn many_guesses_at_once_are_counted_one_by_one(
    #[case] name: &'static str,
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let mut guesses = JoinSet::new();
    for _ in 0..25 {
        let desk = host.nobody();
        guesses.spawn(async move { try_in(&desk, name, WRONG).await });
    }
    let answers = guesses.join_all().await;
    let looked_at = answers.iter().filter(|answer| answer.refusal() == (401, "login.refused")).count();
    assert_eq!(looked_at, 4, "the fifth closes the name");
    assert!(answers.iter().all(|answer| matches!(answer.status, 401 | 429)));
    wait(&try_in(&host.nobody(), name, PASSWORD).await, "login.locked");
}

#[rstest]
#[tokio::test]
async fn one_address_cannot_try_a_password_on_everybody(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let guesser = host.nobody().from("2001:db8:1:2::1");
    for n in 0..30 {
        let refused = try_in(&guesser, &format!("nobody{n}@example.se"), WRONG).await;
        assert_eq!(refused.refusal(), (401, "login.refused"), "{n}");
    }
    let host = restarted(host).await;
    // The next machine on the same line is no other guesser.
    let neighbour = host.nobody().from("2001:db8:1:2::ffff");
    let closed = wait(&try_in(&neighbour, OWNER, PASSWORD).await, "login.locked");
    try_in(&host.nobody().from("2001:db8:1:3::1"), OWNER, PASSWORD).await.expect(200);
    host.clock.advance(closed);
    try_in(&neighbour, OWNER, PASSWORD).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn people_who_sign_in_rightly_never_wait_for_their_neighbours(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let office = host.nobody().from("192.0.2.7");
    for _ in 0..40 {
        try_in(&office, OWNER, PASSWORD).await.expect(200);
    }
}

#[rstest]
#[tokio::test]
async fn par_03_links_asked_for_in_one_name_have_to_wait_whether_it_exists_or_not(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    host.mail_on().await;
    let ask =
        async |host: &TestHost, name: &str| host.nobody().post("/password-resets", json!({"username": name})).await;
    for name in [OWNER, "nobody@example.se"] {
        for _ in 0..3 {
            assert_eq!(ask(&host, name).await.bytes.len(), 0);
        }
        wait(&ask(&host, name).await, "reset.wait");
    }
    let audit = host.owner.get("/audit?action=login.password_reset_asked").await.expect(200);
    assert_eq!(audit["total"]["count"], 0, "asking does the same for every name: it notes the wish");
    assert_eq!(host.owner.get("/notices").await.expect(200)["items"], json!([]));
    let host = restarted(host).await;
    let closed = wait(&ask(&host, OWNER).await, "reset.wait");
    assert_eq!(host.sent().await.len(), 3, "what was asked for before the restart is answered after it");
    let audit = host.owner.get("/audit?action=login.password_reset_asked").await.expect(200);
    assert_eq!(audit["total"]["count"], 3);
    host.clock.advance(closed);
    ask(&host, OWNER).await.expect(202);
    assert_eq!(host.sent().await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn one_address_cannot_ask_for_links_for_everybody(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let ask = async |host: &TestHost, from: &str, name: &str| {
        host.nobody().from(from).post("/password-resets", json!({"username": name})).await
    };
    for n in 0..30 {
        ask(&host, "192.0.2.7", &format!("a{n}@example.se")).await.expect(202);
    }
    let host = restarted(host).await;
    let closed = wait(&ask(&host, "192.0.2.7", OWNER).await, "reset.wait");
    ask(&host, "192.0.2.8", OWNER).await.expect(202);
    host.clock.advance(closed);
    ask(&host, "192.0.2.7", OWNER).await.expect(202);
}

#[rstest]
#[tokio::test]
async fn guesses_at_links_have_to_wait_and_a_right_link_is_no_guess(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    host.mail_on().await;
    let address = "per@example.se";
    let invitation = json!({"givenName": "Per", "familyName": "Gran", "email": address, "language": "nb",
        "role": "clerk", "scope": {"kind": "facility", "id": host.facility}});
    host.owner.post("/staff", invitation).await.expect(201);
    let right = format!("/invitations/{}", host.link(address).await);
    let guesser = host.nobody().from("192.0.2.7");
    for _ in 0..40 {
        guesser.get(&right).await.expect(200);
    }
    for n in 0..29 {
        let dead = match n % 3 {
            0 => guesser.get(&format!("/invitations/x{n}")).await,
            1 => guesser.put(&format!("/invitations/x{n}"), json!({"password": PASSWORD})).await,
            _ => guesser.put(&format!("/password-resets/x{n}"), json!({"password": PASSWORD})).await,
        };
        assert_eq!(dead.refusal(), (409, "link.dead"), "{n}");
    }
    wait(&guesser.get("/invitations/x29").await, "link.wait");
    let host = restarted(host).await;
    let guesser = host.nobody().from("192.0.2.7");
    let closed = wait(&guesser.get(&right).await, "link.wait");
    host.nobody().from("192.0.2.8").get(&right).await.expect(200);
    host.clock.advance(closed);
    guesser.put(&right, json!({"password": PASSWORD})).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn guesses_at_the_recovery_code_have_to_wait(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let recover = async |host: &TestHost, from: &str, code: &str| {
        host.nobody().from(from).post("/vault/recover", json!({"recoveryCode": code})).await
    };
    for _ in 0..4 {
        assert_eq!(recover(&host, "192.0.2.7", "x").await.refusal(), (409, "vault.wrong_code"));
    }
    wait(&recover(&host, "192.0.2.7", "x").await, "vault.wait");
    let host = restarted(host).await;
    let code = host.recovery_code.clone();
    let closed = wait(&recover(&host, "192.0.2.7", &code).await, "vault.wait");
    recover(&host, "192.0.2.8", &code).await.expect(204);
    host.clock.advance(closed);
    recover(&host, "192.0.2.7", &code).await.expect(204);
}

#[rstest]
#[tokio::test]
async fn staff_end_the_wait_of_a_login_by_opening_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let (_, login) = crate::story::resident(&host, "Åke", "Ödman", "A1101").await;
    host.give_password(&login, false).await;
    let try_in = async |password: &str| {
        host.nobody().post("/login", json!({"facility": "EKB", "username": "A1101", "password": password})).await
    };
    for _ in 0..5 {
        try_in(WRONG).await;
    }
    wait(&try_in(PASSWORD).await, "login.locked");
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    let listed = clerk.get(&format!("/persons?facilityId={}&query=%C3%96dman", host.facility)).await.expect(200);
    assert!(text(&listed["items"][0]["logins"][0]["lockedUntil"]).starts_with("2026-11-21T11:00:30"), "{listed}");
    clerk.post(&format!("/logins/{login}/unblock"), json!(null)).await.expect(200);
    try_in(PASSWORD).await.expect(200);
}
