//! Signing in, and everything that guards it.

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_ports::clock::Clock as _;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::host::{OWNER, PASSWORD};
use stolpe_testkit::{Answer, At, Desk, TestHost};
use totp_rs::{Builder, Secret};

/// A resident of Ekbacken with this username and [`PASSWORD`]; answers person and login.
async fn resident(host: &TestHost, username: &str, initial: bool) -> (String, String) {
    let path = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let draft = json!({"givenName": "Åke", "familyName": "Ödman", "language": "sv", "email": "ake@example.se"});
    let person = host.owner.post(&path, draft).await.expect(201)["id"].as_str().unwrap().to_owned();
    let login = json!({"personId": person, "facilityId": host.facility, "username": username});
    let login = host.owner.post("/logins", login).await.expect(201)["id"].as_str().unwrap().to_owned();
    host.give_password(&login, initial).await;
    (person, login)
}

async fn try_in(host: &TestHost, facility: Option<&str>, username: &str, password: &str) -> Answer {
    host.nobody().post("/login", json!({"facility": facility, "username": username, "password": password})).await
}

#[rstest]
#[tokio::test]
async fn pre_04_a_resident_signs_in_with_facility_username_and_password(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    resident(&host, "A1101", false).await;
    let me = try_in(&host, Some(" ekb "), "a 1101", PASSWORD).await.expect(200)["me"].clone();
    insta::assert_json_snapshot!("me_of_a_resident", me, {
        ".loginId" => "[id]", ".personId" => "[id]", ".memberships[].id" => "[id]",
    });
    for (facility, username, password) in [
        (Some("EKB"), "A1101", "Kalmar-Ek-78!"),
        (Some("EKB"), "A1102", PASSWORD),
        (Some("NOWHERE"), "A1101", PASSWORD),
        (None, "A1101", PASSWORD),
        (Some("EKB"), OWNER, PASSWORD),
    ] {
        let refused = try_in(&host, facility, username, password).await;
        assert_eq!(refused.refusal(), (401, "login.refused"), "{facility:?} {username}");
    }
}

#[rstest]
#[tokio::test]
async fn guessing_is_slowed_down_the_same_for_names_that_exist_and_names_that_do_not(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    resident(&host, "A1101", false).await;
    let mut stories = Vec::new();
    for (facility, name) in
        [(Some("EKB"), "A1101"), (Some("EKB"), "A9999"), (Some("NOWHERE"), "A1101"), (None, "nobody@example.se")]
    {
        let mut story = Vec::new();
        for _ in 0..8 {
            let refused = try_in(&host, facility, name, "Fel-Ek-77!").await;
            let wait = refused.body["params"]["retryAfterS"].as_i64();
            story.push((refused.status, refused.code().to_owned(), wait));
            host.clock.advance(TimeDelta::seconds(wait.unwrap_or(0)));
        }
        stories.push(story);
    }
    let waits: Vec<i64> = stories[0].iter().filter_map(|(_, _, wait)| *wait).collect();
    assert!(waits.len() >= 3 && waits.is_sorted() && waits.first() < waits.last(), "the delay grows: {waits:?}");
    for other in &stories[1..] {
        assert_eq!(&stories[0], other, "the answers tell whether the name exists");
    }
}

