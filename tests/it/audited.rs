//! Nothing changes without a trace: every changing operation of the API document is carried out, and what the audit log
//! says of each is compared with a printed list.

use crate::authorisation::same_as_file;
use crate::charge_points::waits;
use crate::story::{ended, text};
use crate::walk::{Operation, operations};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use stolpe_domain::access::Role;
use stolpe_domain::sms::SmsProvider;
use stolpe_ports::clock::Clock as _;
use stolpe_ports::error::PortErrorKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::host::{OWNER, PASSWORD, setup_draft};
use stolpe_testkit::mail_server::{MAIL_PASSWORD, USER};
use stolpe_testkit::{At, Desk, MailboxServer, PaymentDouble, PaymentDoubleKind, Protection, SmsDouble, TestHost};
use totp_rs::{Builder, Secret};

/// Operations that leave no row, each with its reason.
const NO_ROW: [(&str, &str); 9] = [
    ("check_payment_agreement", "a provider is asked whether it knows us, and nothing changes by that"),
    ("look_at_bank_file", "nothing is taken in by looking"),
    ("look_at_payout_statuses", "nothing is taken in by looking"),
    ("look_at_settlements", "nothing is taken in by looking"),
    ("offer_totp", "nothing is in force before a code confirms the seed, and the seed is shown to its owner alone"),
    ("preview_tariff", "nothing is saved"),
    ("take_payment_callback", "what is sent is only a hint: what the provider answers when it is asked leaves a row"),
    ("take_sms_report", "what is sent is only a hint: the gateway is asked, and the outbox shows what it answers"),
    ("try_mail_template", "nothing is saved and nothing is sent"),
];

/// What a row must say beside who did what to which thing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    /// The data after: something has come to be.
    After,
    /// The data before and after: something is otherwise.
    BeforeAndAfter,
    /// The data before: something is gone.
    Before,
    /// No data: the action says it all.
    Nothing,
}

/// What the rows of an operation must say.
fn must_say(it: &Operation) -> Says {
    match (it.method.as_str(), it.id.as_str()) {
        (_, "remove_training") => Says::Before,
        ("POST", "read_file" | "set_up" | "make_training") => Says::After,
        (_, "merge_persons" | "change_memberships") | ("PATCH", _) => Says::BeforeAndAfter,
        ("PUT", id) if id.starts_with("change_") || id == "map_import" => Says::BeforeAndAfter,
        ("POST", id) if ["add_", "save_", "invite_staff", "move_in"].iter().any(|word| id.starts_with(word)) => {
            Says::After
        }
        ("DELETE", id) if id.starts_with("remove_") => Says::Before,
        _ => Says::Nothing,
    }
}

/// A walk through every changing operation.
struct Walk {
    host: TestHost,
    operations: BTreeMap<String, Operation>,
    /// Rows of the log that have been told of.
    told: i64,
    lines: BTreeMap<String, String>,
    faults: Vec<String>,
}

impl Walk {
    /// Carries an operation out; answers its body.
    async fn carry_out(&mut self, id: &str, desk: &Desk, path: &str, version: Option<i64>, body: Value) -> Value {
        let it = self.operations.get(id).unwrap_or_else(|| panic!("there is no {id}")).clone();
        let bare = path.split('?').next().unwrap();
        let fits = |(part, name): (&str, &str)| part == name || name.starts_with('{');
        assert!(
            bare.split('/').count() == it.path.split('/').count() && bare.split('/').zip(it.path.split('/')).all(fits),
            "{path} is not {}",
            it.path
        );
        let version = version.map(|version| format!("\"{version}\""));
        let is_file = matches!(
            id,
            "read_file"
                | "look_at_bank_file"
                | "take_bank_file"
                | "look_at_settlements"
                | "take_settlements"
                | "look_at_payout_statuses"
                | "take_payout_statuses"
        );
        let mut headers = vec![("content-type", if is_file { "application/octet-stream" } else { "application/json" })];
        headers.extend(version.as_deref().map(|version| ("if-match", version)));
        let who = match desk.token {
            Some(_) => Some(text(&desk.get("/me").await.expect(200)["loginId"])),
            None => None,
        };
        let sent = if is_file { text(&body) } else { body.to_string() };
        let answer = desk.send(&it.method, path, &headers, sent).await;
        assert!((200..300).contains(&answer.status), "{id}: {} {}", answer.status, answer.body);
        if answer.status == 202 && answer.body["state"] == "running" {
            let job = ended(&self.host, answer.clone()).await;
            assert_eq!(job["state"], "done", "{id}: {job}");
        }
        self.host.app.answer_resets().await.unwrap();
        self.tell(&it, who.as_deref()).await;
        answer.body
    }

    /// Reads what has been written since, and prints it.
    async fn tell(&mut self, it: &Operation, who: Option<&str>) {
        let mut rows = self.rows().await;
        rows.retain(|row| row["seq"].as_i64().unwrap() > self.told);
        rows.reverse();
        self.told = rows.last().map_or(self.told, |row| row["seq"].as_i64().unwrap());
        let mut printed: Vec<String> = Vec::new();
        for row in &rows {
            let by = match (&row["actorId"], who) {
                (Value::String(actor), Some(who)) if actor == who => "caller",
                (Value::String(actor), None) if row["subjectKind"] == "sign_in" && !actor.is_empty() => {
                    "whoever signs in"
                }
                (Value::Null, _) => "nobody",
                _ => "SOMEBODY ELSE",
            };
            let mut line = format!("{} by {by} on {}", text(&row["action"]), text(&row["subjectKind"]));
            for part in ["before", "after", "reason"] {
                if !row[part].is_null() {
                    let _ = write!(line, ", {part}");
                }
            }
            if !printed.contains(&line) {
                printed.push(line);
            }
        }
        let data = |row: &Value, part: &str| !row[part].is_null() && row[part] != json!({});
        let says_it = rows.iter().any(|row| match must_say(it) {
            Says::Nothing => true,
            Says::After => data(row, "after"),
            Says::Before => data(row, "before"),
            Says::BeforeAndAfter => data(row, "before") && data(row, "after") && row["before"] != row["after"],
        });
        let reason = NO_ROW.iter().find(|(id, _)| *id == it.id).map(|(_, reason)| *reason);
        match (reason, rows.is_empty()) {
            (None, true) => self.faults.push(format!("{} leaves no row", it.id)),
            (Some(_), false) => self.faults.push(format!("{} leaves rows, and is said to leave none", it.id)),
            (None, false) if !says_it => self.faults.push(format!("{} does not say what changed: {printed:?}", it.id)),
            _ => {}
        }
        if who.is_some() && rows.iter().any(|row| row["actorId"].as_str().is_some_and(|actor| Some(actor) != who)) {
            self.faults.push(format!("{} names somebody else: {printed:?}", it.id));
        }
        let line = reason.map_or_else(|| printed.join("; "), |reason| format!("none: {reason}"));
        self.lines.insert(it.id.clone(), line);
    }

