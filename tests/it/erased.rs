//! D2: nothing that names an erased person is left in any table.

use rstest::rstest;
use serde_json::{Value, json};
use sqlx::Row as _;
use stolpe_store::Db;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::TestHost;

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Every row of every table as text, led by the name of its table.
pub(crate) async fn everything(db: &Db) -> Vec<String> {
    let mut rows = Vec::new();
    match db {
        Db::Sqlite { writer, .. } => {
            let tables =
                sqlx::query("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'");
            for table in tables.fetch_all(writer).await.unwrap() {
                let table: String = table.get(0);
                let columns = sqlx::query("select name from pragma_table_info($1)").bind(&table);
                let columns: Vec<String> = columns
                    .fetch_all(writer)
                    .await
                    .unwrap()
                    .iter()
                    .map(|row| format!("quote(\"{}\")", row.get::<String, _>(0)))
                    .collect();
                let all = format!("select {} from \"{table}\"", columns.join(" || ' ' || "));
                for row in sqlx::query(sqlx::AssertSqlSafe(all)).fetch_all(writer).await.unwrap() {
                    rows.push(format!("{table}: {}", row.get::<String, _>(0)));
                }
            }
        }
        Db::Postgres { pool, .. } => {
            let tables = sqlx::query("select tablename::text from pg_tables where schemaname = current_schema()");
            for table in tables.fetch_all(pool).await.unwrap() {
                let table: String = table.get(0);
                let all = format!("select it::text from \"{table}\" it");
                for row in sqlx::query(sqlx::AssertSqlSafe(all)).fetch_all(pool).await.unwrap() {
                    rows.push(format!("{table}: {}", row.get::<String, _>(0)));
                }
            }
        }
    }
    rows
}

/// The resident has signed in and done something herself, and gave a neighbour's letter out while she worked at the desk.
#[rstest]
#[tokio::test]
async fn d2_nothing_in_the_database_names_somebody_who_was_erased(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let add = async |given: &str, family: &str, email: &str| {
        let person = json!({"givenName": given, "familyName": family, "language": "sv", "email": email});
        let place = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
        host.owner.post(&place, person).await.expect(201)
    };
    let (leaving, neighbour) =
        (add("Zenobia", "Qvistgård", "zenobia@example.se").await, add("Bo", "Ek", "bo@example.se").await);
    let login_of = async |person: &Value, username: &str| {
        let login = json!({"personId": person["id"], "facilityId": host.facility, "username": username});
        let login = text(&host.owner.post("/logins", login).await.expect(201)["id"]);
        host.give_password(&login, false).await;
        login
    };
    let (hers, _) = (login_of(&leaving, "B1").await, login_of(&neighbour, "B2").await);
    let resident = host.sign_in(Some("EKB"), "B1").await;
    resident.patch("/me", json!({"language": "nb"})).await.expect(200);

    let named = |rows: Vec<String>| -> Vec<String> {
        let tells =
            |row: &String| ["zenobia", "qvistgård", "qvistgard"].iter().any(|name| row.to_lowercase().contains(name));
        rows.into_iter().filter(tells).collect()
    };
    let tables =
        |rows: &[String]| -> Vec<String> { rows.iter().map(|row| row.split(':').next().unwrap().to_owned()).collect() };
    let before = named(everything(&host.db.db).await);
    for table in ["person", "audit", "audit_detail", "search_term"] {
        assert!(tables(&before).iter().any(|it| it == table), "the test has to be able to find names in {table}");
    }

    let erasure = format!("/persons/{}/erasure", text(&leaving["id"]));
    let preview = host.owner.get(&erasure).await.expect(200);
    let names = preview["items"].as_array().unwrap().iter().find(|row| row["field"] == "auditNames").unwrap();
    assert!(names["count"].as_i64().unwrap() > 0, "{names}");
    host.owner.post(&erasure, json!({"reason": "begärd radering"})).await.expect(204);

    assert_eq!(named(everything(&host.db.db).await), Vec::<String>::new());
    let log = host.owner.get("/audit?limit=200").await.expect(200);
    let did: Vec<&Value> =
        log["items"].as_array().unwrap().iter().filter(|row| row["actorId"] == json!(hers)).collect();
    assert!(!did.is_empty() && did.iter().all(|row| row["actorName"] == ""), "{did:?}");
    assert_eq!(host.owner.get("/audit/proof").await.expect(200)["holds"], json!(true));
}
