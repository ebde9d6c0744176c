//! Giving back what came through a provider: asked by one, approved by another, and never twice.

use crate::incoming_payments::bgmax;
use crate::month_runs::driver;
use crate::payments::{Paying, paying};
use crate::story::{audit, text};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_domain::id::RefundId;
use stolpe_domain::ledger::AccountKind;
use stolpe_ports::clock::Clock as _;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::host::OWNER;
use stolpe_testkit::{Answer, At, Desk, PaymentDoubleKind, TestHost};

/// Åsa has paid an invoice twice: by bank, and through a provider. The second is her own.
pub(crate) struct Overpaid {
    pub(crate) it: Paying,
    pub(crate) payment: Value,
    /// Somebody else who may approve.
    pub(crate) accountant: Desk,
}

pub(crate) async fn overpaid(engine: Engine) -> Overpaid {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let begun = it.begun().await;
    it.agrees(&begun).await;
    let reference = text(&it.invoice["reference"]);
    let file = bgmax(1, &[(&reference, '2', it.due(), "Asa Ek")]);
    let path = format!("/bank-files?organisationId={}&fileName=bgmax.txt", it.host.organisation);
    it.host.owner.send("POST", &path, &[("content-type", "application/octet-stream")], file).await.expect(201);
    it.ask().await;
    let accountant = it.host.as_(Role::Accountant, At::Organisation(it.host.organisation.clone())).await;
    Overpaid { payment: begun, it, accountant }
}

impl Overpaid {
    async fn wish(&self, minor: i64) -> Answer {
        let path = format!("/payments/{}/refunds", text(&self.payment["id"]));
        self.it.host.owner.post(&path, json!({"minor": minor, "reason": "betalt två gånger"})).await
    }

    pub(crate) async fn asked(&self, minor: i64) -> Value {
        self.wish(minor).await.expect(201)
    }

    async fn offer(&self) -> Value {
        self.it.host.owner.get(&format!("/payments/{}/refund-offer", text(&self.payment["id"]))).await.expect(200)
    }

    pub(crate) async fn seen(&self, refund: &Value) -> Value {
        self.it.host.owner.get(&format!("/refunds/{}", text(&refund["id"]))).await.expect(200)
    }

    async fn act(&self, desk: &Desk, refund: &Value, what: &str, body: Value) -> Answer {
        let version = refund["rowVersion"].as_i64().unwrap();
        desk.post_at(&format!("/refunds/{}/{what}", text(&refund["id"])), version, body).await
    }

    pub(crate) async fn approved(&self, refund: &Value) -> Value {
        self.act(&self.accountant, refund, "approve", json!(null)).await.expect(200)
    }

    /// Lets a while pass, and asks about refunds.
    pub(crate) async fn ask(&self) -> usize {
        self.it.host.clock.advance(TimeDelta::seconds(4));
        self.it.host.app.ask_due_refunds().await.unwrap()
    }

    /// Our name for a refund at Swish.
    pub(crate) async fn name(&self, refund: &Value) -> String {
        let id = RefundId(text(&refund["id"]).parse().unwrap());
        let kept = self.it.host.app.read().await.unwrap().find_refund(id).await.unwrap().unwrap();
        kept.ask_id.uuid().simple().to_string().to_uppercase()
    }

    /// Lets Swish come further with a refund; answers what it would send of that.
    pub(crate) async fn swish(&self, refund: &Value, status: &str, code: Option<&str>) -> Value {
        let told = json!({"id": self.name(refund).await, "status": status, "code": code});
        let seen = self.it.double.outside(&told);
        seen.into_iter().find(|line| line["event"] == "callback").unwrap()
    }

    /// How often the provider was asked to give back since somebody last looked.
    fn puts(&self, also: &Value) -> usize {
        let seen = self.it.double.outside(also);
        let asked = |it: &&Value| it["method"] == "PUT" && it["target"].as_str().unwrap().contains("/refunds/");
        seen.iter().filter(asked).count()
    }

    /// Where a refund stands, what is at the provider, what is Åsa's own, and that the ledger holds.
    async fn stands(&self, refund: &Value, state: &str, gone: i64) {
        assert_eq!(self.seen(refund).await["state"], state);
        assert_eq!((self.it.clearing().await, self.it.prepaid().await), (self.it.due() - gone, self.it.due() - gone));
        assert_eq!(self.it.host.app.prove_ledger().await.unwrap().faults, vec![]);
    }
}