    /// The latest rows, the latest first.
    async fn rows(&self) -> Vec<Value> {
        self.host.owner.get("/audit?limit=200").await.expect(200)["items"].as_array().unwrap().clone()
    }
}

fn version(of: &Value) -> Option<i64> {
    assert!(of["rowVersion"].is_i64(), "{of} has no version");
    of["rowVersion"].as_i64()
}

fn code(host: &TestHost, secret: &Value) -> Value {
    let seed = Secret::try_from_base32(secret.as_str().unwrap()).unwrap();
    let totp = Builder::new().with_secret(seed).with_account_name("x".to_owned()).build().unwrap();
    json!({"code": totp.generate(u64::try_from(host.clock.now().timestamp()).unwrap()).to_string()})
}

#[rstest]
#[tokio::test]
async fn every_change_leaves_a_row_that_says_who_changed_what(#[values(Sqlite, Postgres)] engine: Engine) {
    let operations: BTreeMap<String, Operation> =
        operations().into_iter().filter(|it| it.method != "GET").map(|it| (it.id.clone(), it)).collect();
    let host = TestHost::bare(engine).await;
    let mut walk = Walk { host, operations, told: 0, lines: BTreeMap::new(), faults: Vec::new() };
    installation(&mut walk).await;
    staff(&mut walk).await;
    places(&mut walk).await;
    charging(&mut walk).await;
    invoices(&mut walk).await;
    people(&mut walk).await;
    logins(&mut walk).await;
    imports(&mut walk).await;
    oneself(&mut walk).await;

    let missing: Vec<&String> = walk.operations.keys().filter(|id| !walk.lines.contains_key(*id)).collect();
    assert!(missing.is_empty(), "the walk does not carry out {missing:?}");
    assert!(walk.faults.is_empty(), "{:#?}", walk.faults);
    assert_eq!(walk.host.owner.get("/audit/proof").await.expect(200)["holds"], true);
    let mut printed = String::from("What the audit log says of each operation that changes something.\n\n");
    for (id, line) in &walk.lines {
        let _ = writeln!(printed, "{id:<24} {line}");
    }
    same_as_file("audit_rows.txt", &printed);
}

async fn installation(walk: &mut Walk) {
    let nobody = walk.host.nobody();
    let answer = nobody.post("/setup", setup_draft()).await.expect(201);
    walk.host.owner = walk.host.bearer(&answer["token"]);
    walk.host.recovery_code = text(&answer["recoveryCode"]);
    walk.host.organisation = text(&walk.host.owner.get("/organisations").await.expect(200)["items"][0]["id"]);
    walk.host.facility = text(&walk.host.owner.get("/facilities").await.expect(200)["items"][0]["id"]);
    let set_up = walk.operations["set_up"].clone();
    walk.tell(&set_up, None).await;
    let owner = walk.host.owner.clone();
    let recovery = json!({"recoveryCode": walk.host.recovery_code});
    walk.carry_out("recover_vault", &nobody, "/vault/recover", None, recovery).await;
    walk.carry_out("make_training", &owner, "/training", None, json!({})).await;
    walk.carry_out("remove_training", &owner, "/training", None, json!({})).await;
    walk.host.mail_on().await;
    let server = MailboxServer::new(Protection::None);
    let mailbox = json!({"enabled": true, "host": "localhost", "port": server.port, "security": "none",
        "username": USER, "password": MAIL_PASSWORD, "folder": "INBOX"});
    let mut another = mailbox.clone();
    another["folder"] = json!("Returer");
    owner.put_at("/settings/mailbox", 0, another).await.expect(200);
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let mail = owner.get("/settings/mail").await.expect(200);
    let draft = json!({"enabled": true, "host": "localhost", "port": 587, "security": "none", "username": null,
        "fromName": "Brf Ekbacken", "fromAddress": "post@ekbacken.example"});
    walk.carry_out("change_mail", &owner, "/settings/mail", version(&mail), draft).await;
    walk.carry_out("test_mail", &owner, "/settings/mail/test", None, json!({"to": OWNER})).await;
    walk.carry_out("change_mailbox", &owner, "/settings/mailbox", Some(1), mailbox).await;
    walk.carry_out("read_mailbox", &owner, "/settings/mailbox/read", None, json!(null)).await;
    let gateway = SmsDouble::start(SmsProvider::Elks);
    walk.host.app = walk.host.app.clone().sending_sms(crate::sms::gateways(&gateway));
    let owner = walk.host.bearer(&json!(walk.host.owner.token));
    let mut off = crate::sms::setting(&gateway);
    off["enabled"] = json!(false);
    owner.put_at("/settings/sms", 0, off).await.expect(200);
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    walk.carry_out("change_sms", &owner, "/settings/sms", Some(1), crate::sms::setting(&gateway)).await;
    walk.carry_out("test_sms", &owner, "/settings/sms/test", None, json!({"to": "+46701234567"})).await;
    let address = owner.get("/settings/address").await.expect(200);
    let reached = json!({"publicUrl": "https://stolpe.example.se"});
    owner.put_at("/settings/address", version(&address).unwrap(), reached).await.expect(200);
    crate::sms::queued(&walk.host, 1, "+46701234567").await;
    walk.host.app.send_due_sms().await.unwrap();
    let report = gateway.report(None, "sent");
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let path = text(&report["address"]).replace("https://stolpe.example.se/api/v1", "");
    // Its fields stand between two marks that no field has.
    let body = json!(format!("&{}&", text(&report["text"])));
    let outside = walk.host.nobody();
    walk.carry_out("take_sms_report", &outside, &path, None, body).await;
    let of = format!("?organisationId={}", walk.host.organisation);
    let texts = owner.get(&format!("/mail-templates{of}")).await.expect(200)["items"][0].clone();
    let path = format!("/mail-templates/{}/{}", text(&texts["kind"]), text(&texts["language"]));
    let own = json!({"subject": "Välkommen", "body": "{name}\n{link}"});
    walk.carry_out("try_mail_template", &owner, &format!("{path}/preview{of}"), None, own.clone()).await;
    let saved = walk.carry_out("change_mail_template", &owner, &format!("{path}{of}"), version(&texts), own).await;
    walk.carry_out("restore_mail_template", &owner, &format!("{path}{of}"), version(&saved), json!(null)).await;
    let address = owner.get("/settings/address").await.expect(200);
    let draft = json!({"publicUrl": "https://stolpe.example"});
    walk.carry_out("change_address", &owner, "/settings/address", version(&address), draft).await;
    let policy = owner.get("/settings/password-policy").await.expect(200);
    let draft = json!({"minLength": 9, "upper": true, "lower": true, "digit": true, "symbol": true,
        "symbols": "!@#$%^*", "blockLeaked": true});
    walk.carry_out("change_policy", &owner, "/settings/password-policy", version(&policy), draft).await;
}

