//! Taking imports back: everything that came goes, and nothing else.

use crate::imports::{LIST, LIST_OF_OTHERS, commit, people, read, undo};
use crate::story::{BOTH, text};
use serde_json::{Value, json};
use stolpe_testkit::TestHost;

#[tokio::test]
async fn an_undo_keeps_whoever_something_depends_on_since_and_gives_back_what_it_changed() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let known = json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv", "email": "asa@example.se"});
        let path = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
        let known = host.owner.post(&path, known).await.expect(201);
        let import = read(&host, LIST).await.expect(201);
        assert_eq!((&import["counts"]["create"], &import["counts"]["update"]), (&json!(2), &json!(1)), "{import}");
        commit(&host, &import).await;
        let path = format!("/persons/{}", text(&known["id"]));
        assert_eq!(host.owner.get(&path).await.expect(200)["phone"], "+46701740605");
        let bo = people(&host).await.into_iter().find(|it| it["givenName"] == "Bo").unwrap();
        host.owner
            .patch_at(&format!("/persons/{}", text(&bo["id"])), 1, json!({"note": "ring först"}))
            .await
            .expect(200);

        let job = undo(&host, &import).await;
        assert_eq!(job["result"], json!({"kept": 1, "restored": 1, "changedSince": 0}), "{job}");
        let left = people(&host).await;
        assert!(left.iter().any(|it| it["givenName"] == "Bo" && it["units"][0]["code"] == "A1102"));
        assert!(left.iter().all(|it| it["givenName"] != "Cia"));
        let restored = host.owner.get(&path).await.expect(200);
        assert_eq!((&restored["phone"], restored["logins"].as_array().unwrap().len()), (&Value::Null, 0));
    }
}

#[tokio::test]
async fn an_undo_takes_back_the_personal_number_and_the_facility_that_the_list_brought() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let register = format!("/persons?organisationId={}", host.organisation);
        let known = json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv", "email": "asa@example.se"});
        let known = host.owner.post(&register, known).await.expect(201);
        let before = people(&host).await.len();
        let list = "Förnamn;Efternamn;E-post;Personnummer\r\nÅsa;Öberg;asa@example.se;19811218-9876\r\n";
        let import = read(&host, list).await.expect(201);
        assert_eq!(import["counts"]["update"], 1, "{}", import["counts"]);
        commit(&host, &import).await;
        let path = format!("/persons/{}", text(&known["id"]));
        assert!(host.owner.get(&path).await.expect(200)["personalNumber"]["masked"].is_string());
        assert_eq!(people(&host).await.len(), before + 1, "she belongs to the facility");

        let job = undo(&host, &import).await;
        assert_eq!(job["result"], json!({"kept": 0, "restored": 1, "changedSince": 0}), "{job}");
        assert_eq!(host.owner.get(&path).await.expect(200)["personalNumber"], Value::Null);
        assert_eq!(people(&host).await.len(), before, "she belongs to the facility no more");
        let again = json!({"givenName": "Eva", "familyName": "Ek", "language": "sv",
            "personalNumber": {"country": "SE", "number": "19811218-9876"}});
        host.owner.post(&register, again).await.expect(201);
    }
}

/// A list in which one person lives on two units, first as the first row says and then as the last one does, so far
/// apart that they are taken in by two runs.
fn one_person_at_both_ends(first: &str, last: &str) -> String {
    let between = (0..1_200).map(|n| format!("U{n};Namn{n};Boende;p{n}@example.se;\r\n"));
    std::iter::once("Lgh;Förnamn;Efternamn;E-post;Telefon\r\n".to_owned())
        .chain([format!("A1;Åsa;Öberg;asa@example.se;{first}\r\n")])
        .chain(between)
        .chain([format!("A2;Åsa;Öberg;asa@example.se;{last}\r\n")])
        .collect()
}

#[tokio::test]
async fn whoever_two_rows_of_a_list_changed_is_given_back_what_they_were_before_the_first() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let known = json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv", "email": "asa@example.se",
            "phone": "+46701740609"});
        let path = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
        let path = format!("/persons/{}", text(&host.owner.post(&path, known).await.expect(201)["id"]));
        for list in [
            one_person_at_both_ends("0701740605", "0701740606"),
            // Two rows of one run.
            "Lgh;Förnamn;Efternamn;E-post;Telefon\r\nA1;Åsa;Öberg;asa@example.se;0701740605\r\n\
                A2;Åsa;Öberg;asa@example.se;0701740606\r\n"
                .to_owned(),
        ] {
            let import = read(&host, list).await.expect(201);
            commit(&host, &import).await;
            let changed = host.owner.get(&path).await.expect(200);
            assert_eq!((&changed["phone"], changed["units"].as_array().unwrap().len()), (&json!("+46701740606"), 2));
            let job = undo(&host, &import).await;
            assert_eq!(job["result"], json!({"kept": 0, "restored": 1, "changedSince": 0}), "{job}");
            let restored = host.owner.get(&path).await.expect(200);
            assert_eq!((&restored["phone"], restored["units"].as_array().unwrap().len()), (&json!("+46701740609"), 0));
        }
    }
}

#[tokio::test]
async fn whoever_a_list_both_added_and_changed_goes_whole() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let before = people(&host).await.len();
        let import = read(&host, one_person_at_both_ends("0701740605", "0701740606")).await.expect(201);
        assert_eq!((&import["counts"]["create"], &import["counts"]["update"]), (&json!(1_201), &json!(1)), "{import}");
        commit(&host, &import).await;
        let found = host.owner.get(&format!("/persons?facilityId={}&q=asa@example.se", host.facility)).await;
        assert_eq!(found.expect(200)["items"][0]["phone"], "+46701740606");
        let job = undo(&host, &import).await;
        assert_eq!(job["result"], json!({"kept": 0, "restored": 0, "changedSince": 0}), "{job}");
        assert_eq!(people(&host).await.len(), before);
        let units = host.owner.get(&format!("/units?facilityId={}", host.facility)).await.expect(200);
        assert_eq!(units["items"], json!([]));
    }
}

#[tokio::test]
async fn taking_the_first_of_two_equal_lists_back_leaves_everybody_of_the_second_where_they_live() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let before = people(&host).await.len();
        let (first, second) = (read(&host, LIST).await.expect(201), read(&host, LIST).await.expect(201));
        commit(&host, &first).await;
        let job = commit(&host, &second).await;
        assert_eq!(job["result"], json!({"stored": 3, "skipped": 0}), "{job}");
        let taken = people(&host).await;

        let job = undo(&host, &first).await;
        assert_eq!(job["result"], json!({"kept": 3, "restored": 0, "changedSince": 0}), "{job}");
        assert_eq!(people(&host).await, taken, "nobody has lost their unit, their login or the facility");
        undo(&host, &second).await;
        assert_eq!(people(&host).await, taken, "the second list found everything as it was");

        let (first, second) =
            (read(&host, LIST_OF_OTHERS).await.expect(201), read(&host, LIST_OF_OTHERS).await.expect(201));
        commit(&host, &first).await;
        commit(&host, &second).await;
        undo(&host, &second).await;
        let job = undo(&host, &first).await;
        assert_eq!(job["result"], json!({"kept": 0, "restored": 0, "changedSince": 0}), "{job}");
        assert_eq!(people(&host).await.len(), before + 3, "a list that was itself taken back holds nobody");
    }
}
