//! The files of imports hold personal data: how long they are kept, and how an erasure reaches them.

use crate::imports::{LIST, LIST_OF_OTHERS, commit, people, read, undo};
use crate::story::{BOTH, text};
use chrono::TimeDelta;
use serde_json::{Value, json};
use stolpe_store::Db;
use stolpe_testkit::TestHost;
use stolpe_testkit::host::OWNER;

#[tokio::test]
async fn the_file_of_an_import_and_what_was_noted_of_it_are_destroyed_when_their_time_has_come() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let list = format!("{LIST}A1103;A;Dan;Falk;ingen adress;\r\n");
        let import = read(&host, list.as_str()).await.expect(201);
        commit(&host, &import).await;
        let draft = read(&host, LIST_OF_OTHERS).await.expect(201);
        let path = format!("/imports/{}", text(&import["id"]));
        let kept = host.owner.get(&path).await.expect(200);
        assert_eq!((&kept["keptUntil"], &kept["sourceGoneAt"]), (&json!("2027-02-19T11:00:00Z"), &Value::Null));

        host.clock.advance(TimeDelta::days(89));
        host.app.keep_in_order().await.unwrap();
        let owner = host.sign_in(None, OWNER).await;
        assert_eq!(owner.get(&format!("{path}/source")).await.status, 200, "a day is left");
        host.clock.advance(TimeDelta::days(2));
        host.app.keep_in_order().await.unwrap();
        let owner = host.sign_in(None, OWNER).await;
        let emptied = owner.get(&path).await.expect(200);
        assert_eq!((&emptied["keptUntil"], &emptied["sourceGoneAt"]), (&Value::Null, &json!("2027-02-20T11:00:00Z")));
        assert_eq!((&emptied["preview"], &emptied["columns"][2]["samples"]), (&json!([]), &json!([])));
        assert_eq!(
            (&emptied["faults"][0]["code"], &emptied["faults"][0]["value"]),
            (&json!("email.malformed"), &json!(""))
        );
        assert_eq!(owner.get(&format!("{path}/source")).await.refusal(), (409, "import.source_gone"));
        let begun = owner.post(&format!("/imports/{}/commit", text(&draft["id"])), json!({})).await;
        assert_eq!(begun.refusal(), (409, "import.source_gone"));
        let log = owner.get("/audit?action=import.file_destroyed").await.expect(200);
        assert_eq!(log["items"].as_array().unwrap().len(), 2);
        assert_eq!(files(&host).await, 0);
        let everything = dump(&host).await;
        assert!(!everything.contains("ingen adress"), "what was wrong with a row is gone as well");
    }
}

#[tokio::test]
async fn a_personal_number_is_noted_nowhere_though_nobody_says_what_its_column_is() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let list = "Förnamn;Efternamn;Uppgift\r\nÅsa;Öberg;19900614-9802\r\nOle;Dahl;31129956715\r\nBo;Ek;A1101\r\n";
        let import = read(&host, list).await.expect(201);
        let path = format!("/imports/{}/mapping", text(&import["id"]));
        let mapping = json!({"columns": ["givenName", "familyName", null]});
        let mapped = host.owner.put_at(&path, 1, mapping).await.expect(200);
        assert_eq!(mapped["columns"][2]["samples"], json!(["199006…", "311299…", "A1101"]));
        let everything = dump(&host).await;
        assert!(!everything.contains("9802") && !everything.contains("56715"), "{everything}");
    }
}

/// Everything that is noted of imports, as text.
async fn dump(host: &TestHost) -> String {
    let rows: Vec<(String,)> = match &host.db.db {
        Db::Sqlite { writer, .. } => {
            sqlx::query_as("select plan || counts from import").fetch_all(writer).await.unwrap()
        }
        Db::Postgres { pool, .. } => {
            sqlx::query_as("select plan::text || counts::text from import").fetch_all(pool).await.unwrap()
        }
    };
    rows.into_iter().map(|(row,)| row).collect()
}

/// How many imports still have a file.
async fn files(host: &TestHost) -> i64 {
    let count = "select count(distinct import_id) from import_file";
    match &host.db.db {
        Db::Sqlite { writer, .. } => sqlx::query_scalar(count).fetch_one(writer).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(count).fetch_one(pool).await.unwrap(),
    }
}

#[tokio::test]
async fn d2_an_erasure_reaches_the_files_that_hold_the_person_and_no_others() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let list = "Förnamn;Efternamn;E-post\r\nÅsa;Öberg;asa@example.se\r\nBo;Ek;bo@example.se\r\n";
        let taken = read(&host, list).await.expect(201);
        commit(&host, &taken).await;
        let waiting = read(&host, "Förnamn;Efternamn;E-post\r\nÅsa;Öberg;asa@example.se\r\n").await.expect(201);
        let others = read(&host, LIST_OF_OTHERS).await.expect(201);
        let asa = people(&host).await.into_iter().find(|it| it["givenName"] == "Åsa").unwrap();
        let path = format!("/persons/{}/erasure", text(&asa["id"]));
        let preview = host.owner.get(&path).await.expect(200);
        let row = preview["items"].as_array().unwrap().iter().find(|it| it["field"] == "importFiles").unwrap().clone();
        assert_eq!((&row["outcome"], &row["count"]), (&json!("erased"), &json!(2)));
        host.owner.post(&path, json!({"reason": "begäran"})).await.expect(204);

        for (import, gone) in [(&taken, true), (&waiting, true), (&others, false)] {
            let path = format!("/imports/{}", text(&import["id"]));
            let it = host.owner.get(&path).await.expect(200);
            assert_eq!(it["sourceGoneAt"].is_string(), gone, "{it}");
            assert_eq!(host.owner.get(&format!("{path}/source")).await.status, if gone { 409 } else { 200 });
        }
        assert_eq!(files(&host).await, 1, "the file of the others");
        let everything = dump(&host).await;
        assert!(!everything.contains("Öberg") && !everything.contains("asa@example.se"), "{everything}");
        let job = undo(&host, &taken).await;
        assert_eq!(job["state"], "done", "an import without its file can be taken back: {job}");
    }
}