async fn staff(walk: &mut Walk) {
    let owner = walk.host.owner.clone();
    let facility = json!({"kind": "facility", "id": walk.host.facility});
    let invitation = json!({"givenName": "Per", "familyName": "Gran", "email": "per@example.se", "language": "nb",
        "role": "clerk", "scope": facility});
    let login = text(&walk.carry_out("invite_staff", &owner, "/staff", None, invitation).await["loginId"]);
    let at = |what: &str| format!("/staff/{login}/{what}");
    walk.host.sent().await;
    walk.carry_out("invite_again", &owner, &at("invitation"), None, json!(null)).await;
    let link = format!("/invitations/{}", walk.host.link("per@example.se").await);
    let nobody = walk.host.nobody();
    walk.carry_out("accept_invitation", &nobody, &link, None, json!({"password": PASSWORD})).await;
    let roles = json!({"memberships": [{"role": "manager", "scope": facility}]});
    walk.carry_out("change_memberships", &owner, &at("memberships"), None, roles).await;
    walk.carry_out("end_staff_sign_ins", &owner, &at("sign-ins"), None, json!(null)).await;
    walk.carry_out("block_staff", &owner, &at("block"), None, json!(null)).await;
    walk.carry_out("unblock_staff", &owner, &at("unblock"), None, json!(null)).await;
}

async fn places(walk: &mut Walk) {
    let owner = walk.host.owner.clone();
    let draft = json!({"name": "Brf Granen", "country": "SE", "organisationNumber": "769612-3459",
        "street": "Granvägen 1", "postalCode": "392 31", "city": "Kalmar"});
    let other = walk.carry_out("add_organisation", &owner, "/organisations", None, draft).await;
    let path = format!("/organisations/{}", text(&other["id"]));
    let change = json!({"street": "Granvägen 2"});
    walk.carry_out("change_organisation", &owner, &path, version(&other), change).await;

    logo(walk, &format!("/organisations/{}/logo", text(&other["id"]))).await;

    let path = format!("/departments?organisationId={}", walk.host.organisation);
    let department = walk.carry_out("add_department", &owner, &path, None, json!({"name": "Vården"})).await;
    let path = format!("/departments/{}", text(&department["id"]));
    let change = json!({"name": "Omsorgen"});
    let department = walk.carry_out("change_department", &owner, &path, version(&department), change).await;
    walk.carry_out("remove_department", &owner, &path, version(&department), json!(null)).await;

    let path = format!("/facilities?organisationId={}", walk.host.organisation);
    let draft = json!({"code": "EKB2", "name": "Ekbacken 2", "country": "SE"});
    let facility = walk.carry_out("add_facility", &owner, &path, None, draft).await;
    let path = format!("/facilities/{}", text(&facility["id"]));
    walk.carry_out(
        "change_facility",
        &owner,
        &path,
        version(&facility),
        json!({"name": "Ekdungen", "priceArea": "SE3"}),
    )
    .await;

    let path = format!("/units?facilityId={}", walk.host.facility);
    let unit = walk.carry_out("add_unit", &owner, &path, None, json!({"code": "P1", "kind": "parking_space"})).await;
    let path = format!("/units/{}", text(&unit["id"]));
    let unit = walk.carry_out("change_unit", &owner, &path, version(&unit), json!({"section": "B"})).await;
    walk.carry_out("remove_unit", &owner, &path, version(&unit), json!(null)).await;
}

/// A picture is no text: it is sent beside the walk, which then tells of it.
async fn logo(walk: &mut Walk, path: &str) {
    let owner = walk.host.owner.clone();
    let me = text(&owner.get("/me").await.expect(200)["loginId"]);
    crate::logos::set(&owner, path, crate::logos::picture(300, 100, [0, 90, 107])).await.expect(200);
    let set = walk.operations["set_logo"].clone();
    walk.tell(&set, Some(&me)).await;
    walk.carry_out("remove_logo", &owner, path, None, json!(null)).await;
}

