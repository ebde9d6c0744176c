//! PRE-17: whoever pays accepts terms that they could read, and which version it was is kept with the payment.

use crate::payments::{Paying, paying};
use crate::story::{audit, text};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, PaymentDoubleKind};

fn path(it: &Paying) -> String {
    format!("/terms?organisationId={}", it.host.organisation)
}

async fn write(it: &Paying, version: i64, kind: &str, from: &str, words: &str) -> Answer {
    let draft = json!({"kind": kind, "appliesFrom": from, "texts": {"sv": {"text": words}}});
    it.host.owner.post_at(&path(it), version, draft).await
}

/// What Åsa is shown before she pays.
async fn shown(it: &Paying) -> Value {
    it.asa.get("/me/invoices").await.expect(200)["items"][0]["terms"].clone()
}

async fn press(it: &Paying, accepts: &Value) -> Answer {
    let ids: Vec<&Value> = accepts.as_array().unwrap().iter().map(|it| &it["id"]).collect();
    let what = json!({"documentId": it.invoice["id"], "provider": "payson", "accepts": ids});
    it.asa.post("/me/payments", what).await
}

#[rstest]
#[tokio::test]
async fn pre_17_which_version_was_accepted_and_when_is_kept_and_shown_at_the_desk(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Payson).await;
    assert_eq!(shown(&it).await, json!([]));
    write(&it, 0, "shop", "2026-11-21", "Köpvillkor ett").await.expect(200);
    write(&it, 0, "privacy", "2026-11-21", "Vad vi vet om dig").await.expect(200);
    let first = shown(&it).await;
    let kinds: Vec<&Value> = first.as_array().unwrap().iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds, [&json!("shop"), &json!("privacy")]);

    let begun = press(&it, &first).await.expect(201);
    let seen = it.at_desk(&begun).await;
    let accepted = |of: &Value| {
        let all = of.as_array().unwrap().iter();
        all.map(|it| (text(&it["kind"]), it["version"].as_i64().unwrap())).collect::<Vec<_>>()
    };
    let both = [("privacy".to_owned(), 1), ("shop".to_owned(), 1)];
    assert_eq!(accepted(&seen["accepted"]), both);
    assert_eq!(seen["accepted"][0]["acceptedAt"], seen["attempts"][0]["begunAt"]);
    assert_eq!(seen["accepted"][0]["attemptId"], seen["attempts"][0]["id"]);
    let person = text(&it.asa.get("/me").await.expect(200)["personId"]);
    let path = format!("/persons/{person}/accepted-terms");
    assert_eq!(accepted(&it.host.owner.get(&path).await.expect(200)["items"]), both);
    assert_eq!(it.asa.get(&path).await.status, 404);
    assert_eq!(audit(&it.host, "terms.written").await.len(), 2);

    // What is written later is another version: what was accepted stays what it was.
    write(&it, 1, "shop", "2026-11-21", "Köpvillkor två").await.expect(200);
    assert_eq!(accepted(&it.at_desk(&begun).await["accepted"]), both);
}

#[rstest]
#[tokio::test]
async fn pre_17_nobody_accepts_what_they_were_not_shown(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Payson).await;
    write(&it, 0, "shop", "2026-11-21", "Köpvillkor ett").await.expect(200);
    assert_eq!(press(&it, &json!([])).await.refusal(), (409, "payment.other_terms"));
    let first = shown(&it).await;
    write(&it, 1, "shop", "2026-11-21", "Köpvillkor två").await.expect(200);
    assert_eq!(press(&it, &first).await.refusal(), (409, "payment.other_terms"));
    assert!(it.asa.get("/me/invoices").await.expect(200)["items"][0]["paymentId"].is_null(), "nothing was begun");
    press(&it, &shown(&it).await).await.expect(201);
}

#[rstest]
#[tokio::test]
async fn pre_17_terms_hold_from_their_day_and_anybody_reads_those_that_do(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Payson).await;
    let nobody = it.host.nobody();
    let public = format!("/terms/{}", it.host.organisation);
    assert_eq!(nobody.get(&public).await.status, 404, "what nobody has written is not there");
    write(&it, 0, "shop", "2026-11-21", "Köpvillkor ett").await.expect(200);
    let all = write(&it, 1, "shop", "2026-11-22", "Köpvillkor två").await.expect(200);
    let standings: Vec<&Value> = all["items"].as_array().unwrap().iter().map(|it| &it["standing"]).collect();
    assert_eq!(standings, [&json!("planned"), &json!("in_force")]);
    assert_eq!(all["address"], format!("https://stolpe.example/terms/{}", it.host.organisation));
    let read = nobody.get(&public).await.expect(200);
    assert_eq!(
        (&read["items"][0]["texts"]["sv"]["text"], &read["items"][0]["version"]),
        (&json!("Köpvillkor ett"), &json!(1))
    );
    it.host.clock.advance(TimeDelta::hours(12) + TimeDelta::minutes(1));
    assert_eq!(nobody.get(&public).await.expect(200)["items"][0]["version"], 2);
}

#[rstest]
#[tokio::test]
async fn pre_17_what_was_written_stays_and_terms_that_nobody_could_read_are_refused(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Payson).await;
    let past = write(&it, 0, "shop", "2026-11-20", "Köpvillkor").await;
    assert_eq!((past.status, &past.body["fields"]["appliesFrom"]), (422, &json!("terms.past")));
    let blank = write(&it, 0, "shop", "2026-11-21", " ").await;
    assert_eq!((blank.status, &blank.body["fields"]["sv"]), (422, &json!("required")));
    let both = futures::future::join_all(["ett", "två"].map(|one| write(&it, 0, "shop", "2026-11-21", one))).await;
    let mut statuses: Vec<u16> = both.iter().map(|it| it.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "of two at once, one is told that somebody was faster");
}

#[rstest]
#[tokio::test]
async fn pre_17_a_provider_that_shows_terms_is_told_where_they_are(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Payson).await;
    write(&it, 0, "shop", "2026-11-21", "Köpvillkor").await.expect(200);
    let begun = press(&it, &shown(&it).await).await.expect(201);
    let kept = it.double.outside(&json!({"id": it.reference(&begun).await, "status": "readyToPay"}));
    let told = format!("https://stolpe.example/terms/{}", it.host.organisation);
    assert!(kept.iter().any(|line| line["event"] == "terms" && line["shown"] == told), "{kept:?}");
}
