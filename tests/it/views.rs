//! Saved filters: one's own, and those that are there for everybody of an organisation.

use crate::story::{BOTH, audit, text};
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_testkit::{At, Desk, TestHost};

async fn named(desk: &Desk) -> Vec<(String, Value, bool)> {
    let views = desk.get("/views").await.expect(200)["items"].as_array().unwrap().clone();
    views.iter().map(|it| (text(&it["name"]), it["sharedBy"].clone(), it["removable"].as_bool().unwrap())).collect()
}

#[tokio::test]
async fn a_filter_is_its_owners_alone_or_everybodys_of_the_organisation() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let organisation = host.organisation.clone();
        let manager = host.as_(Role::Manager, At::Organisation(organisation.clone())).await;
        let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
        let view = |name: &str, shared: bool| {
            let organisation = shared.then(|| organisation.clone());
            json!({"room": "people", "name": name, "query": {"view": "no_login"}, "organisationId": organisation})
        };
        manager.post("/views", view("Mina egna", false)).await.expect(201);
        let shared = manager.post("/views", view("Utan inloggning", true)).await.expect(201);
        assert_eq!((&shared["sharedBy"], &shared["removable"]), (&Value::Null, &json!(true)));
        assert_eq!(
            named(&clerk).await,
            [("Utan inloggning".to_owned(), json!("Test manager"), false)],
            "whoever works in one facility finds what is shared in its organisation"
        );
        let path = format!("/views/{}", text(&shared["id"]));
        assert_eq!(clerk.delete(&path).await.status, 403);
        assert_eq!(clerk.post("/views", view("Kontorets", true)).await.status, 404, "who may share is decided");
        let counter = host.as_(Role::Clerk, At::Organisation(organisation.clone())).await;
        assert_eq!(counter.post("/views", view("Kontorets", true)).await.status, 403);
        let taken = host.owner.post("/views", view("Utan inloggning", true)).await;
        assert_eq!(taken.refusal(), (409, "view.name_taken"));
        host.owner.post("/views", view("Utan inloggning", false)).await.expect(201);

        let elsewhere = json!({"name": "Granen AB", "country": "SE", "organisationNumber": "556016-0680",
            "street": "Granvägen 1", "postalCode": "392 31", "city": "Kalmar"});
        let elsewhere = text(&host.owner.post("/organisations", elsewhere).await.expect(201)["id"]);
        let stranger = host.as_(Role::Manager, At::Organisation(elsewhere)).await;
        assert_eq!(named(&stranger).await, []);
        assert_eq!(stranger.delete(&path).await.status, 404);
        assert_eq!(stranger.post("/views", view("Till grannarna", true)).await.status, 404);

        assert_eq!(host.owner.delete(&path).await.status, 204, "who may share may take away what others share");
        assert_eq!(named(&clerk).await, []);
        let removed = audit(&host, "view.removed").await;
        assert_eq!(removed[0]["organisationId"], json!(organisation));
    }
}

#[tokio::test]
async fn a_link_opens_one_event_of_the_log_directly_and_only_for_those_who_may_see_it() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let all = host.owner.get("/audit?limit=200").await.expect(200)["items"].as_array().unwrap().clone();
        let first = all.last().unwrap();
        let one = host.owner.get(&format!("/audit?seq={}", first["seq"])).await.expect(200);
        assert_eq!((&one["items"], &one["total"]), (&json!([first]), &json!({"count": 1, "exact": true})));
        assert_eq!(host.owner.get("/audit?seq=999999").await.expect(200)["items"], json!([]));
        let setting = host.owner.get("/audit?action=host.set_up").await.expect(200)["items"][0]["seq"].clone();
        let accountant = host.as_(Role::Accountant, At::Facility(host.facility.clone())).await;
        let hidden = accountant.get(&format!("/audit?seq={setting}")).await.expect(200);
        assert_eq!(hidden["items"], json!([]), "what is the installation's is not theirs");
    }
}