async fn charging(walk: &mut Walk) {
    let owner = walk.host.owner.clone();
    let of_facility = format!("?facilityId={}", walk.host.facility);
    let main = json!({"name": "Huvudsäkring", "fuseA": 63, "phases": 3});
    let price = json!({"per_kwh": {"microPerKwh": 1_250_000, "currency": "SEK"}});
    let row = json!({"kind": "energy", "rate": price, "validFrom": "2026-01-01", "vat": "2500", "source": "Avtal"});
    let tariff = json!({"components": [row]});
    walk.carry_out("preview_tariff", &owner, &format!("/tariff/preview{of_facility}"), None, tariff.clone()).await;
    walk.carry_out("save_tariff", &owner, &format!("/tariff{of_facility}"), Some(0), tariff).await;
    let file = json!({"content": crate::tariffs::day("2026-11-21", "2026-11-22"), "area": "SE3"});
    walk.carry_out("take_market_prices", &owner, "/market-prices", None, file).await;
    let feed = owner.get("/settings/prices").await.expect(200);
    let draft = json!({"fetching": "entsoe", "token": "1d9cd4bd"});
    walk.carry_out("change_price_feed", &owner, "/settings/prices", version(&feed), draft).await;
    walk.carry_out("fetch_prices", &owner, "/price-areas/SE3/fetch", None, json!(null)).await;
    let main = walk.carry_out("add_circuit", &owner, &format!("/circuits{of_facility}"), None, main).await;
    let group = json!({"name": "G1", "parentId": main["id"], "fuseA": 32, "phases": 3});
    let group = walk.carry_out("add_circuit", &owner, &format!("/circuits{of_facility}"), None, group).await;
    let path = format!("/circuits/{}", text(&group["id"]));
    let group = walk.carry_out("change_circuit", &owner, &path, version(&group), json!({"fuseA": 25})).await;
    walk.carry_out("remove_circuit", &owner, &path, version(&group), json!(null)).await;

    let draft = json!({"identity": "CP1", "name": "P-01", "circuitId": main["id"], "fuseA": 32});
    let path = format!("/charge-points{of_facility}");
    let point = walk.carry_out("prepare_charge_point", &owner, &path, None, draft).await;
    let path = format!("/charge-points/{}", text(&point["id"]));
    let point = walk.carry_out("change_charge_point", &owner, &path, version(&point), json!({"limitA": 16})).await;
    walk.carry_out("set_charge_point_key", &owner, &format!("{path}/credential"), None, json!(null)).await;
    let version_now = version(&point).map(|version| version + 1);
    let reason = json!({"reason": "såld"});
    walk.carry_out("decommission_charge_point", &owner, &format!("{path}/decommission"), version_now, reason).await;
    waits(&walk.host, "CP2").await;
    waits(&walk.host, "CP3").await;
    let draft = json!({"name": "P-02", "circuitId": main["id"], "fuseA": 32});
    let path = format!("/waiting-charge-points/CP2/adoption{of_facility}");
    walk.carry_out("adopt_charge_point", &owner, &path, None, draft).await;
    walk.carry_out("dismiss_charge_point", &owner, "/waiting-charge-points/CP3", None, json!(null)).await;

    let mut charger = walk.host.charger("CP9").await;
    for register in [1, 2, 3] {
        let number = charger.start("AA", &format!("2026-11-21T0{register}:00:00Z"), 5_000).await;
        charger.stop(number, &format!("2026-11-21T0{register}:30:00Z"), register).await;
    }
    charger.stop(4_711, "2026-11-21T03:00:00Z", 900).await;
    let sessions = owner.get("/sessions?state=to_look_at").await.expect(200)["items"].clone();
    let path = format!("/sessions/{}", text(&sessions[2]["id"]));
    let register = format!("/persons?organisationId={}&facilityId={}", walk.host.organisation, walk.host.facility);
    let payer = json!({"givenName": "Anna", "familyName": "Ek", "language": "sv"});
    let whose = json!({"personId": owner.post(&register, payer).await.expect(201)["id"]});
    walk.carry_out("assign_session", &owner, &path, version(&sessions[2]), whose).await;
    for (id, word, session) in [("accept_session", "acceptance", 0), ("void_session", "voiding", 1)] {
        let session = &sessions[session];
        let path = format!("/sessions/{}/{word}", text(&session["id"]));
        walk.carry_out(id, &owner, &path, version(session), json!({"reason": "mätaren byttes"})).await;
    }
    // One more goes on, and its stop names another transaction.
    charger.start("AA", "2026-11-21T10:00:00Z", 5_000).await;
    charger.stop(4_712, "2026-11-21T10:30:00Z", 6_000).await;
    let strays = owner.get("/stray-messages").await.expect(200)["items"].clone();
    let ending = strays.as_array().unwrap().iter().find(|it| it["transactionId"] == 4_712).cloned().unwrap();
    let stray = strays.as_array().unwrap().iter().find(|it| it["transactionId"] == 4_711).cloned().unwrap();
    let open = owner.get("/sessions?state=without_stop").await.expect(200)["items"][0]["id"].clone();
    let path = format!("/stray-messages/{}/attachment", text(&ending["id"]));
    let ending_it = json!({"sessionId": open, "reason": "nytt nummer efter omstart"});
    walk.carry_out("attach_stray_message", &owner, &path, version(&ending), ending_it).await;
    let path = format!("/stray-messages/{}/dismissal", text(&stray["id"]));
    walk.carry_out("dismiss_stray_message", &owner, &path, version(&stray), json!({"reason": "provkörning"})).await;
    let path = format!("/charge-points/{}/commands", charger.id);
    walk.carry_out("ask_charge_point", &owner, &path, None, json!({"name": "clearCache"})).await;
    let path = format!("/charge-points/{}/key-change", charger.id);
    walk.carry_out("change_charge_point_key", &owner, &path, None, json!(null)).await;
    walk.carry_out("give_up_key_change", &owner, &path, None, json!(null)).await;
    let path = format!("/tags?organisationId={}", walk.host.organisation);
    let tag = walk.carry_out("add_tag", &owner, &path, None, json!({"idTag": "04a2b3c4"})).await;
    let path = format!("/tags/{}", text(&tag["id"]));
    let tag = walk.carry_out("change_tag", &owner, &path, version(&tag), json!({"blocked": true})).await;
    walk.carry_out("remove_tag", &owner, &path, version(&tag), json!(null)).await;
}

async fn invoices(walk: &mut Walk) {
    let owner = walk.host.owner.clone();
    let path = format!("/billing?organisationId={}", walk.host.organisation);
    walk.carry_out("save_billing", &owner, &path, Some(0), crate::billing::particulars()).await;
    let path = format!("/bookkeeping/chart-accounts?organisationId={}&kind=bank", walk.host.organisation);
    let bank = json!({"number": "1940", "name": "Bank"});
    walk.carry_out("choose_chart_account", &owner, &path, Some(0), bank).await;
    walk.carry_out("restore_chart_account", &owner, &path, Some(1), json!(null)).await;
    let path = format!("/bookkeeping/closing?organisationId={}&month=2026-10", walk.host.organisation);
    walk.carry_out("lock_month", &owner, &path, None, json!(null)).await;
    walk.carry_out("unlock_month", &owner, &path, None, json!({"reason": "en faktura saknas"})).await;
    let person = crate::month_runs::driver(&walk.host, "Bo", "bo@example.se", "BB").await;
    let mut charger = walk.host.charger("CP10").await;
    let mut made = Vec::new();
    for (hour, as_drafts) in [("01", true), ("02", true), ("03", false), ("04", false)] {
        let number = charger.start("BB", &format!("2026-11-20T{hour}:00:00Z"), 1_000).await;
        charger.stop(number, &format!("2026-11-20T{hour}:30:00Z"), 3_000).await;
        walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
        let what = json!({"organisationId": walk.host.organisation, "month": "2026-11"});
        let job = walk.carry_out("plan_month", &owner, "/month-runs", None, what).await;
        let run = text(&job["subject"]["id"]);
        let wish = json!({"asDrafts": as_drafts, "byMail": !as_drafts});
        walk.carry_out("commit_month", &owner, &format!("/month-runs/{run}/commit"), None, wish).await;
        walk.host.clock.advance(TimeDelta::seconds(1));
        made.push(owner.get(&format!("/documents?personId={person}")).await.expect(200)["items"][0].clone());
        match hour {
            "03" => drop(
                walk.carry_out("release_month", &owner, &format!("/month-runs/{run}/release"), None, json!(null)).await,
            ),
            "04" => drop(
                walk.carry_out("withhold_month", &owner, &format!("/month-runs/{run}/withhold"), None, json!(null))
                    .await,
            ),
            _ => {}
        }
    }
    let at = |it: &Value, what: &str| format!("/documents/{}{what}", text(&it["id"]));
    let reason = json!({"reason": "fel pris"});
    walk.carry_out("remove_draft", &owner, &at(&made[0], ""), version(&made[0]), json!(null)).await;
    let issued =
        walk.carry_out("issue_document", &owner, &at(&made[1], "/issue"), version(&made[1]), json!(null)).await;
    walk.carry_out("void_document", &owner, &at(&issued, "/void"), version(&issued), reason.clone()).await;
    let by_mail = json!({"by": "mail"});
    let sent = walk.carry_out("send_document", &owner, &at(&made[3], "/send"), version(&made[3]), by_mail).await;
    walk.carry_out("credit_document", &owner, &at(&sent, "/credit"), version(&sent), reason).await;
    let path = format!("/e-invoices?organisationId={}", walk.host.organisation);
    walk.carry_out("export_e_invoices", &owner, &path, None, json!(null)).await;
    counter(walk, &person).await;
    provider_payments(walk, &made[2], &person).await;
    reminders(walk, &made[2]).await;
    bank_files(walk, &made[2]).await;
    payouts(walk).await;
}

