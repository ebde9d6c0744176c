//! Sign-in letters: passwords and paper come into force together.

use crate::story::{BOTH, audit, ended, resident, text};
use serde_json::json;
use stolpe_domain::id::JobId;
use stolpe_testkit::TestHost;

#[tokio::test]
async fn pre_05_letters_bring_passwords_and_are_handed_over() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let desk = &host.owner;
        let (_, first) = resident(&host, "Åsa", "Öberg", "A1102").await;
        let (_, second) = resident(&host, "Bo", "Ek", "A1101").await;
        let (_, blocked) = resident(&host, "Cia", "Dahl", "A1103").await;
        desk.post(&format!("/logins/{blocked}/block"), json!({})).await.expect(200);

        let started = desk.post("/letters", json!({"facilityId": host.facility, "order": "walking"})).await;
        let job = ended(&host, started).await;
        assert_eq!(job["state"], "done", "{job}");
        assert_eq!(job["result"], json!({"count": 2, "skipped": [{"loginId": blocked, "code": "login.blocked"}]}));
        assert_eq!(job["file"]["name"], "inloggningsbrev-EKB-2026-11-21.pdf");
        let file = desk.get(&format!("/jobs/{}/file", text(&job["id"]))).await;
        assert!(file.bytes.starts_with(b"%PDF"));
        assert_eq!(file.headers["content-type"], "application/pdf");

        for (view, count) in [("initial_password", 2), ("not_issued", 0)] {
            let path = format!("/persons?facilityId={}&view={view}", host.facility);
            assert_eq!(desk.get(&path).await.expect(200)["items"].as_array().unwrap().len(), count, "{view}");
        }
        assert_eq!(audit(&host, "login.issued").await.len(), 2);
        assert_eq!(audit(&host, "letter.made").await.len(), 1);
        assert_eq!(audit(&host, "letter.fetched").await.len(), 1);

        let handed = desk.post("/logins/handed-over", json!({"loginIds": [first, second]})).await;
        assert_eq!(handed.expect(200)["count"], 2);
        let refused = desk.post("/logins/handed-over", json!({"loginIds": [first, blocked]})).await;
        assert_eq!(refused.refusal(), (409, "letter.none"));
        assert_eq!(audit(&host, "login.handed_over").await.len(), 2);

        // What was marked by mistake is taken back; what never was stays as it is.
        let undone = desk.post("/logins/not-handed-over", json!({"loginIds": [second]})).await;
        assert_eq!(undone.expect(200)["count"], 1);
        let again = desk.post("/logins/not-handed-over", json!({"loginIds": [second]})).await;
        assert_eq!(again.expect(200)["count"], 0);
        assert_eq!(audit(&host, "login.hand_over_undone").await.len(), 1);
        let path = format!("/persons?facilityId={}&view=initial_password", host.facility);
        let people = desk.get(&path).await.expect(200);
        let handed: Vec<bool> = people["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["logins"][0]["handedOverAt"].is_string() && it["logins"][0]["handedOverBy"].is_string())
            .collect();
        assert_eq!(handed.iter().filter(|it| **it).count(), 1, "{people}");
    }
}

#[tokio::test]
async fn pre_06_the_same_request_makes_no_second_letter_and_a_new_one_ends_what_was_signed_in() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let (_, login) = resident(&host, "Åsa", "Öberg", "A1102").await;
        host.give_password(&login, false).await;
        let resident = host.sign_in(Some("EKB"), "A1102").await;
        let body = json!({"loginIds": [login], "order": "name"});
        let job = ended(&host, host.owner.post_once("one letter", "/letters", body.clone()).await).await;
        assert_eq!(job["result"]["count"], 1, "{job}");
        let again = host.owner.post_once("one letter", "/letters", body).await.expect(202);
        assert_eq!(again["id"], job["id"]);
        assert_eq!(audit(&host, "login.issued").await.len(), 1);
        assert_eq!(resident.get("/me").await.refusal(), (401, "access.signed_out"));
    }
}

#[tokio::test]
async fn letters_for_nobody_and_for_strangers_are_refused() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let desk = &host.owner;
        let nobody = desk.post("/letters", json!({"facilityId": host.facility, "view": "initial_password"})).await;
        assert_eq!(nobody.refusal(), (409, "letter.nobody"));
        let unknown = json!({"loginIds": ["00000000-0000-7000-8000-000000000001"]});
        assert_eq!(desk.post("/letters", unknown).await.refusal(), (404, "not_found"));
        assert_eq!(desk.post("/letters", json!({})).await.expect(422)["fields"]["loginIds"], "required");
        // Who works at the desk gets no letter.
        let me = desk.get("/me").await.expect(200)["loginId"].clone();
        assert_eq!(desk.post("/letters", json!({"loginIds": [me]})).await.refusal(), (404, "not_found"));
    }
}

#[tokio::test]
async fn a_file_with_passwords_is_gone_when_its_time_is_up_though_nobody_does_anything() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        resident(&host, "Åsa", "Öberg", "A1102").await;
        let at = host.app.now();
        let started = host.owner.post("/letters", json!({"facilityId": host.facility, "order": "walking"})).await;
        let job = JobId(text(&ended(&host, started).await["id"]).parse().unwrap());
        let kept = async || host.db.db.read().await.unwrap().job_file(job, at).await.unwrap();
        host.app.keep_in_order().await.unwrap();
        assert!(kept().await.is_some());
        host.clock.advance(chrono::TimeDelta::hours(13));
        host.app.keep_in_order().await.unwrap();
        assert!(kept().await.is_none());
    }
}