#[rstest]
#[tokio::test]
async fn pre_19_what_was_paid_twice_is_asked_for_approved_by_another_and_given_back_once(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = overpaid(engine).await;
    let due = it.it.due();
    let offer = it.offer().await;
    assert_eq!((&offer["most"]["minor"], &offer["counted"]["minor"]), (&json!(due), &json!(0)));
    assert_eq!(offer["approvers"], json!(["Test accountant"]));
    let asked = it.asked(due).await;
    assert_eq!(
        (&asked["state"], &asked["mayDecide"], &asked["mayWithdraw"]),
        (&json!("asked"), &json!(false), &json!(true))
    );
    assert_eq!((&asked["decisionRefusal"], &asked["fromPrepaid"]["minor"]), (&json!("decision.own_wish"), &json!(due)));
    it.stands(&asked, "asked", 0).await;
    assert_eq!(it.ask().await, 0, "no provider is asked before somebody has approved");
    assert_eq!(it.it.asa.get("/me/refunds").await.expect(200)["items"], json!([]));
    // It waits for the accountant, and not for whoever asked.
    let waits = |todo: Value| todo["items"].as_array().unwrap().iter().any(|it| it["kind"] == "refund.asked");
    assert!(waits(it.accountant.get("/todo").await.expect(200)));
    assert!(!waits(it.it.host.owner.get("/todo").await.expect(200)));

    let approved = it.approved(&asked).await;
    assert_eq!((&approved["state"], &approved["decidedBy"]), (&json!("approved"), &json!("Test accountant")));
    it.stands(&asked, "approved", 0).await;
    assert_eq!(it.ask().await, 1);
    it.stands(&asked, "sent", 0).await;
    let mine = it.it.asa.get("/me/refunds").await.expect(200)["items"].clone();
    assert_eq!((&mine[0]["state"], &mine[0]["amount"]["minor"]), (&json!("sent"), &json!(due)));
    it.swish(&asked, "PAID", None).await;
    assert_eq!(it.ask().await, 1);
    it.stands(&asked, "done", due).await;
    assert_eq!(it.it.asa.get("/me/refunds").await.expect(200)["items"][0]["state"], "done");
    assert_eq!(it.ask().await, 0);
    assert_eq!(it.wish(1).await.refusal(), (409, "refund.more_than_paid"));
    for action in ["refund.asked", "refund.approved", "refund.moved", "refund.done"] {
        assert_eq!(audit(&it.it.host, action).await.len(), 1, "{action}");
    }
    let path = format!("/refunds?organisationId={}&state=done", it.it.host.organisation);
    let listed = it.it.host.owner.get(&path).await.expect(200);
    assert_eq!((&listed["total"]["count"], &listed["items"][0]["recipient"]), (&json!(1), &json!("Åsa Ek")));
}