/// A till is opened, takes one payment and takes it back, takes another and pays out of it, and is closed.
async fn counter(walk: &mut Walk, person: &str) {
    let owner = walk.host.owner.clone();
    let of = format!("organisationId={}", walk.host.organisation);
    let path = format!("/till-setting?{of}");
    walk.carry_out("save_till_setting", &owner, &path, Some(0), json!({"active": true})).await;
    let path = format!("/tills?{of}");
    let till = walk.carry_out("open_till", &owner, &path, None, json!({"openingMinor": 50_000})).await;
    let at = |what: &str| format!("/tills/{}/{what}", text(&till["id"]));
    let wish = json!({"personId": person, "means": "cash", "minor": 10_000, "shares": []});
    let taken = walk.carry_out("take_at_till", &owner, &at("entries"), None, wish).await;
    let path = format!("/till-entries/{}/take-back", text(&taken["entries"][0]["id"]));
    walk.carry_out("take_back_at_till", &owner, &path, None, json!({"reason": "fel person"})).await;
    let other = walk.host.as_(Role::Accountant, At::Organisation(walk.host.organisation.clone())).await;
    owner
        .post(&at("entries"), json!({"personId": person, "means": "cash", "minor": 10_000, "shares": []}))
        .await
        .expect(201);
    let payout = json!({"personId": person, "minor": 10_000, "atCounter": true, "reason": "har flyttat"});
    let payout = owner.post("/payouts", payout).await.expect(201);
    let path = format!("/payouts/{}/approve", text(&payout["id"]));
    other.post_at(&path, 1, json!(null)).await.expect(200);
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let wanted = json!({"payoutId": payout["id"]});
    let taken = walk.carry_out("pay_out_at_till", &owner, &at("payouts"), None, wanted).await;
    let counted = json!({"countedMinor": 49_000, "reason": "felväxlat"});
    walk.carry_out("close_till", &owner, &at("close"), version(&taken), counted).await;
}

/// The invoice that was let go is reminded of, twice over.
async fn reminders(walk: &mut Walk, invoice: &Value) {
    let owner = walk.host.owner.clone();
    let path = format!("/reminder-settings?organisationId={}", walk.host.organisation);
    let settings = json!({"isOn": true, "afterDays": 1, "dueDays": 1, "feeMinor": 6_000, "feeIsAgreed": true,
        "hasInterest": true, "most": 9, "smallestMinor": 0});
    walk.carry_out("save_reminder_settings", &owner, &path, Some(0), settings).await;
    for from in ["2026-07-01", "2027-01-01"] {
        let rate = json!({"country": "SE", "kind": "rate", "validFrom": from, "value": 200, "source": "Riksbanken"});
        walk.carry_out("add_reminder_figure", &owner, "/reminder-figures", None, rate).await;
    }
    let path = format!("/documents/{}/reminder-pause", text(&invoice["id"]));
    walk.carry_out("pause_reminders", &owner, &path, None, json!({"reason": "bestrids"})).await;
    walk.carry_out("resume_reminders", &owner, &path, None, json!(null)).await;
    // Two runs that each remind of the one invoice: the messages of the first go, those of the second stay.
    walk.host.clock.advance(TimeDelta::days(60));
    walk.host.owner = walk.host.sign_in(None, OWNER).await;
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let owner = walk.host.owner.clone();
    for what in ["release", "withhold"] {
        let wanted = json!({"organisationId": walk.host.organisation});
        let run = walk.carry_out("look_at_reminders", &owner, "/reminder-runs", None, wanted).await;
        let at = |what: &str| format!("/reminder-runs/{}/{what}", text(&run["id"]));
        walk.carry_out("make_reminders", &owner, &at("commit"), None, json!({"byMail": true})).await;
        let id = format!("{what}_reminders");
        walk.carry_out(&id, &owner, &at(what), None, json!(null)).await;
        walk.host.clock.advance(TimeDelta::days(5));
    }
}

/// One try is broken off, and one brings another amount than was asked for.
async fn provider_payments(walk: &mut Walk, invoice: &Value, person: &str) {
    let double = PaymentDouble::start(PaymentDoubleKind::Swish);
    let providers = crate::payments::providers(PaymentDoubleKind::Swish, &double);
    walk.host.app = walk.host.app.clone().taking_payments(providers);
    let owner = walk.host.bearer(&json!(walk.host.owner.token));
    let login = json!({"personId": person, "facilityId": walk.host.facility, "username": "bo"});
    let login = text(&owner.post("/logins", login).await.expect(201)["id"]);
    walk.host.give_password(&login, false).await;
    let bo = walk.host.sign_in(Some("EKB"), "bo").await;
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let path = format!("/payment-agreement?organisationId={}&with=swish", walk.host.organisation);
    let draft = crate::payments::agreement(PaymentDoubleKind::Swish, &double);
    let agreed = walk.carry_out("save_payment_agreement", &owner, &path, Some(0), draft).await;
    let path = format!("/payment-agreements/{}/check", text(&agreed["id"]));
    walk.carry_out("check_payment_agreement", &owner, &path, None, json!(null)).await;
    let path = format!("/terms?organisationId={}", walk.host.organisation);
    let terms = json!({"kind": "shop", "appliesFrom": "2999-01-01", "texts": {"sv": {"text": "Köpvillkor"}}});
    walk.carry_out("write_terms", &owner, &path, Some(0), terms).await;
    let path = format!("/payment-methods?facilityId={}", walk.host.facility);
    let methods = json!({"appliesFrom": "2999-01-01", "methods": []});
    walk.carry_out("choose_payment_methods", &owner, &path, Some(0), methods).await;
    let path = format!("/top-up-setting?facilityId={}", walk.host.facility);
    let rule = json!({"on": true, "leastMinor": 1_000, "stepMinor": 100});
    walk.carry_out("save_top_up_setting", &owner, &path, Some(0), rule).await;
    Box::pin(saved_cards(walk, &bo)).await;
    let providers = crate::payments::providers(PaymentDoubleKind::Swish, &double);
    walk.host.app = walk.host.app.clone().taking_payments(providers);
    let (owner, bo) = (walk.host.bearer(&json!(owner.token)), walk.host.bearer(&json!(bo.token)));
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let wish = json!({"facilityId": walk.host.facility, "minor": 1_000, "provider": "swish"});
    walk.carry_out("top_up", &bo, "/me/top-ups", None, wish).await;
    let what = json!({"documentId": invoice["id"], "provider": "swish"});
    let begun = walk.carry_out("pay_my_invoice", &bo, "/me/payments", None, what.clone()).await;
    let path = format!("/me/payments/{}/break-off", text(&begun["id"]));
    walk.carry_out("break_off_my_payment", &bo, &path, None, json!(null)).await;
    bo.post("/me/payments", what).await.expect(201);
    let path = format!("/payments/{}", text(&begun["id"]));
    let reference = owner.get(&path).await.expect(200)["attempts"][1]["reference"].clone();
    double.outside(&json!({"id": reference, "status": "PAID", "amount": 1.0}));
    let nobody = walk.host.nobody();
    let told = json!({"id": reference, "status": "PAID"});
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    walk.carry_out("take_payment_callback", &nobody, "/callbacks/payments/swish", None, told).await;
    walk.host.clock.advance(TimeDelta::seconds(4));
    walk.host.app.ask_due_payments().await.unwrap();
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let seen = owner.get(&path).await.expect(200);
    let reason = json!({"reason": "återbetalas för hand"});
    refunds(walk, &path).await;
    walk.carry_out("look_at_payment", &owner, &format!("{path}/look"), version(&seen), reason).await;
}

