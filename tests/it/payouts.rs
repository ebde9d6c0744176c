//! Money that goes out to bank accounts: asked for by one, approved by another, in a file, and paid when the bank says so.

use crate::documents::act;
use crate::incoming_payments::{bgmax, due, invoices, payments, read, reference, settle, stands, take};
use crate::locked_months::{booked, lock};
use crate::month_runs::ready;
use crate::payments::paying;
use crate::story::{audit, text};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use stolpe_domain::access::Role;
use stolpe_domain::id::PayoutId;
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::host::OWNER;
use stolpe_testkit::{Answer, At, Desk, PaymentDoubleKind, TestHost};

/// The host's own day.
pub(crate) const TODAY: &str = "2026-11-21";

/// Åsa has paid an invoice that was credited then: all of it is hers. Somebody has paid 7.77 for nothing that is known.
pub(crate) struct Left {
    pub(crate) host: TestHost,
    pub(crate) accountant: Desk,
    /// Åsa.
    person: String,
    pub(crate) due: i64,
    pub(crate) unplaced: Value,
}

pub(crate) async fn left(engine: Engine) -> Left {
    let host = ready(engine).await;
    let asa = invoices(&host).await.remove(0);
    let file = bgmax(1, &[(reference(&asa), '2', due(&asa), "Asa Ek"), ("", '0', 777, "Kalles Plåt AB")]);
    take(&host, &file).await.expect(201);
    let paid = host.owner.get(&format!("/documents/{}", text(&asa["id"]))).await.expect(200);
    act(&host, &paid, "credit", json!({"reason": "fel pris"})).await.expect(201);
    let path = format!("/payout-sender?organisationId={}", host.organisation);
    host.owner.put_at(&path, 0, json!({"bic": "hand sess"})).await.expect(200);
    let accountant = host.as_(Role::Accountant, At::Organisation(host.organisation.clone())).await;
    let person = text(&paid["personId"]);
    let unplaced = payments(&host, "&open=true").await.remove(0);
    Left { due: due(&asa), person, unplaced, host, accountant }
}

impl Left {
    fn wish(&self, minor: i64) -> Value {
        json!({"personId": self.person, "minor": minor, "accountKind": "bank_se", "account": "6789 123 456 789",
            "name": "Åsa Ek", "reason": "har flyttat"})
    }

    async fn ask(&self, minor: i64) -> Answer {
        self.host.owner.post("/payouts", self.wish(minor)).await
    }

    pub(crate) async fn asked(&self, minor: i64) -> Value {
        self.ask(minor).await.expect(201)
    }

    async fn offer(&self) -> Value {
        self.host.owner.get(&format!("/payout-offer?personId={}", self.person)).await.expect(200)
    }

    pub(crate) async fn seen(&self, payout: &Value) -> Value {
        self.host.owner.get(&format!("/payouts/{}", text(&payout["id"]))).await.expect(200)
    }

    pub(crate) async fn act(&self, desk: &Desk, payout: &Value, what: &str, body: Value) -> Answer {
        let version = payout["rowVersion"].as_i64().unwrap();
        desk.post_at(&format!("/payouts/{}/{what}", text(&payout["id"])), version, body).await
    }

    pub(crate) async fn approved(&self, minor: i64) -> Value {
        let asked = self.asked(minor).await;
        self.act(&self.accountant, &asked, "approve", json!(null)).await.expect(200)
    }

    pub(crate) async fn make(&self, payouts: &[&Value], on: &str) -> Answer {
        let ids: Vec<&Value> = payouts.iter().map(|it| &it["id"]).collect();
        let what = json!({"organisationId": self.host.organisation, "payoutIds": ids, "executeOn": on});
        self.host.owner.post("/payout-files", what).await
    }