#[rstest]
#[tokio::test]
async fn pre_19_payson_is_told_what_has_gone_back_in_all_one_refund_after_the_other(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Payson).await;
    let begun = it.begun().await;
    it.payer(&begun, "readyToShip", json!({})).await;
    it.ask().await;
    it.has_come(it.due(), "paid").await;
    // What pays for an invoice that stands is not given back.
    let path = format!("/payments/{}/refunds", text(&begun["id"]));
    let wish = json!({"minor": 100, "reason": "hon ångrar sig"});
    assert_eq!(it.host.owner.post(&path, wish.clone()).await.refusal(), (409, "refund.used"));
    let document = format!("/documents/{}", text(&it.invoice["id"]));
    let version = it.host.owner.get(&document).await.expect(200)["rowVersion"].as_i64().unwrap();
    let credit = json!({"reason": "fel pris"});
    it.host.owner.post_at(&format!("{document}/credit"), version, credit).await.expect(201);
    let accountant = it.host.as_(Role::Accountant, At::Organisation(it.host.organisation.clone())).await;
    let mut refunds = Vec::new();
    for minor in [400, it.due() - 400] {
        let wish = json!({"minor": minor, "reason": "krediterad"});
        let asked = it.host.owner.post(&path, wish).await.expect(201);
        assert_eq!(asked["fromInvoice"]["minor"], minor);
        let approve = format!("/refunds/{}/approve", text(&asked["id"]));
        accountant.post_at(&approve, 1, json!(null)).await.expect(200);
        refunds.push(asked);
    }
    assert_eq!(it.host.owner.post(&path, wish).await.refusal(), (409, "refund.more_than_paid"));
    for _ in 0..3 {
        it.host.clock.advance(TimeDelta::seconds(4));
        it.host.app.ask_due_refunds().await.unwrap();
    }
    for refund in &refunds {
        let path = format!("/refunds/{}", text(&refund["id"]));
        assert_eq!(it.host.owner.get(&path).await.expect(200)["state"], "done");
    }
    assert_eq!(it.clearing().await, 0);
    assert_eq!(it.host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn a3_whoever_asked_does_not_approve_whatever_their_role(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = overpaid(engine).await;
    let asked = it.asked(100).await;
    let owner = &it.it.host.owner;
    assert_eq!(it.act(owner, &asked, "approve", json!(null)).await.refusal(), (409, "decision.own_wish"));
    let reason = json!({"reason": "nej"});
    assert_eq!(it.act(owner, &asked, "reject", reason.clone()).await.refusal(), (409, "decision.own_wish"));
    let clerk = it.it.host.as_(Role::Clerk, At::Organisation(it.it.host.organisation.clone())).await;
    assert_eq!(it.act(&clerk, &asked, "approve", json!(null)).await.status, 403);
    assert_eq!(it.act(&it.accountant, &asked, "withdraw", json!(null)).await.refusal(), (409, "refund.not_yours"));
    // The database would not have it either.
    let id = RefundId(text(&asked["id"]).parse().unwrap());
    let mut tx = it.it.host.app.write().await.unwrap();
    let mut kept = tx.lock_refund(id).await.unwrap().unwrap();
    kept.decision =
        Some(stolpe_domain::second_approval::Decision { at: kept.created_at, by: kept.asked_by, reason: None });
    assert!(tx.put_refund(&kept).await.is_err());
    drop(tx);
    // A clerk asks, and the owner decides.
    let path = format!("/payments/{}/refunds", text(&it.payment["id"]));
    let of_clerk = clerk.post(&path, json!({"minor": 200, "reason": "betalt två gånger"})).await.expect(201);
    assert_eq!(it.act(owner, &of_clerk, "reject", json!({"reason": ""})).await.status, 422);
    let rejected = it.act(owner, &of_clerk, "reject", reason).await.expect(200);
    assert_eq!((&rejected["state"], &rejected["decidedReason"]), (&json!("rejected"), &json!("nej")));
    assert_eq!(it.act(owner, &rejected, "approve", json!(null)).await.refusal(), (409, "refund.decided"));
    let withdrawn = it.act(owner, &asked, "withdraw", json!(null)).await.expect(200);
    assert_eq!(withdrawn["state"], "withdrawn");
    assert_eq!(it.offer().await["most"]["minor"], it.it.due(), "nothing is held any more");
    it.stands(&asked, "withdrawn", 0).await;
}

#[rstest]
#[tokio::test]
async fn a3_whoever_asked_under_a_record_that_became_theirs_does_not_approve(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = overpaid(engine).await;
    let asked = it.asked(100).await;
    let person = async |desk: &Desk| text(&desk.get("/me").await.expect(200)["personId"]);
    let (asker, accountant) = (person(&it.it.host.owner).await, person(&it.accountant).await);
    let merge = json!({"otherId": asker, "reason": "samma person"});
    it.it.host.owner.post(&format!("/persons/{accountant}/merge"), merge).await.expect(200);
    assert_eq!(it.act(&it.accountant, &asked, "approve", json!(null)).await.refusal(), (409, "decision.own_wish"));
    // Nor is it offered to them; they may take back what they asked for.
    let seen = it.accountant.get(&format!("/refunds/{}", text(&asked["id"]))).await.expect(200);
    assert_eq!((&seen["mayDecide"], &seen["decisionRefusal"]), (&json!(false), &json!("decision.own_wish")));
    assert_eq!((&seen["approvers"], &seen["mayWithdraw"]), (&json!([]), &json!(true)));
    let todo = it.accountant.get("/todo").await.expect(200)["items"].as_array().unwrap().clone();
    assert!(todo.iter().all(|it| it["kind"] != "refund.asked"), "{todo:?}");
    assert_eq!(it.act(&it.accountant, &asked, "withdraw", json!(null)).await.expect(200)["state"], "withdrawn");
}

#[rstest]
#[tokio::test]
async fn a_refund_that_no_provider_has_decided_for_two_weeks_waits_for_somebody(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let mut it = overpaid(engine).await;
    let asked = it.asked(1_000).await;
    it.approved(&asked).await;
    it.ask().await;
    let waits = async |host: &TestHost| {
        let todo = host.owner.get("/todo").await.expect(200)["items"].as_array().unwrap().clone();
        todo.iter().any(|it| it["kind"] == "refund.undecided")
    };
    for (days, expected) in [(0, false), (13, false), (2, true)] {
        it.it.host.clock.advance(TimeDelta::days(days));
        it.it.host.owner = it.it.host.sign_in(None, OWNER).await;
        assert_eq!(waits(&it.it.host).await, expected, "{days}");
    }
    it.swish(&asked, "PAID", None).await;
    it.ask().await;
    assert!(!waits(&it.it.host).await);
}

#[rstest]
#[tokio::test]
async fn what_was_paid_beforehand_goes_with_a_record_that_is_merged_and_what_is_held_of_it_stays_held(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = overpaid(engine).await;
    let (host, due, free) = (&it.it.host, it.it.due(), 700);
    let asked = it.asked(due - free).await;
    let stays = driver(host, "Åsa", "asa.ek@example.se", "AB").await;
    let person =
        text(&host.owner.get(&format!("/documents/{}", text(&it.it.invoice["id"]))).await.expect(200)["personId"]);
    let merge = json!({"otherId": person, "reason": "samma person"});
    host.owner.post(&format!("/persons/{stays}/merge"), merge).await.expect(200);
    let path = format!("/accounts?organisationId={}&kind=prepaid", host.organisation);
    let accounts = host.owner.get(&path).await.expect(200)["items"].as_array().unwrap().clone();
    let of = |person: &str| accounts.iter().find(|it| it["personId"] == person).unwrap();
    assert_eq!((&of(&person)["balance"], &of(&stays)["balance"]), (&json!(0), &json!(due)));
    assert_eq!(of(&stays)["held"], due - free);
    for (account, step) in [(&person, "debit"), (&stays, "credit")] {
        let path = format!("/accounts/{}/statement", text(&of(account)["id"]));
        let entries = host.owner.get(&path).await.expect(200)["items"].as_array().unwrap().clone();
        let last = entries.last().unwrap();
        assert_eq!((&last["code"], &last[step]), (&json!("merged"), &json!(due)), "{entries:?}");
    }
    assert_eq!(it.offer().await["most"]["minor"], free, "the rest is theirs to get back");
    it.approved(&asked).await;
    it.ask().await;
    it.swish(&asked, "PAID", None).await;
    it.ask().await;
    it.stands(&asked, "done", due - free).await;
}

#[rstest]
#[tokio::test]
async fn no_more_is_asked_for_than_came_however_many_ask_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = overpaid(engine).await;
    let due = it.it.due();
    assert_eq!(it.wish(due + 1).await.refusal(), (409, "refund.more_than_paid"));
    assert_eq!(it.wish(0).await.refusal(), (409, "refund.nothing"));
    assert_eq!(it.wish(-1).await.refusal(), (409, "refund.nothing"));
    let all = futures::future::join_all((0..6).map(|_| it.wish(due / 2))).await;
    let (made, refused): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| it.status == 201);
    assert_eq!(made.len(), 2);
    assert!(refused.iter().all(|it| it.refusal() == (409, "refund.more_than_paid")));
    assert_eq!(it.offer().await["most"]["minor"], due - due / 2 * 2);
    assert_eq!(it.it.host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn two_desks_that_decide_at_once_decide_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = overpaid(engine).await;
    let asked = it.asked(100).await;
    let manager = it.it.host.as_(Role::Manager, At::Organisation(it.it.host.organisation.clone())).await;
    let (yes, no) = tokio::join!(
        it.act(&it.accountant, &asked, "approve", json!(null)),
        it.act(&manager, &asked, "reject", json!({"reason": "nej"})),
    );
    let mut answers = [yes.status, no.status];
    answers.sort_unstable();
    assert_eq!(answers, [200, 412]);
    let state = text(&it.seen(&asked).await["state"]);
    assert_eq!(state, if yes.status == 200 { "approved" } else { "rejected" });
    it.stands(&asked, &state, 0).await;
}