#[rstest]
#[tokio::test]
async fn a_locked_login_stays_closed_even_to_the_right_password_until_its_time(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    resident(&host, "A1101", false).await;
    let mut wait = None;
    while wait.is_none() {
        wait = try_in(&host, Some("EKB"), "A1101", "Fel-Ek-77!").await.body["params"]["retryAfterS"].as_i64();
    }
    assert_eq!(try_in(&host, Some("EKB"), "A1101", PASSWORD).await.refusal(), (429, "login.locked"));
    host.clock.advance(TimeDelta::seconds(wait.unwrap()));
    try_in(&host, Some("EKB"), "A1101", PASSWORD).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn the_token_of_an_ended_sign_in_answers_401(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let other = host.sign_in(None, OWNER).await;
    let listed = host.owner.get("/me/sign-ins").await.expect(200);
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert!(items.iter().all(|it| it["device"] == "Firefox, Linux"));
    let foreign = items.iter().find(|it| it["current"] == false).unwrap()["id"].as_str().unwrap();
    host.owner.delete(&format!("/me/sign-ins/{foreign}")).await.expect(204);
    assert_eq!(other.get("/me").await.refusal(), (401, "access.signed_out"));
    assert_eq!(host.owner.delete(&format!("/me/sign-ins/{foreign}")).await.refusal(), (404, "not_found"));
    host.owner.post("/logout", json!(null)).await.expect(204);
    assert_eq!(host.owner.get("/persons").await.refusal(), (401, "access.signed_out"));
}

#[rstest]
#[tokio::test]
async fn a_device_that_stays_silent_for_two_weeks_is_signed_out(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    host.clock.advance(TimeDelta::days(13));
    host.owner.get("/me").await.expect(200);
    host.clock.advance(TimeDelta::days(13));
    host.owner.get("/me").await.expect(200);
    host.clock.advance(TimeDelta::days(14));
    assert_eq!(host.owner.get("/me").await.refusal(), (401, "access.signed_out"));
}

#[rstest]
#[tokio::test]
async fn a_sign_in_ends_after_a_month_however_busy_its_device_is(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mine = host.owner.get("/me/sign-ins").await.expect(200)["items"][0].clone();
    assert_eq!(mine["endsBy"], "2026-12-21T11:00:00Z");
    for _ in 0..29 {
        host.clock.advance(TimeDelta::days(1));
        host.owner.get("/me").await.expect(200);
    }
    host.clock.advance(TimeDelta::hours(23));
    host.owner.get("/me").await.expect(200);
    host.clock.advance(TimeDelta::hours(1));
    assert_eq!(host.owner.get("/me").await.refusal(), (401, "access.signed_out"));
}

#[tokio::test]
async fn a_host_can_be_told_that_a_sign_in_lasts_a_working_day() {
    let mut host = TestHost::new(Sqlite).await;
    host.app = host.app.clone().ending_sign_ins_after(TimeDelta::hours(12));
    let credentials = json!({"username": OWNER, "password": PASSWORD});
    let entered = host.nobody().post("/login", credentials).await.expect(200);
    let desk = host.bearer(&entered["token"]);
    for _ in 0..11 {
        host.clock.advance(TimeDelta::hours(1));
        desk.get("/me").await.expect(200);
    }
    host.clock.advance(TimeDelta::hours(1));
    assert_eq!(desk.get("/me").await.refusal(), (401, "access.signed_out"));
    assert_eq!(host.owner.get("/me").await.status, 200, "what began before keeps its own end until it is used again");
}

fn code(host: &TestHost, secret: &Value, steps: i64) -> String {
    let seed = Secret::try_from_base32(secret.as_str().unwrap()).unwrap();
    let totp = Builder::new().with_secret(seed).with_account_name("x".to_owned()).build().unwrap();
    let at = host.clock.now().timestamp() + steps * 30;
    totp.generate(u64::try_from(at).unwrap()).to_string()
}

#[rstest]
#[tokio::test]
async fn a_second_factor_is_asked_for_once_it_is_confirmed_and_each_code_works_once(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let secret = host.owner.post("/me/totp", json!(null)).await.expect(200)["secret"].clone();
    let wrong = host.owner.put("/me/totp", json!({"code": code(&host, &secret, 5)})).await.expect(422);
    assert_eq!(wrong["fields"], json!({"code": "totp.wrong"}));
    try_in(&host, None, OWNER, PASSWORD).await.expect(200);
    host.owner.put("/me/totp", json!({"code": code(&host, &secret, 0)})).await.expect(204);

    let with = async |code: String| {
        host.nobody().post("/login", json!({"username": OWNER, "password": PASSWORD, "code": code})).await
    };
    assert_eq!(try_in(&host, None, OWNER, PASSWORD).await.refusal(), (401, "login.code_required"));
    assert_eq!(with(code(&host, &secret, 0)).await.refusal(), (401, "login.refused"), "it confirmed already");
    host.clock.advance(TimeDelta::seconds(60));
    assert_eq!(with(code(&host, &secret, -2)).await.refusal(), (401, "login.refused"), "too old");
    assert_eq!(with(code(&host, &secret, 2)).await.refusal(), (401, "login.refused"), "too new");
    let used = code(&host, &secret, 0);
    with(used.clone()).await.expect(200);
    assert_eq!(with(used).await.refusal(), (401, "login.refused"), "a code that was seen is of no use");
    host.clock.advance(TimeDelta::seconds(30));
    with(code(&host, &secret, 0)).await.expect(200);
}

#[rstest]
#[case("Ek-7!aq", "password.too_short")]
#[case("kalmar-ek-77!", "password.no_upper")]
#[case("KALMAR-EK-77!", "password.no_lower")]
#[case("Kalmar-Ek-ab!", "password.no_digit")]
#[case("Kalmar-Ek-77", "password.no_symbol")]
#[case("P@ssw0rd", "password.leaked")]
#[case("", "password.too_short")]
#[tokio::test]
async fn par_04_a_password_that_breaks_the_policy_is_refused_with_the_rule(
    #[case] password: &str,
    #[case] fault: &str,
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let refused = host.owner.post("/me/password", json!({"current": PASSWORD, "new": password})).await.expect(422);
    assert_eq!(refused["fields"], json!({"new": fault}));
    try_in(&host, None, OWNER, PASSWORD).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn pre_06_an_initial_password_opens_nothing_but_the_choice_of_ones_own(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    resident(&host, "A1101", true).await;
    let entered = try_in(&host, Some("EKB"), "A1101", PASSWORD).await.expect(200);
    assert_eq!(entered["me"]["mustChangePassword"], true);
    let desk = host.bearer(&entered["token"]);
    assert_eq!(desk.get("/me").await.expect(200)["permissions"], json!([]));
    for path in ["/me/person", "/me/facilities"] {
        assert_eq!(desk.get(path).await.refusal(), (409, "password.initial"), "{path}");
    }
    assert_eq!(desk.post("/me/totp", json!(null)).await.refusal(), (409, "password.initial"));
    assert_eq!(desk.patch("/me", json!({"email": "x@example.se"})).await.refusal(), (409, "password.initial"));
    assert_eq!(desk.get(&format!("/persons?facilityId={}", host.facility)).await.refusal(), (403, "access.denied"));
    desk.post("/me/password", json!({"current": PASSWORD, "new": "Oskarshamn-88!"})).await.expect(204);
    assert_eq!(desk.get("/me/person").await.expect(200)["name"], "Åke Ödman");
    assert_eq!(try_in(&host, Some("EKB"), "A1101", PASSWORD).await.refusal(), (401, "login.refused"));
}

#[rstest]
#[tokio::test]
async fn par_03_a_reset_link_works_once_and_for_one_hour(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    host.mail_on().await;
    let ask = async || host.nobody().post("/password-resets", json!({"username": OWNER})).await.expect(202);
    let choose = async |token: &str, password: &str| {
        host.nobody().put(&format!("/password-resets/{token}"), json!({"password": password})).await
    };
    ask().await;
    let late = host.link(OWNER).await;
    host.clock.advance(TimeDelta::minutes(60));
    assert_eq!(choose(&late, "Oskarshamn-88!").await.refusal(), (409, "link.dead"));

    ask().await;
    let mail = host.sent().await.pop().unwrap();
    let token = mail.text.lines().find_map(|line| line.split_once('#')).unwrap().1.to_owned();
    insta::assert_snapshot!("reset_mail", format!("{}\n\n{}", mail.subject, mail.text.replace(&token, "[token]")));
    assert_eq!(choose(&token, "kort").await.expect(422)["fields"], json!({"password": "password.too_short"}));
    host.clock.advance(TimeDelta::minutes(59));
    choose(&token, "Oskarshamn-88!").await.expect(204);
    assert_eq!(choose(&token, "Oskarshamn-99!").await.refusal(), (409, "link.dead"));
    assert_eq!(host.owner.get("/me").await.refusal(), (401, "access.signed_out"), "every device must sign in anew");
    try_in(&host, None, OWNER, "Oskarshamn-88!").await.expect(200);
}

#[rstest]
#[tokio::test]
async fn a_reset_answers_the_same_whether_the_login_exists_or_not(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    host.mail_on().await;
    for name in [OWNER, "nobody@example.se"] {
        for _ in 0..2 {
            let asked = host.nobody().post_once("one-key", "/password-resets", json!({"username": name})).await;
            assert_eq!((asked.status, asked.bytes.len()), (202, 0), "{name}: {}", asked.body);
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_link_that_waits_in_the_outbox_is_shown_to_nobody_at_the_desk(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let clerk = host.as_(Role::Clerk, At::Organisation(host.organisation.clone())).await;
    host.nobody().post("/password-resets", json!({"username": OWNER})).await.expect(202);
    host.app.answer_resets().await.unwrap();
    for desk in [&clerk, &host.owner] {
        let notices = desk.get("/notices").await.expect(200);
        let reset = notices["items"].as_array().unwrap().iter().find(|it| it["template"] == "password_reset").unwrap();
        assert_eq!(reset["state"], "queued");
        assert!(reset["body"].as_str().unwrap().contains("#…\n"), "{reset}");
    }
    assert_eq!(host.link(OWNER).await.len(), 43, "the mail itself carries it");
}

#[rstest]
#[tokio::test]
async fn an_invitation_is_taken_up_once_and_a_new_one_kills_the_old(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    host.mail_on().await;
    let address = "per@example.se";
    let invitation = json!({"givenName": "Per", "familyName": "Gran", "email": address, "language": "nb",
        "role": "clerk", "scope": {"kind": "facility", "id": host.facility}});
    let invited = host.owner.post("/staff", invitation.clone()).await.expect(201);
    assert_eq!(host.owner.post("/staff", invitation).await.refusal(), (409, "login.username_taken"));
    let first = host.link(address).await;
    let login = invited["loginId"].as_str().unwrap();
    host.owner.post(&format!("/staff/{login}/invitation"), json!(null)).await.expect(200);
    let mail = host.sent().await.pop().unwrap();
    let second = mail.text.lines().find_map(|line| line.split_once('#')).unwrap().1.to_owned();
    insta::assert_snapshot!(
        "invitation_mail",
        format!("{}\n\n{}", mail.subject, mail.text.replace(&second, "[token]"))
    );

    let nobody = host.nobody();
    assert_eq!(nobody.get(&format!("/invitations/{first}")).await.refusal(), (409, "link.dead"));
    let path = format!("/invitations/{second}");
    insta::assert_json_snapshot!("invitation", nobody.get(&path).await.expect(200));
    nobody.put(&path, json!({"password": PASSWORD})).await.expect(200);
    assert_eq!(nobody.put(&path, json!({"password": PASSWORD})).await.refusal(), (409, "link.dead"));
    let again = host.owner.post(&format!("/staff/{login}/invitation"), json!(null)).await;
    assert_eq!(again.refusal(), (409, "staff.joined"));
}

#[rstest]
#[tokio::test]
async fn the_last_owner_can_neither_be_blocked_nor_made_less(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let login = host.owner.get("/me").await.expect(200)["loginId"].as_str().unwrap().to_owned();
    let roles = format!("/staff/{login}/memberships");
    let clerk = json!({"memberships": [{"role": "clerk", "scope": {"kind": "host"}}]});
    let block = format!("/staff/{login}/block");
    assert_eq!(host.owner.post(&block, json!(null)).await.refusal(), (409, "staff.self"));
    assert_eq!(host.owner.put(&roles, clerk.clone()).await.refusal(), (409, "staff.last_owner"));
    let second = host.as_(Role::Owner, At::Host).await;
    second.put(&roles, clerk).await.expect(200);
    let mine = second.get("/me").await.expect(200)["loginId"].as_str().unwrap().to_owned();
    assert_eq!(host.owner.post(&format!("/staff/{mine}/block"), json!(null)).await.refusal(), (403, "access.denied"));
}

#[rstest]
#[tokio::test]
async fn a_cookie_changes_nothing_without_the_header_of_our_own_page(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let nobody: Desk = host.nobody();
    let input = json!({"username": OWNER, "password": PASSWORD}).to_string();
    let json = ("content-type", "application/json");
    let plain = nobody.send("POST", "/login", &[json], input.clone()).await;
    assert!(!plain.headers.contains_key("set-cookie"), "only our own pages are given a cookie");
    let ours = ("x-requested-with", "stolpe");
    let entered = nobody.send("POST", "/login", &[json, ours], input).await;
    let cookie = entered.headers["set-cookie"].to_str().unwrap().to_owned();
    for word in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let cookie = ("cookie", cookie.split(';').next().unwrap());
    assert_eq!(nobody.send("GET", "/me", &[cookie], "").await.status, 200);
    let logout = nobody.send("POST", "/logout", &[cookie], "").await;
    assert_eq!(logout.refusal(), (403, "access.foreign_page"));
    assert_eq!(nobody.send("POST", "/logout", &[cookie, ours], "").await.status, 204);
}