/// Two cards are saved whose bank denies what was to be paid; one is removed by whose it is, and one at the desk.
async fn saved_cards(walk: &mut Walk, bo: &Desk) {
    let double = PaymentDouble::start(PaymentDoubleKind::Payson);
    let providers = crate::payments::providers(PaymentDoubleKind::Payson, &double);
    walk.host.app = walk.host.app.clone().taking_payments(providers);
    let (owner, bo) = (walk.host.bearer(&json!(walk.host.owner.token)), walk.host.bearer(&json!(bo.token)));
    let path = format!("/payment-agreement?organisationId={}&with=payson", walk.host.organisation);
    owner.put_at(&path, 0, crate::payments::agreement(PaymentDoubleKind::Payson, &double)).await.expect(200);
    walk.host.app.ask_due_cards().await.unwrap();
    for (id, desk, path) in
        [("remove_my_saved_card", &bo, "/me/saved-cards"), ("remove_saved_card", &owner, "/saved-cards")]
    {
        let wish = json!({"facilityId": walk.host.facility, "minor": 1_000, "provider": "payson",
            "card": {"kind": "remember"}});
        bo.post("/me/top-ups", wish).await.expect(201);
        let told = double.outside(&json!({"last": "RecurringSubscriptions"}));
        let name = &told.iter().find(|line| line["event"] == "last").unwrap()["id"];
        double.outside(&json!({"denies": name}));
        double.outside(&json!({"id": name, "status": "customerSubscribed"}));
        walk.host.clock.advance(TimeDelta::seconds(4));
        walk.host.app.ask_due_payments().await.unwrap();
        let card = text(&bo.get("/me/saved-cards").await.expect(200)["items"][0]["id"]);
        walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
        walk.carry_out(id, desk, &format!("{path}/{card}/remove"), None, json!(null)).await;
        walk.host.app.ask_due_cards().await.unwrap();
    }
}

/// One refund is withdrawn, one rejected, and one approved and tried again.
async fn refunds(walk: &mut Walk, payment: &str) {
    let owner = walk.host.bearer(&json!(walk.host.owner.token));
    let other = walk.host.as_(Role::Accountant, At::Organisation(walk.host.organisation.clone())).await;
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    for what in ["withdraw", "reject", "approve"] {
        let wish = json!({"minor": 10, "reason": "fel belopp"});
        let asked = walk.carry_out("ask_refund", &owner, &format!("{payment}/refunds"), None, wish).await;
        let at = |what: &str| format!("/refunds/{}/{what}", text(&asked["id"]));
        let (desk, body) = match what {
            "withdraw" => (&owner, json!(null)),
            "reject" => (&other, json!({"reason": "nej"})),
            _ => (&other, json!(null)),
        };
        let done = walk.carry_out(&format!("{what}_refund"), desk, &at(what), version(&asked), body).await;
        if what == "approve" {
            walk.carry_out("try_refund_again", &owner, &at("try-again"), version(&done), json!(null)).await;
        }
    }
}

/// One payment is matched, and one is placed on the rest.
async fn bank_files(walk: &mut Walk, invoice: &Value) {
    let owner = walk.host.owner.clone();
    let (due, reference) = (invoice["payable"]["minor"].as_i64().unwrap(), text(&invoice["reference"]));
    let paid = [(reference.as_str(), '2', due - 100, "Bo Ek"), ("", '0', 100, "Bo Ek")];
    let file = json!(crate::incoming_payments::bgmax(1, &paid));
    let query = format!("organisationId={}&fileName=bgmax.txt", walk.host.organisation);
    walk.carry_out("look_at_bank_file", &owner, &format!("/bank-files/preview?{query}"), None, file.clone()).await;
    walk.carry_out("take_bank_file", &owner, &format!("/bank-files?{query}"), None, file).await;
    let path = format!("/incoming-payments?organisationId={}&open=true", walk.host.organisation);
    let open = owner.get(&path).await.expect(200)["items"][0].clone();
    let shares = json!({"shares": [{"documentId": invoice["id"], "amount": {"minor": 100, "currency": "SEK"}}]});
    let path = format!("/incoming-payments/{}/settlement", text(&open["id"]));
    walk.carry_out("settle_incoming_payment", &owner, &path, version(&open), shares).await;
    let path = format!("/incoming-payments/{}", text(&open["id"]));
    let placed = owner.get(&path).await.expect(200);
    let reason = json!({"reason": "fel faktura"});
    walk.carry_out("take_back_incoming_payment", &owner, &format!("{path}/take-back"), version(&placed), reason).await;
    let again = owner.get(&path).await.expect(200);
    let cash = json!({"means": "cash"});
    let from_counter = format!("{path}/from-counter");
    walk.carry_out("receive_from_counter", &owner, &from_counter, version(&again), cash).await;
    let statement = crate::taken_back::statement(due);
    owner
        .send("POST", &format!("/bank-files?{query}"), &[("content-type", "application/octet-stream")], statement)
        .await
        .expect(201);
    let listed = format!("/incoming-payments?organisationId={}&open=true", walk.host.organisation);
    let open = owner.get(&listed).await.expect(200)["items"].as_array().unwrap().clone();
    let sum = open.iter().find(|it| it["amount"]["minor"] == json!(due)).unwrap();
    let path = format!("/incoming-payments/{}", text(&sum["id"]));
    let sum = owner.get(&path).await.expect(200);
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let first = json!({"firstId": sum["deposits"][0]["firstId"]});
    walk.carry_out("choose_same_deposit", &owner, &format!("{path}/same-deposit"), version(&sum), first).await;
    // A settlement whose line of the bank has come, with one payment that nobody knows.
    let file = json!(format!("Bokföringsdag;Referens;Belopp;Avgift\n2026-11-21;okänd;{},00;2,00\n", 5));
    let query = format!("organisationId={}&provider=swish&fileName=swish.csv", walk.host.organisation);
    walk.carry_out("look_at_settlements", &owner, &format!("/settlements/preview?{query}"), None, file.clone()).await;
    walk.carry_out("take_settlements", &owner, &format!("/settlements?{query}"), None, file).await;
    let came = crate::incoming_payments::bgmax(7, &[("", '0', 300, "Swish")]);
    let sent = format!("/bank-files?organisationId={}&fileName=b.txt", walk.host.organisation);
    owner.send("POST", &sent, &[("content-type", "application/octet-stream")], came).await.expect(201);
    let path = format!("/reconciliation?organisationId={}&from=2026-11-01&to=2026-12-31", walk.host.organisation);
    let all = owner.get(&path).await.expect(200);
    let of = |kind: &str| all["differences"].as_array().unwrap().iter().find(|it| it["kind"] == kind).unwrap().clone();
    let (out, unknown) = (of("not_received"), of("unknown_line"));
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let receipt = json!({"paymentId": out["bankLines"][0]["paymentId"]});
    let at = format!("/settlements/{}/receipt", text(&out["id"]));
    walk.carry_out("receive_settlement", &owner, &at, out["settlementVersion"].as_i64(), receipt).await;
    let at = format!("/differences/{}", text(&unknown["id"]));
    let organisation = walk.host.organisation.clone();
    let note = json!({"organisationId": organisation, "note": "ringt banken"});
    walk.carry_out("care_for_difference", &owner, &at, Some(0), note).await;
    let reason = json!({"organisationId": organisation, "reason": "finns inte"});
    walk.carry_out("correct_difference", &owner, &format!("{at}/correction"), Some(1), reason).await;
}