#[rstest]
#[tokio::test]
async fn a_provider_that_is_silent_after_it_gave_back_is_asked_and_never_gives_back_twice(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = overpaid(engine).await;
    let asked = it.asked(it.it.due()).await;
    it.approved(&asked).await;
    it.it.double.lose_an_answer_after(0);
    assert_eq!(it.ask().await, 1);
    it.stands(&asked, "unknown", 0).await;
    assert_eq!(it.offer().await["most"]["minor"], 0, "what may have gone out counts as gone");
    let told = json!({"id": it.name(&asked).await, "status": "PAID"});
    assert_eq!(it.puts(&told), 1);
    assert_eq!(it.ask().await, 1);
    it.stands(&asked, "done", it.it.due()).await;
    assert_eq!(it.puts(&told), 0, "it was found out by looking");
}

#[rstest]
#[tokio::test]
async fn a_provider_that_has_too_much_to_do_is_asked_again_and_gives_back_once(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = overpaid(engine).await;
    let asked = it.asked(it.it.due()).await;
    it.approved(&asked).await;
    it.it.double.outside(&json!({"instead": 429, "type": "text/plain", "text": "Too Many Requests"}));
    assert_eq!(it.ask().await, 1);
    it.stands(&asked, "approved", 0).await;
    assert_eq!(it.offer().await["most"]["minor"], 0, "what was approved stays held");
    it.it.host.clock.advance(TimeDelta::minutes(30));
    it.ask().await;
    it.swish(&asked, "PAID", None).await;
    it.ask().await;
    it.stands(&asked, "done", it.it.due()).await;
}

