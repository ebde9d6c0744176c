//! Texts of mail that an organisation writes itself: tried out, guarded, taken back, and in the mail that is sent.

use crate::story::{audit, text};
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::host::{OWNER, PASSWORD};
use stolpe_testkit::{At, TestHost};

fn path(host: &TestHost, which: &str) -> String {
    format!("/mail-templates/{which}?organisationId={}", host.organisation)
}

/// A text of the organisation as it is now.
async fn now(host: &TestHost, kind: &str, language: &str) -> Value {
    let all = host.owner.get(&format!("/mail-templates?organisationId={}", host.organisation)).await.expect(200);
    let items = all["items"].as_array().unwrap();
    assert_eq!(items.len(), 60, "twenty kinds in three languages");
    items.iter().find(|it| it["kind"] == kind && it["language"] == language).unwrap().clone()
}

#[rstest]
#[tokio::test]
async fn a_mail_has_the_words_of_its_organisation_and_keeps_its_link(#[values(Sqlite, Postgres)] engine: Engine) {
    let mut host = TestHost::new(engine).await;
    host.mail_on().await;
    let standard = now(&host, "password_reset", "sv").await;
    assert_eq!((&standard["isStandard"], &standard["rowVersion"]), (&json!(true), &json!(0)));
    assert_eq!((&standard["needs"], &standard["changedAt"]), (&json!("link"), &Value::Null));

    let own = json!({"subject": "Nyckel till {organisation}", "body": "Tja {name}, nr #1:\r\n\r\n{link}\r\n"});
    let of = path(&host, "password_reset/sv");
    let saved = host.owner.put_at(&of, 0, own.clone()).await.expect(200);
    assert_eq!((&saved["isStandard"], &saved["rowVersion"]), (&json!(false), &json!(1)));
    assert_eq!(saved["body"], "Tja {name}, nr #1:\n\n{link}\n");
    assert_eq!(host.owner.put_at(&of, 0, own.clone()).await.refusal(), (412, "conflict.changed"));
    let never = path(&host, "password_reset/nb");
    assert_eq!(
        host.owner.put_at(&never, 7, own).await.refusal(),
        (412, "conflict.changed"),
        "there is no such version"
    );

    host.nobody().post("/password-resets", json!({"username": OWNER})).await.expect(202);
    let sent = host.sent().await;
    assert_eq!(sent[0].subject, "Nyckel till Brf Ekbacken");
    assert!(sent[0].text.starts_with("Tja Siv Ek, nr #1:\n\n"), "{}", sent[0].text);
    let link = sent[0].text.lines().find(|line| line.contains("://")).unwrap();
    let secret = link.rsplit_once('#').unwrap().1.to_owned();
    let shown = host.owner.get("/notices").await.expect(200)["items"][0].clone();
    assert!(!shown.to_string().contains(&secret), "the desk never sees it: {shown}");
    host.nobody().put(&format!("/password-resets/{secret}"), json!({"password": PASSWORD})).await.expect(204);
    host.owner = host.sign_in(None, OWNER).await;

    let back = host.owner.delete_at(&of, 1).await.expect(200);
    assert_eq!((&back["isStandard"], &back["rowVersion"]), (&json!(true), &json!(2)), "the version goes on counting");
    assert_eq!(back["body"], standard["body"]);
    let undone = json!({"subject": standard["subject"], "body": standard["body"]});
    let same = host.owner.put_at(&of, 2, undone).await.expect(200);
    assert_eq!(same["isStandard"], true, "the standard text is nobody's own");
    let rows = audit(&host, "mail_template.changed").await;
    assert_eq!((rows.len(), &rows[1]["after"]["subject"]), (2, &json!("Nyckel till {organisation}")));
    assert_eq!(audit(&host, "mail_template.restored").await[0]["before"]["subject"], "Nyckel till {organisation}");
}

#[rstest]
#[tokio::test]
async fn a_text_that_would_lose_its_link_or_names_nothing_is_refused_in_words_before_it_is_saved(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let of = path(&host, "invitation/en");
    let refusals = [
        (json!({"subject": "Welcome", "body": "Hello {name}"}), "body", "mail_template.missing", Some("link")),
        (json!({"subject": "Welcome", "body": "{namn}\n{link}"}), "body", "mail_template.unknown", Some("namn")),
        (json!({"subject": "Welcome", "body": "Open ({link})"}), "body", "mail_template.link_alone", None),
        (json!({"subject": "{link}", "body": "{link}"}), "subject", "mail_template.link_in_subject", None),
        (json!({"subject": "{amount}", "body": "{link}"}), "subject", "mail_template.unknown", Some("amount")),
        (json!({"subject": "Welcome", "body": "{link}\n{name"}), "body", "mail_template.brace", None),
        (json!({"subject": " ", "body": "{link}"}), "subject", "required", None),
    ];
    for (draft, field, code, place) in refusals {
        let refused = host.owner.put_at(&of, 0, draft.clone()).await;
        assert_eq!((refused.status, &refused.body["fields"][field]), (422, &json!(code)), "{draft}");
        let preview = path(&host, "invitation/en/preview");
        let tried = host.owner.post(&preview, draft).await.expect(200);
        assert_eq!(tried[format!("{field}Fault")], json!({"code": code, "place": place}));
    }
    assert_eq!(now(&host, "invitation", "en").await["rowVersion"], 0, "nothing was saved");
    assert_eq!(host.owner.put_at(&path(&host, "nonsense/en"), 0, json!({"subject": "", "body": ""})).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn a_text_is_tried_out_on_the_organisations_own_data(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let preview = path(&host, "invoice/nb/preview");
    let draft = json!({"subject": "{number}", "body": "{name} {organisation} {facility}\n{contact}\n{due_date}"});
    let tried = host.owner.post(&preview, draft.clone()).await.expect(200);
    assert_eq!((&tried["subjectFault"], &tried["bodyFault"]["place"]), (&Value::Null, &json!("number")));
    assert_eq!(text(&tried["body"]), "Siv Ek Brf Ekbacken Ekbacken\n21. desember 2026\n", "nobody can be asked");

    let manager = host.as_(Role::Manager, At::Organisation(host.organisation.clone())).await;
    manager.post(&preview, draft).await.expect(200);
    let own = json!({"subject": "{number}", "body": "{number}"});
    let of = path(&host, "invoice/nb");
    assert_eq!(manager.put_at(&of, 0, own).await.refusal(), (403, "access.denied"), "a matter for the owner");
    let resident = host.as_(Role::Resident, At::Own(host.organisation.clone(), host.facility.clone())).await;
    let list = format!("/mail-templates?organisationId={}", host.organisation);
    assert_eq!(resident.get(&list).await.status, 404);
}