/// Of what is left of a payment, one payout is withdrawn, one refused, and one approved, sent to the bank, and paid.
async fn payouts(walk: &mut Walk) {
    let owner = walk.host.bearer(&json!(walk.host.owner.token));
    let other = walk.host.as_(Role::Accountant, At::Organisation(walk.host.organisation.clone())).await;
    let organisation = walk.host.organisation.clone();
    let came = crate::incoming_payments::bgmax(8, &[("", '0', 3_000, "Bo Ek")]);
    let sent = format!("/bank-files?organisationId={organisation}&fileName=c.txt");
    owner.send("POST", &sent, &[("content-type", "application/octet-stream")], came).await.expect(201);
    let open = owner.get(&format!("/incoming-payments?organisationId={organisation}&open=true")).await.expect(200);
    let left = |it: &&Value| it["left"]["minor"] == 3_000;
    let payment = open["items"].as_array().unwrap().iter().find(left).unwrap()["id"].clone();
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let path = format!("/payout-sender?organisationId={organisation}");
    walk.carry_out("save_payout_sender", &owner, &path, Some(0), json!({"bic": "HANDSESS"})).await;
    for what in ["withdraw", "refuse", "approve"] {
        let wish = json!({"incomingPaymentId": payment, "minor": 10, "accountKind": "bankgiro", "account": "991-2346",
            "name": "Bo Ek", "reason": "fel mottagare"});
        let asked = walk.carry_out("ask_payout", &owner, "/payouts", None, wish).await;
        let at = |what: &str| format!("/payouts/{}/{what}", text(&asked["id"]));
        let (desk, body) = match what {
            "withdraw" => (&owner, json!(null)),
            "refuse" => (&other, json!({"reason": "nej"})),
            _ => (&other, json!(null)),
        };
        walk.carry_out(&format!("{what}_payout"), desk, &at(what), version(&asked), body).await;
        if what != "approve" {
            continue;
        }
        let today = walk.host.clock.now().date_naive();
        let wish = json!({"organisationId": organisation, "payoutIds": [asked["id"]], "executeOn": today});
        let file = walk.carry_out("make_payout_file", &owner, "/payout-files", None, wish).await;
        let path = format!("/payout-files/{}/fetch", text(&file["id"]));
        walk.carry_out("fetch_payout_file", &owner, &path, None, json!(null)).await;
        let said = json!(format!(
            "<Document><CstmrPmtStsRpt><GrpHdr><MsgId>B</MsgId><CreDtTm>{today}T09:00:00</CreDtTm></GrpHdr>\
             <OrgnlGrpInfAndSts><OrgnlMsgId>{}</OrgnlMsgId><GrpSts>ACCP</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt>\
             </Document>",
            text(&file["messageId"]),
        ));
        let query = format!("organisationId={organisation}&fileName=svar.xml");
        let path = format!("/payout-statuses/preview?{query}");
        walk.carry_out("look_at_payout_statuses", &owner, &path, None, said.clone()).await;
        walk.carry_out("take_payout_statuses", &owner, &format!("/payout-statuses?{query}"), None, said).await;
        let seen = owner.get(&format!("/payouts/{}", text(&asked["id"]))).await.expect(200);
        let paid = json!({"outcome": "paid", "on": today, "bankReference": "R1", "reason": "kontoutdrag"});
        walk.carry_out("settle_payout", &owner, &at("outcome"), version(&seen), paid).await;
    }
}

async fn people(walk: &mut Walk) {
    let owner = walk.host.owner.clone();
    let register = format!("/persons?organisationId={}&facilityId={}", walk.host.organisation, walk.host.facility);
    let draft = json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv", "email": "asa@example.se",
        "personalNumber": {"country": "SE", "number": "19811218-9876"}});
    let person = walk.carry_out("add_person", &owner, &register, None, draft).await;
    let id = text(&person["id"]);
    let path = format!("/persons/{id}");
    walk.carry_out("change_person", &owner, &path, version(&person), json!({"phone": "+46701740606"})).await;
    let reveal = format!("{path}/personal-number/reveal");
    walk.carry_out("reveal_personal_number", &owner, &reveal, None, json!({"reason": "kontroll"})).await;
    let double = json!({"givenName": "Aasa", "familyName": "Öberg", "language": "sv"});
    let double = text(&owner.post(&register, double).await.expect(201)["id"]);
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let merge = json!({"otherId": double, "reason": "samma"});
    walk.carry_out("merge_persons", &owner, &format!("{path}/merge"), None, merge).await;

    let unit = json!({"code": "A1101", "kind": "apartment"});
    let unit = owner.post(&format!("/units?facilityId={}", walk.host.facility), unit).await.expect(201);
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let draft = json!({"personId": id, "unitId": unit["id"], "movedInOn": "2026-01-01"});
    let tenancy = walk.carry_out("move_in", &owner, "/tenancies", None, draft).await;
    let at = format!("/tenancies/{}", text(&tenancy["id"]));
    let change = json!({"movedOutOn": "2026-06-30"});
    let tenancy = walk.carry_out("change_tenancy", &owner, &at, version(&tenancy), change).await;
    walk.carry_out("remove_tenancy", &owner, &at, version(&tenancy), json!(null)).await;
    walk.carry_out("erase_person", &owner, &format!("{path}/erasure"), None, json!({"reason": "begärt"})).await;
}