    pub(crate) async fn fetched(&self, file: &Value) -> Vec<u8> {
        let answer = self.host.owner.post(&format!("/payout-files/{}/fetch", text(&file["id"])), json!(null)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.bytes
    }

    /// A payout at the bank, and its file.
    pub(crate) async fn sent(&self, minor: i64) -> (Value, Value) {
        let approved = self.approved(minor).await;
        let file = self.make(&[&approved], TODAY).await.expect(201);
        self.fetched(&file).await;
        (self.seen(&approved).await, file)
    }

    pub(crate) async fn take(&self, report: &str) -> Answer {
        let path = format!("/payout-statuses?organisationId={}&fileName=svar.xml", self.host.organisation);
        let headers = [("content-type", "application/octet-stream")];
        self.host.owner.send("POST", &path, &headers, report.to_owned()).await
    }

    async fn look(&self, report: &str) -> Answer {
        let path = format!("/payout-statuses/preview?organisationId={}", self.host.organisation);
        let headers = [("content-type", "application/octet-stream")];
        self.host.owner.send("POST", &path, &headers, report.to_owned()).await
    }

    /// Where a payout stands, how much has left the bank, and that the ledger holds.
    pub(crate) async fn stands(&self, payout: &Value, state: &str, gone: i64) {
        assert_eq!(self.seen(payout).await["state"], state);
        assert_eq!(stands(&self.host, AccountKind::Bank).await, self.due + 777 - gone);
        assert_eq!(self.host.app.prove_ledger().await.unwrap().faults, vec![]);
    }
}

/// What a bank says: when, of which file, of all of it, and of single payments with a reason.
pub(crate) fn report(at: &str, file: &Value, whole: &str, payments: &[(&str, &str, &str)]) -> String {
    let payment = |(name, status, reason): &(&str, &str, &str)| {
        let why = format!("<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn><AddtlInf>Konto avslutat</AddtlInf></StsRsnInf>");
        let why = if reason.is_empty() { String::new() } else { why };
        format!("<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{status}</TxSts>{why}</TxInfAndSts>\n")
    };
    let payments: String = payments.iter().map(payment).collect();
    let whole = if whole.is_empty() { String::new() } else { format!("<GrpSts>{whole}</GrpSts>") };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.03\">\n\
         <CstmrPmtStsRpt><GrpHdr><MsgId>B{at}</MsgId><CreDtTm>{at}</CreDtTm></GrpHdr>\n<OrgnlGrpInfAndSts><OrgnlMsgId>{}\
         </OrgnlMsgId><OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId>{whole}</OrgnlGrpInfAndSts>\n<OrgnlPmtInfAndSts>\
         <OrgnlPmtInfId>1</OrgnlPmtInfId>\n{payments}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>\n",
        text(&file["messageId"]),
    )
}

pub(crate) fn name(payout: &Value) -> String {
    text(&payout["items"][0]["endToEndId"])
}

fn outcomes(taken: &Value) -> Vec<String> {
    taken["statuses"].as_array().unwrap().iter().map(|it| text(&it["outcome"])).collect()
}