#[rstest]
#[tokio::test]
async fn a_host_that_dies_between_approving_and_hearing_leaves_it_to_another(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = overpaid(engine).await;
    let asked = it.asked(it.it.due()).await;
    it.approved(&asked).await;
    // It has taken the refund upon itself, and dies before it asks.
    let id = RefundId(text(&asked["id"]).parse().unwrap());
    let mut tx = it.it.host.app.write().await.unwrap();
    let due = tx.find_refund(id).await.unwrap().unwrap().next_ask_at.unwrap();
    let at = it.it.host.clock.now();
    assert!(tx.claim_refund(id, due, (at, at + TimeDelta::minutes(3))).await.unwrap());
    tx.commit_telemetry().await.unwrap();
    assert_eq!(it.ask().await, 0, "nobody else asks meanwhile");
    it.it.host.clock.advance(TimeDelta::minutes(4));
    // Several hosts look at once, and one of them asks.
    let others = [it.it.host.app.clone(), it.it.host.app.clone(), it.it.host.app.clone()];
    let asked_by = futures::future::join_all(others.iter().map(stolpe_app::App::ask_due_refunds)).await;
    assert_eq!(asked_by.into_iter().map(Result::unwrap).sum::<usize>(), 1);
    it.stands(&asked, "sent", 0).await;
    let told = json!({"id": it.name(&asked).await, "status": "PAID"});
    assert_eq!(it.puts(&told), 1);
    it.ask().await;
    it.stands(&asked, "done", it.it.due()).await;
}