async fn logins(walk: &mut Walk) {
    let owner = walk.host.owner.clone();
    let register = format!("/persons?organisationId={}&facilityId={}", walk.host.organisation, walk.host.facility);
    let draft = json!({"givenName": "Bo", "familyName": "Ek", "language": "sv"});
    let person = text(&owner.post(&register, draft).await.expect(201)["id"]);
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let draft = json!({"personId": person, "facilityId": walk.host.facility, "username": "A1102"});
    let login = walk.carry_out("add_login", &owner, "/logins", None, draft).await;
    let id = text(&login["id"]);
    let at = |what: &str| format!("/logins/{id}{what}");
    walk.carry_out("rename_login", &owner, &at(""), version(&login), json!({"username": "A1103"})).await;
    let letters = walk.carry_out("make_letters", &owner, "/letters", None, json!({"loginIds": [id]})).await;
    let cancel = format!("/jobs/{}/cancel", text(&letters["id"]));
    walk.carry_out("cancel_job", &owner, &cancel, None, json!(null)).await;
    walk.carry_out("hand_over", &owner, &at("/handed-over"), None, json!(null)).await;
    walk.carry_out("hand_over_all", &owner, "/logins/handed-over", None, json!({"loginIds": [id]})).await;
    walk.carry_out("undo_hand_over_all", &owner, "/logins/not-handed-over", None, json!({"loginIds": [id]})).await;
    walk.carry_out("block_login", &owner, &at("/block"), None, json!(null)).await;
    walk.carry_out("unblock_login", &owner, &at("/unblock"), None, json!(null)).await;
}

async fn imports(walk: &mut Walk) {
    let owner = walk.host.owner.clone();
    let register = format!("/persons?organisationId={}", walk.host.organisation);
    let namesake = json!({"givenName": "Bo", "familyName": "Ek", "language": "sv"});
    let one = owner.post(&register, namesake.clone()).await.expect(201)["id"].clone();
    let other = owner.post(&register, namesake).await.expect(201)["id"].clone();
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let (apart, undone) = (format!("/persons/{}/apart", text(&one)), format!("/persons/{}/not-apart", text(&one)));
    walk.carry_out("tell_apart", &owner, &apart, None, json!({"otherId": other})).await;
    walk.carry_out("undo_tell_apart", &owner, &undone, None, json!({"otherId": other})).await;
    let path = format!("/imports?facilityId={}&fileName=lista.csv", walk.host.facility);
    let list = json!("Lgh;Förnamn;Efternamn\nA1201;Cia;Dahl\n");
    let import = walk.carry_out("read_file", &owner, &path, None, list).await;
    let at = |what: &str| format!("/imports/{}/{what}", text(&import["id"]));
    let columns = json!({"columns": ["unitCode", "familyName", "givenName"]});
    walk.carry_out("map_import", &owner, &at("mapping"), version(&import), columns).await;
    walk.carry_out("commit_import", &owner, &at("commit"), None, json!({})).await;
    walk.carry_out("undo_import", &owner, &at("undo"), None, json!({})).await;
    let list = json!("Lgh;Förnamn;Efternamn\nA1202;Dan;Falk\n");
    let draft = walk.carry_out("read_file", &owner, &path, None, list).await;
    let draft_path = format!("/imports/{}", text(&draft["id"]));
    walk.carry_out("discard_import", &owner, &draft_path, version(&draft), json!(null)).await;
    let view = json!({"room": "people", "name": "Alla", "query": {}});
    let view = walk.carry_out("save_view", &owner, "/views", None, view).await;
    let path = format!("/views/{}", text(&view["id"]));
    walk.carry_out("remove_view", &owner, &path, None, json!(null)).await;
}

async fn oneself(walk: &mut Walk) {
    let owner = walk.host.owner.clone();
    let nobody = walk.host.nobody();
    walk.carry_out("change_me", &owner, "/me", None, json!({"language": "nb"})).await;
    let secret = walk.carry_out("offer_totp", &owner, "/me/totp", None, json!(null)).await["secret"].clone();
    let now = code(&walk.host, &secret);
    walk.carry_out("confirm_totp", &owner, "/me/totp", None, now).await;
    walk.host.clock.advance(TimeDelta::minutes(5));
    let now = code(&walk.host, &secret);
    walk.carry_out("disable_totp", &owner, "/me/totp", None, now).await;
    let change = json!({"current": PASSWORD, "new": "Oskarshamn-88!"});
    walk.carry_out("change_password", &owner, "/me/password", None, change).await;
    let credentials = json!({"username": OWNER, "password": "Oskarshamn-88!"});
    let entered = walk.carry_out("log_in", &nobody, "/login", None, credentials.clone()).await;
    let second = walk.host.bearer(&entered["token"]);
    walk.carry_out("log_out", &second, "/logout", None, json!(null)).await;
    nobody.post("/login", credentials).await.expect(200);
    walk.told = walk.rows().await[0]["seq"].as_i64().unwrap();
    let listed = owner.get("/me/sign-ins").await.expect(200);
    let other = listed["items"].as_array().unwrap().iter().find(|it| it["current"] == false).unwrap().clone();
    let path = format!("/me/sign-ins/{}", text(&other["id"]));
    walk.carry_out("end_my_sign_in", &owner, &path, None, json!(null)).await;

    walk.carry_out("ask_for_reset", &nobody, "/password-resets", None, json!({"username": OWNER})).await;
    walk.host.mail.refuse(Some(PortErrorKind::Refused));
    walk.host.sent().await;
    walk.host.mail.refuse(None);
    let failed = owner.get("/notices?state=failed").await.expect(200)["items"][0].clone();
    let path = format!("/notices/{}/retry", text(&failed["id"]));
    walk.carry_out("retry_notice", &owner, &path, None, json!(null)).await;
    let link = format!("/password-resets/{}", walk.host.link(OWNER).await);
    // A chosen password ends every sign-in of its login; whoever reads the log from here on has signed in again.
    walk.host.owner = {
        nobody.put(&link, json!({"password": PASSWORD})).await.expect(204);
        let entered = nobody.post("/login", json!({"username": OWNER, "password": PASSWORD})).await.expect(200);
        walk.host.bearer(&entered["token"])
    };
    let reset = walk.operations["reset_password"].clone();
    walk.tell(&reset, None).await;
}