#[rstest]
#[tokio::test]
async fn pre_19_what_somebody_has_left_is_asked_for_approved_by_another_sent_in_a_file_and_paid_when_the_bank_says_so(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = left(engine).await;
    let offer = it.offer().await;
    assert_eq!((&offer["most"]["minor"], &offer["owed"]["minor"]), (&json!(it.due), &json!(0)));
    assert_eq!((&offer["name"], &offer["approvers"]), (&json!("Åsa Ek"), &json!(["Test accountant"])));
    let asked = it.asked(it.due).await;
    assert_eq!((&asked["state"], &asked["account"]), (&json!("asked"), &json!("6789-123456789")));
    assert_eq!((&asked["mayDecide"], &asked["decisionRefusal"]), (&json!(false), &json!("decision.own_wish")));
    assert_eq!(it.offer().await["most"]["minor"], 0, "what is asked for is held");
    let waits = |todo: Value| todo["items"].as_array().unwrap().iter().any(|it| it["kind"] == "payout.asked");
    assert!(waits(it.accountant.get("/todo").await.expect(200)));
    assert!(!waits(it.host.owner.get("/todo").await.expect(200)));
    assert_eq!(it.make(&[&asked], TODAY).await.refusal(), (409, "payout.not_approved"));

    let approved = it.act(&it.accountant, &asked, "approve", json!(null)).await.expect(200);
    assert_eq!((&approved["state"], &approved["decidedBy"]), (&json!("approved"), &json!("Test accountant")));
    let file = it.make(&[&approved], TODAY).await.expect(201);
    assert_eq!((&file["count"], &file["sum"]["minor"]), (&json!(1), &json!(it.due)));
    it.stands(&asked, "filed", 0).await;
    assert_eq!(it.make(&[&approved], TODAY).await.refusal(), (409, "payout.not_approved"));
    let bytes = it.fetched(&file).await;
    it.stands(&asked, "sent", 0).await;
    it.host.clock.advance(TimeDelta::days(1));
    assert_eq!(it.fetched(&file).await, bytes, "the same to the byte");
    assert_eq!(hex::encode(Sha256::digest(&bytes)), text(&file["sha256"]));
    let written = String::from_utf8(bytes).unwrap();
    let sent = it.seen(&asked).await;
    for part in [name(&sent).as_str(), "<MmbId>6789</MmbId>", "<Id>6789123456789</Id>", "<BIC>HANDSESS</BIC>", "Åsa Ek"]
    {
        assert!(written.contains(part), "{part}: {written}");
    }

    let taken = it.take(&report("2026-11-25T08:00:00", &file, "ACTC", &[])).await.expect(201);
    assert_eq!(outcomes(&taken), ["applied"]);
    it.stands(&asked, "accepted", 0).await;
    it.take(&report("2026-11-25T20:00:00", &file, "", &[(&name(&sent), "ACSC", "")])).await.expect(201);
    it.stands(&asked, "paid", it.due).await;
    assert_eq!(it.seen(&asked).await["statuses"].as_array().unwrap().len(), 2);
    for action in ["payout.asked", "payout.approved", "payout_file.made", "payout.paid"] {
        assert_eq!(audit(&it.host, action).await.len(), 1, "{action}");
    }
    assert_eq!(audit(&it.host, "payout_file.fetched").await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_payout_stands_on_the_statement_and_in_the_books_and_is_no_difference(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = left(engine).await;
    let (sent, file) = it.sent(it.due).await;
    it.take(&report("2026-11-24T20:00:00", &file, "ACSC", &[])).await.expect(201);
    it.stands(&sent, "paid", it.due).await;
    let path = format!("/accounts?organisationId={}&personId={}", it.host.organisation, it.person);
    let account = it.host.owner.get(&path).await.expect(200)["items"][0].clone();
    assert_eq!(account["balance"], 0);
    let statement = it.host.owner.get(&format!("/accounts/{}/statement", text(&account["id"]))).await.expect(200);
    let row = statement["items"].as_array().unwrap().iter().find(|it| it["code"] == "payout").unwrap().clone();
    assert_eq!((&row["debit"], &row["valueOn"]), (&json!(it.due), &json!(TODAY)));
    let transfer = it.host.owner.get(&format!("/transfers/{}", text(&row["id"]))).await.expect(200);
    assert_eq!(transfer["payoutId"], sent["id"]);
    let path = format!("/bookkeeping/file?organisationId={}&month=2026-11&form=sie", it.host.organisation);
    let sie = it.host.owner.get(&path).await.bytes;
    let amount = format!("{}.{:02}", it.due / 100, it.due % 100);
    let sie = String::from_utf8_lossy(&sie);
    assert!(sie.contains("Utbetalning") && sie.contains(&format!("-{amount}")), "{sie}");
    let path = format!("/reconciliation?organisationId={}&from=2026-11-01&to=2026-11-30", it.host.organisation);
    let reconciled = it.host.owner.get(&path).await.expect(200);
    assert_eq!(reconciled["differences"], json!([]));
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_paid_out_is_refused_with_its_reason(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = left(engine).await;
    assert_eq!(it.ask(it.due + 1).await.refusal(), (409, "payout.more_than_unused"));
    assert_eq!(it.ask(0).await.refusal(), (409, "payout.nothing"));
    assert_eq!(it.ask(-1).await.refusal(), (409, "payout.nothing"));
    let with = |key: &str, value: Value| {
        let mut wish = it.wish(100);
        wish[key] = value;
        wish
    };
    for (key, value, field, code) in [
        ("account", json!("6789 123 456 788"), "account", "payout_account.check_digit"),
        ("account", json!("1000 1234567"), "account", "payout_account.unknown_clearing"),
        ("account", json!("kontot"), "account", "payout_account.malformed"),
        ("accountKind", json!("bank_no"), "account", "payout_account.malformed"),
        ("name", json!(" "), "name", "required"),
        ("reason", json!(""), "reason", "required"),
        ("incomingPaymentId", it.unplaced["id"].clone(), "personId", "payout.one_source"),
    ] {
        let answer = it.host.owner.post("/payouts", with(key, value)).await;
        assert_eq!((answer.status, &answer.body["fields"][field]), (422, &json!(code)), "{}", answer.body);
    }
    let clerk = it.host.as_(Role::Clerk, At::Organisation(it.host.organisation.clone())).await;
    let asked = clerk.post("/payouts", it.wish(100)).await.expect(201);
    assert_eq!(it.act(&clerk, &asked, "approve", json!(null)).await.status, 403);
    let all = futures::future::join_all((0..6).map(|_| it.ask(it.due / 3))).await;
    let (made, refused): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| it.status == 201);
    assert_eq!(made.len(), 2, "100 are asked for already");
    assert!(refused.iter().all(|it| it.refusal() == (409, "payout.more_than_unused")));
    let approved = it.act(&it.host.owner, &asked, "approve", json!(null)).await.expect(200);
    assert_eq!(it.make(&[&approved], "2026-11-20").await.status, 422, "a day that has passed");
    assert_eq!(it.make(&[], TODAY).await.status, 422);
    assert_eq!(it.host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn a3_whoever_asked_does_not_approve_whatever_their_role_and_record(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = left(engine).await;
    let asked = it.asked(100).await;
    let owner = &it.host.owner;
    assert_eq!(it.act(owner, &asked, "approve", json!(null)).await.refusal(), (409, "decision.own_wish"));
    assert_eq!(it.act(owner, &asked, "refuse", json!({"reason": "nej"})).await.refusal(), (409, "decision.own_wish"));
    assert_eq!(it.act(&it.accountant, &asked, "withdraw", json!(null)).await.refusal(), (409, "payout.not_yours"));
    // The database would not have it either.
    let id = PayoutId(text(&asked["id"]).parse().unwrap());
    let mut tx = it.host.app.write().await.unwrap();
    let mut kept = tx.lock_payouts(&[id]).await.unwrap().remove(0);
    let by = kept.asked_by;
    kept.decision = Some(stolpe_domain::second_approval::Decision { at: kept.created_at, by, reason: None });
    assert!(tx.put_payout(&kept).await.is_err());
    drop(tx);
    let person = async |desk: &Desk| text(&desk.get("/me").await.expect(200)["personId"]);
    let (asker, accountant) = (person(owner).await, person(&it.accountant).await);
    let merge = json!({"otherId": asker, "reason": "samma person"});
    owner.post(&format!("/persons/{accountant}/merge"), merge).await.expect(200);
    assert_eq!(it.act(&it.accountant, &asked, "approve", json!(null)).await.refusal(), (409, "decision.own_wish"));
}

#[rstest]
#[tokio::test]
async fn sixty_four_approvals_at_once_approve_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = left(engine).await;
    let asked = it.asked(100).await;
    let all = (0..64).map(|_| it.act(&it.accountant, &asked, "approve", json!(null)));
    let all = futures::future::join_all(all).await;
    assert_eq!(all.iter().filter(|it| it.status == 200).count(), 1);
    assert!(all.iter().all(|it| it.status == 200 || it.status == 412), "{all:?}");
    assert_eq!(audit(&it.host, "payout.approved").await.len(), 1);
    // And so does a file.
    let approved = it.seen(&asked).await;
    let one = [&approved];
    let files = futures::future::join_all((0..6).map(|_| it.make(&one, TODAY))).await;
    assert_eq!(files.iter().filter(|it| it.status == 201).count(), 1);
    it.stands(&asked, "filed", 0).await;
}

#[rstest]
#[tokio::test]
async fn what_the_bank_rejects_is_still_held_and_goes_into_another_file_under_another_name(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = left(engine).await;
    let (sent, file) = it.sent(it.due).await;
    assert_eq!(it.act(&it.host.owner, &sent, "withdraw", json!(null)).await.refusal(), (409, "payout.decided"));
    let rejected = report("2026-11-24T09:00:00", &file, "", &[(&name(&sent), "RJCT", "AM04")]);
    it.take(&rejected).await.expect(201);
    it.stands(&sent, "rejected", 0).await;
    let seen = it.seen(&sent).await;
    assert_eq!(
        (&seen["items"][0]["reasonCode"], &seen["items"][0]["words"]),
        (&json!("AM04"), &json!("Konto avslutat"))
    );
    assert_eq!(it.offer().await["most"]["minor"], 0, "it is held");
    it.host.clock.advance(TimeDelta::hours(1));
    let again = it.make(&[&seen], "2026-11-26").await.expect(201);
    it.fetched(&again).await;
    let seen = it.seen(&sent).await;
    assert_eq!((seen["items"].as_array().unwrap().len(), &seen["state"]), (2, &json!("sent")));
    assert_ne!(name(&seen), name(&sent));
    // What the bank still says of the first file changes nothing; that it paid that as well is said to be wrong.
    let old = it.take(&report("2026-11-24T10:00:00", &file, "", &[(&name(&sent), "RJCT", "AC04")])).await;
    assert_eq!(outcomes(&old.expect(201)), ["older"]);
    let twice = it.take(&report("2026-11-26T10:00:00", &file, "", &[(&name(&sent), "ACSC", "")])).await.expect(201);
    assert_eq!(outcomes(&twice), ["contradicts"]);
    it.stands(&sent, "sent", 0).await;
    // A closed account: the second time nobody wants it any more, and the money is free.
    it.take(&report("2026-11-26T11:00:00", &again, "RJCT", &[])).await.expect(201);
    let seen = it.seen(&sent).await;
    it.act(&it.host.owner, &seen, "withdraw", json!(null)).await.expect(200);
    it.stands(&sent, "withdrawn", 0).await;
    assert_eq!(it.offer().await["most"]["minor"], it.due);
    // Were it paid all the same, it is missing among what nobody can place.
    let late = it.take(&report("2026-11-27T11:00:00", &again, "ACSC", &[])).await.expect(201);
    assert_eq!(outcomes(&late), ["contradicts"]);
    it.stands(&sent, "paid", it.due).await;
    assert_eq!(stands(&it.host, AccountKind::Suspense).await, it.due - 777);
}

#[rstest]
#[tokio::test]
async fn a_report_is_taken_in_once_and_whole_and_what_it_names_and_is_not_ours_is_listed(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = left(engine).await;
    let (sent, file) = it.sent(100).await;
    let name = name(&sent);
    let said = report("2026-11-24T09:00:00", &file, "PART", &[(&name, "ACCP", ""), ("OKÄND", "RJCT", "AC01")]);
    let found = it.look(&said).await.expect(200);
    assert_eq!((outcomes(&found), &found["takenAt"]), (vec!["applied".to_owned(), "unknown".to_owned()], &Value::Null));
    assert_eq!((&found["statuses"][0]["name"], &found["file"]["name"]), (&json!("Åsa Ek"), &file["name"]));
    it.stands(&sent, "sent", 0).await;
    let taken = it.take(&said).await.expect(201);
    assert_eq!((outcomes(&taken), &taken["statuses"][1]["line"]), (outcomes(&found), &json!(7)));
    it.stands(&sent, "accepted", 0).await;
    assert_eq!(it.take(&said).await.refusal(), (409, "payout_status.taken"));
    assert!(it.look(&said).await.expect(200)["takenAt"].is_string());
    // The same once more, and something older.
    let known = it.take(&report("2026-11-24T09:30:00", &file, "", &[(&name, "ACCP", "")])).await.expect(201);
    assert_eq!(outcomes(&known), ["known"]);
    let older = it.take(&report("2026-11-24T08:00:00", &file, "", &[(&name, "PDNG", "")])).await.expect(201);
    assert_eq!(outcomes(&older), ["older"]);
    it.stands(&sent, "accepted", 0).await;
    // Nothing of ours at all.
    let other = it.take(&report("2026-11-24T08:00:00", &json!({"messageId": "ANNAN"}), "RJCT", &[])).await.expect(201);
    assert_eq!(outcomes(&other), ["unknown"]);
    let cut = &said[..said.len() - 40];
    let refused = it.take(cut).await;
    assert_eq!(
        (refused.status, refused.code(), &refused.body["params"]["line"]),
        (409, "payout_status.damaged", &json!(8))
    );
    assert_eq!(it.take("").await.refusal(), (409, "payout_status.empty"));
    let own = String::from_utf8(it.fetched(&file).await).unwrap();
    assert_eq!(it.take(&own).await.refusal(), (409, "payout_status.other_message"));
    let path = format!("/payout-statuses?organisationId={}", it.host.organisation);
    assert_eq!(it.host.owner.get(&path).await.expect(200)["items"].as_array().unwrap().len(), 4);
}

#[rstest]
#[tokio::test]
async fn somebody_says_for_the_bank_what_it_does_not_say_in_a_file(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = left(engine).await;
    let (sent, _) = it.sent(it.due).await;
    let said = |outcome: &str, on: &str, bank_reference: &str| json!({"outcome": outcome, "on": on, "bankReference": bank_reference, "reason": "kontoutdrag"});
    let owner = &it.host.owner;
    assert_eq!(it.act(owner, &sent, "outcome", said("paid", TODAY, "")).await.status, 422);
    assert_eq!(it.act(owner, &sent, "outcome", said("paid", "2026-12-24", "R1")).await.status, 422);
    assert_eq!(
        it.act(owner, &sent, "outcome", said("returned", TODAY, "")).await.refusal(),
        (409, "payout.not_at_bank")
    );
    let paid = it.act(owner, &sent, "outcome", said("paid", TODAY, "R1")).await.expect(200);
    assert_eq!((&paid["items"][0]["bankReference"], &paid["items"][0]["byHand"]), (&json!("R1"), &json!(true)));
    it.stands(&sent, "paid", it.due).await;
    assert_eq!(it.act(owner, &paid, "outcome", said("paid", TODAY, "R1")).await.refusal(), (409, "payout.not_at_bank"));
    let returned = it.act(owner, &paid, "outcome", said("returned", TODAY, "")).await.expect(200);
    it.stands(&returned, "returned", 0).await;
    assert_eq!(it.offer().await["most"]["minor"], it.due, "it is on the account again");
}

#[rstest]
#[tokio::test]
async fn what_nobody_could_place_goes_back_to_where_it_came_from_and_is_not_placed_as_well(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = left(engine).await;
    let id = text(&it.unplaced["id"]);
    let offer = it.host.owner.get(&format!("/payout-offer?incomingPaymentId={id}")).await.expect(200);
    assert_eq!((&offer["most"]["minor"], &offer["name"]), (&json!(777), &json!("Kalles Plåt AB")));
    let wish = json!({"incomingPaymentId": id, "minor": 777, "accountKind": "bankgiro", "account": "991-2346",
        "name": "Kalles Plåt AB", "reason": "fel mottagare"});
    let asked = it.host.owner.post("/payouts", wish.clone()).await.expect(201);
    assert_eq!(read(&it.host, &it.unplaced).await["left"]["minor"], 0);
    assert_eq!(it.host.owner.post("/payouts", wish).await.refusal(), (409, "payout.more_than_unused"));
    let cia = invoices_open(&it.host).await;
    let now = read(&it.host, &it.unplaced).await;
    assert_eq!(settle(&it.host, &now, &[(&cia, 100)]).await.refusal(), (409, "incoming_payment.more_than_left"));
    it.act(&it.accountant, &asked, "refuse", json!({"reason": "fråga först"})).await.expect(200);
    it.stands(&asked, "refused", 0).await;
    let free = read(&it.host, &it.unplaced).await;
    assert_eq!(free["left"]["minor"], 777);
    settle(&it.host, &free, &[(&cia, 100)]).await.expect(200);
    let wish = json!({"incomingPaymentId": id, "minor": 677, "accountKind": "bankgiro", "account": "991-2346",
        "name": "Kalles Plåt AB", "reason": "fel mottagare"});
    let asked = it.host.owner.post("/payouts", wish).await.expect(201);
    let approved = it.act(&it.accountant, &asked, "approve", json!(null)).await.expect(200);
    let file = it.make(&[&approved], TODAY).await.expect(201);
    it.take(&report("2026-11-24T20:00:00", &file, "ACSC", &[])).await.expect(201);
    it.stands(&asked, "paid", 677).await;
    assert_eq!(stands(&it.host, AccountKind::Suspense).await, 0);
}

async fn invoices_open(host: &TestHost) -> Value {
    let all = crate::month_runs::documents(host).await;
    all.into_iter().find(|it| it["recipient"] == "Cia Ek").unwrap()
}

#[rstest]
#[tokio::test]
async fn what_a_provider_no_longer_gives_back_goes_to_a_bank_account_and_not_back_as_well(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let begun = it.begun().await;
    it.payer(&begun, "PAID", json!({"amount": 10.5})).await;
    it.ask().await;
    let id = text(&begun["id"]);
    let owner = &it.host.owner;
    let offer = owner.get(&format!("/payout-offer?paymentId={id}")).await.expect(200);
    assert_eq!((&offer["most"]["minor"], &offer["name"]), (&json!(1_050), &json!("Åsa Ek")));
    let wish = json!({"paymentId": id, "minor": 1_000, "accountKind": "bankgiro", "account": "991-2346",
        "name": "Åsa Ek", "reason": "betald för länge sedan"});
    owner.post("/payouts", wish).await.expect(201);
    let refund = json!({"minor": 100, "reason": "fel belopp"});
    assert_eq!(owner.post(&format!("/payments/{id}/refunds"), refund).await.refusal(), (409, "refund.more_than_paid"));
    let look = format!("/payments/{id}/look");
    let version = it.at_desk(&begun).await["rowVersion"].as_i64().unwrap();
    let places = json!({"reason": "delbetalning", "places": true});
    assert_eq!(owner.post_at(&look, version, places).await.refusal(), (409, "payment.refunded"));
    assert_eq!(it.host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn pre_19_what_is_left_of_those_who_have_moved_out_is_on_a_list_and_waits(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let mut it = left(engine).await;
    let owner = it.host.owner.clone();
    let path = format!("/left-money?organisationId={}", it.host.organisation);
    let rows = owner.get(&path).await.expect(200)["items"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 2, "{rows:?}");
    let of = |rows: &[Value]| rows.iter().find(|row| row["personId"] == it.person).unwrap().clone();
    assert_eq!((&of(&rows)["amount"]["minor"], &of(&rows)["movedOutOn"]), (&json!(it.due), &Value::Null));
    let waits = async |it: &Left| {
        let todo = it.accountant.get("/todo").await.expect(200);
        todo["items"].as_array().unwrap().iter().any(|it| it["kind"] == "payout.remainder")
    };
    assert!(!waits(&it).await, "she lives nowhere that is known");
    let unit = json!({"code": "A1101", "kind": "apartment"});
    let unit = owner.post(&format!("/units?facilityId={}", it.host.facility), unit).await.expect(201);
    let tenancy = json!({"personId": it.person, "unitId": unit["id"], "movedInOn": "2026-01-01"});
    let tenancy = owner.post("/tenancies", tenancy).await.expect(201);
    assert!(!waits(&it).await, "she lives there");
    let version = tenancy["rowVersion"].as_i64().unwrap();
    let gone = json!({"movedOutOn": "2026-11-20"});
    owner.patch_at(&format!("/tenancies/{}", text(&tenancy["id"])), version, gone).await.expect(200);
    assert_eq!(it.offer().await["movedOutOn"], "2026-11-20");
    assert!(waits(&it).await);
    it.host.clock.advance(TimeDelta::days(200));
    it.host.owner = it.host.sign_in(None, OWNER).await;
    it.accountant = it.host.as_(Role::Accountant, At::Organisation(it.host.organisation.clone())).await;
    let owner = it.host.owner.clone();
    let rows = owner.get(&path).await.expect(200)["items"].as_array().unwrap().clone();
    assert_eq!((&of(&rows)["age"], &of(&rows)["movedOutOn"]), (&json!("half_year"), &json!("2026-11-20")));
    // What is looked at is what a file has.
    let of = async |of: &str| {
        let rows = owner.get(&format!("{path}&of={of}")).await.expect(200);
        rows["items"].as_array().unwrap().iter().map(|row| text(&row["name"])).collect::<Vec<_>>()
    };
    assert_eq!((of("moved_out").await, of("dormant").await.len()), (vec!["Åsa Ek".to_owned()], 2));
    let gone = format!("/exports/left-money?organisationId={}&format=international&of=moved_out", it.host.organisation);
    let file = owner.get(&format!("{gone}&columns=name,amount,age")).await;
    let file = String::from_utf8(file.bytes).unwrap();
    assert!(file.contains("Åsa Ek") && !file.contains("Kalles"), "{file}");
    let path = format!("/exports/left-money?organisationId={}&format=international", it.host.organisation);
    let file = owner.get(&format!("{path}&columns=name,amount,age")).await;
    let file = String::from_utf8(file.bytes).unwrap();
    assert!(file.contains("Åsa Ek") && file.contains("Kalles Plåt AB"), "{file}");
    it.asked(it.due).await;
    assert!(!waits(&it).await, "all of it is on its way");
}

/// A list has so many rows; a file has every one.
const SHOWN: usize = 2_000;

#[rstest]
#[tokio::test]
async fn pre_19_what_is_left_is_counted_whole_and_a_file_has_all_of_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let names: Vec<String> = (0..=SHOWN).map(|it| format!("Kund {it} AB")).collect();
    let paid: Vec<_> = names.iter().map(|name| ("", '0', 101, name.as_str())).collect();
    take(&host, &bgmax(1, &paid)).await.expect(201);
    let list = host.owner.get(&format!("/left-money?organisationId={}", host.organisation)).await.expect(200);
    assert_eq!((list["items"].as_array().unwrap().len(), &list["count"]), (SHOWN, &json!(SHOWN + 1)));
    let path = format!("/exports/left-money?organisationId={}&format=international", host.organisation);
    let file = host.owner.get(&format!("{path}&columns=name,amount")).await;
    let file = String::from_utf8(file.bytes).unwrap();
    let sum: usize = names.iter().filter(|name| file.contains(&format!("{name},1.01"))).count();
    assert_eq!(sum, SHOWN + 1);
}

#[rstest]
#[tokio::test]
async fn a_payout_that_counts_in_a_locked_month_stands_in_the_books_on_the_first_open_day(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = left(engine).await;
    let (sent, _) = it.sent(it.due).await;
    it.host.clock.advance(TimeDelta::days(10));
    lock(&it.host, "2026-11").await.expect(200);
    let before = booked(&it.host, "2026-11").await;
    let paid = json!({"outcome": "paid", "on": TODAY, "bankReference": "R1", "reason": "kontoutdrag"});
    it.act(&it.host.owner, &sent, "outcome", paid).await.expect(200);
    it.stands(&sent, "paid", it.due).await;
    assert_eq!(booked(&it.host, "2026-11").await, before);
    assert_eq!(booked(&it.host, "2026-12").await["late"], 1);
}