#[rstest]
#[tokio::test]
async fn a_refund_that_the_provider_could_not_carry_out_has_failed_with_its_words_and_is_tried_again(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = overpaid(engine).await;
    let asked = it.asked(it.it.due()).await;
    it.approved(&asked).await;
    it.ask().await;
    let first = it.name(&asked).await;
    it.swish(&asked, "ERROR", Some("FF10")).await;
    it.ask().await;
    it.stands(&asked, "failed", 0).await;
    let failed = it.seen(&asked).await;
    assert_eq!((&failed["code"], &failed["mayTryAgain"]), (&json!("FF10"), &json!(true)));
    assert_eq!(it.offer().await["most"]["minor"], it.it.due(), "the money is free again");
    let again = it.act(&it.it.host.owner, &failed, "try-again", json!(null)).await.expect(200);
    assert_eq!(again["state"], "approved");
    assert_ne!(it.name(&asked).await, first, "what failed there is over under its name");
    it.ask().await;
    it.swish(&asked, "PAID", None).await;
    it.ask().await;
    it.stands(&asked, "done", it.it.due()).await;
    let over = it.act(&it.it.host.owner, &it.seen(&asked).await, "try-again", json!(null)).await;
    assert_eq!(over.refusal(), (409, "refund.over"));
}

#[rstest]
#[tokio::test]
async fn a_refund_that_the_provider_refuses_keeps_its_name_and_its_money_may_be_used_meanwhile(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = overpaid(engine).await;
    let asked = it.asked(it.it.due()).await;
    it.approved(&asked).await;
    let payment = it.it.reference(&it.payment).await;
    it.it.double.outside(&json!({"id": payment, "status": "CREATED"}));
    it.ask().await;
    it.stands(&asked, "failed", 0).await;
    let failed = it.seen(&asked).await;
    assert_eq!((&failed["code"], &failed["words"]), (&json!("RF02"), &json!("Original payment not found")));
    let name = it.name(&asked).await;
    // Somebody else has asked for the money meanwhile.
    let other = it.asked(it.it.due()).await;
    let owner = &it.it.host.owner;
    let refused = it.act(owner, &failed, "try-again", json!(null)).await;
    assert_eq!(refused.refusal(), (409, "refund.more_than_paid"));
    it.act(owner, &other, "withdraw", json!(null)).await.expect(200);
    it.act(owner, &failed, "try-again", json!(null)).await.expect(200);
    assert_eq!(it.name(&asked).await, name);
    it.it.double.outside(&json!({"id": payment, "status": "PAID"}));
    it.ask().await;
    it.stands(&asked, "sent", 0).await;
    // What is sent in the provider's name only hastens the asking.
    let told = it.swish(&asked, "PAID", None).await;
    assert_eq!(it.it.send(&told).await.status, 200);
    it.stands(&asked, "sent", 0).await;
    assert_eq!(it.ask().await, 1);
    it.stands(&asked, "done", it.it.due()).await;
}

#[rstest]
#[tokio::test]
async fn money_that_goes_back_after_all_is_found_out_and_missing_on_suspense(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = overpaid(engine).await;
    let asked = it.asked(it.it.due()).await;
    it.approved(&asked).await;
    it.ask().await;
    it.swish(&asked, "ERROR", Some("FF10")).await;
    it.ask().await;
    it.stands(&asked, "failed", 0).await;
    let told = it.swish(&asked, "PAID", None).await;
    assert_eq!(it.it.send(&told).await.status, 200);
    assert_eq!(it.ask().await, 1);
    let seen = it.seen(&asked).await;
    assert_eq!((&seen["state"], &seen["fromSuspense"]["minor"]), (&json!("done"), &json!(it.it.due())));
    assert_eq!((it.it.clearing().await, it.it.stands(AccountKind::Suspense).await), (0, it.it.due()));
    assert_eq!(it.it.host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn money_that_nobody_could_place_goes_back_and_is_not_placed_as_well(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let begun = it.begun().await;
    it.payer(&begun, "PAID", json!({"amount": 10.5})).await;
    it.ask().await;
    let path = format!("/payments/{}/refunds", text(&begun["id"]));
    let wish = json!({"minor": 1_050, "reason": "fel belopp"});
    let asked = it.host.owner.post(&path, wish).await.expect(201);
    assert_eq!(asked["fromSuspense"]["minor"], 1_050);
    let look = format!("/payments/{}/look", text(&begun["id"]));
    let version = it.at_desk(&begun).await["rowVersion"].as_i64().unwrap();
    let places = json!({"reason": "delbetalning", "places": true});
    assert_eq!(it.host.owner.post_at(&look, version, places).await.refusal(), (409, "payment.refunded"));
    assert_eq!(it.host.app.prove_ledger().await.unwrap().faults, vec![]);
}
