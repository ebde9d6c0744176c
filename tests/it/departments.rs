//! People of departments: who is employed where, and who sees them therefore.

use crate::imports::{commit, people, read, undo};
use crate::story::{audit, text};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{At, TestHost};

async fn department(host: &TestHost, name: &str) -> Value {
    let path = format!("/departments?organisationId={}", host.organisation);
    host.owner.post(&path, json!({"name": name})).await.expect(201)
}

async fn employ(host: &TestHost, given: &str, family: &str, department: Option<&str>) -> Value {
    let path = format!("/persons?organisationId={}", host.organisation);
    let person = json!({"givenName": given, "familyName": family, "language": "sv", "departmentId": department,
        "staffNumber": format!("77-{given}")});
    host.owner.post(&path, person).await.expect(201)
}

fn names(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect()
}

#[rstest]
#[tokio::test]
async fn a_department_administrator_sees_the_people_of_that_department_and_nobody_else(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let (care, school) = (department(&host, "Vården").await, department(&host, "Skolan").await);
    let (care, school) = (text(&care["id"]), text(&school["id"]));
    let mine = employ(&host, "Åsa", "Öberg", Some(&care)).await;
    let theirs = employ(&host, "Bo", "Öberg", Some(&school)).await;
    let nobodys = employ(&host, "Cia", "Öberg", None).await;
    assert_eq!((&mine["departmentName"], &mine["staffNumber"]), (&json!("Vården"), &json!("77-Åsa")));

    let desk = host.as_(Role::DepartmentAdministrator, At::Department(care.clone())).await;
    let list = desk.get(&format!("/persons?departmentId={care}")).await.expect(200);
    assert_eq!((names(&list), &list["total"]["count"]), (vec!["Åsa Öberg"], &json!(1)));
    let found = desk.get(&format!("/persons?departmentId={care}&q=%C3%B6berg")).await.expect(200);
    assert_eq!(names(&found), ["Åsa Öberg"]);
    let no_login = desk.get(&format!("/persons?departmentId={care}&view=no_login")).await.expect(200);
    assert_eq!(names(&no_login), ["Åsa Öberg"]);
    let found = desk.get("/search?q=%C3%B6berg").await.expect(200);
    let found: Vec<_> = found["items"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    assert_eq!(found, [&mine["id"]]);

    let missing = "00000000-0000-7000-8000-000000000001";
    let refusal = (404, "not_found");
    assert_eq!(desk.get(&format!("/persons/{}", text(&mine["id"]))).await.expect(200)["name"], "Åsa Öberg");
    for id in [text(&theirs["id"]), text(&nobodys["id"]), missing.to_owned()] {
        for path in [format!("/persons/{id}"), format!("/persons/{id}/timeline")] {
            assert_eq!(desk.get(&path).await.refusal(), refusal, "{path}");
        }
    }
    for register in [
        format!("departmentId={school}"),
        format!("departmentId={missing}"),
        format!("organisationId={}", host.organisation),
        format!("facilityId={}", host.facility),
    ] {
        assert_eq!(desk.get(&format!("/persons?{register}")).await.refusal(), refusal, "{register}");
    }
    // They see; changing and taking out is for others.
    let path = format!("/persons/{}", text(&mine["id"]));
    let changed = desk.patch_at(&path, 1, json!({"givenName": "Eva"})).await;
    assert_eq!(changed.refusal(), (403, "access.denied"));
    let export = desk.get(&format!("/exports/people?departmentId={care}&format=json")).await;
    assert_eq!(export.refusal(), (403, "access.denied"));

    // Whoever moves to another department is seen there and here no longer.
    let moved = host.owner.patch_at(&path, 1, json!({"departmentId": school})).await.expect(200);
    assert_eq!(moved["departmentName"], "Skolan");
    assert_eq!(desk.get(&path).await.refusal(), refusal);
    let rows = audit(&host, "person.changed").await;
    assert_eq!(rows[0]["after"]["departmentId"], json!(school), "{}", rows[0]);
}

#[rstest]
#[tokio::test]
async fn people_are_employed_in_departments_of_their_own_organisation_only(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let other = json!({"name": "Brf Granen", "country": "SE", "organisationNumber": "769612-3459",
        "street": "Granvägen 1", "postalCode": "392 31", "city": "Kalmar"});
    let other = text(&host.owner.post("/organisations", other).await.expect(201)["id"]);
    let foreign = format!("/departments?organisationId={other}");
    let foreign = text(&host.owner.post(&foreign, json!({"name": "Driften"})).await.expect(201)["id"]);
    let path = format!("/persons?organisationId={}", host.organisation);
    let missing = "00000000-0000-7000-8000-000000000001";
    for department in [foreign.as_str(), missing] {
        let person = json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv", "departmentId": department});
        let refused = host.owner.post(&path, person).await.expect(422);
        assert_eq!(refused["fields"], json!({"departmentId": "department.unknown"}));
    }
    let person = employ(&host, "Åsa", "Öberg", None).await;
    let it = format!("/persons/{}", text(&person["id"]));
    let refused = host.owner.patch_at(&it, 1, json!({"departmentId": foreign})).await.expect(422);
    assert_eq!(refused["fields"], json!({"departmentId": "department.unknown"}));
}

#[rstest]
#[tokio::test]
async fn a_department_goes_when_the_last_of_its_people_has_left_or_is_erased(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let care = text(&department(&host, "Vården").await["id"]);
    let kept = employ(&host, "Åsa", "Öberg", None).await;
    let double = employ(&host, "Åsa", "Öberg", Some(&care)).await;
    let path = format!("/departments/{care}");
    assert_eq!(host.owner.delete_at(&path, 1).await.refusal(), (409, "conflict.in_use"));

    let merge = format!("/persons/{}/merge", text(&kept["id"]));
    let one = host.owner.post(&merge, json!({"otherId": double["id"], "reason": "samma person"})).await.expect(200);
    assert_eq!((&one["departmentName"], &one["staffNumber"]), (&json!("Vården"), &json!("77-Åsa")));
    assert_eq!(host.owner.delete_at(&path, 1).await.refusal(), (409, "conflict.in_use"));

    let erasure = format!("/persons/{}/erasure", text(&kept["id"]));
    let preview = host.owner.get(&erasure).await.expect(200);
    let employment = preview["items"].as_array().unwrap().iter().find(|it| it["field"] == "employment").unwrap();
    assert_eq!((&employment["outcome"], &employment["count"]), (&json!("erased"), &json!(1)));
    assert_eq!(host.owner.post(&erasure, json!({"reason": "begärt"})).await.status, 204);
    assert_eq!(host.owner.delete_at(&path, 1).await.status, 204);
}

#[rstest]
#[tokio::test]
async fn a_list_names_departments_by_name_or_number_and_rows_of_unknown_ones_stay_out(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let care = text(&department(&host, "Vården Norr").await["id"]);
    let path = format!("/departments?organisationId={}", host.organisation);
    let school = host.owner.post(&path, json!({"name": "Skolan", "referenceNumber": "4711"})).await.expect(201);
    let list = "Förnamn;Efternamn;E-post;Avdelning;Anst.nr\r\nÅsa;Öberg;asa@example.se;vården  NORR;1001\r\n\
        Bo;Ek;bo@example.se;4711;1002\r\nCia;Dahl;cia@example.se;Kansliet;1003\r\nDan;Falk;dan@example.se;;\r\n";
    let import = read(&host, list).await.expect(201);
    let fields: Vec<_> = import["columns"].as_array().unwrap().iter().map(|it| &it["field"]).collect();
    assert_eq!(fields, ["givenName", "familyName", "email", "department", "staffNumber"]);
    assert_eq!((&import["counts"]["create"], &import["counts"]["skipped"]), (&json!(3), &json!(1)), "{import}");
    let fault = &import["faults"][0];
    assert_eq!(
        (&fault["row"], &fault["column"], &fault["code"], &fault["value"]),
        (&json!(4), &json!("department"), &json!("department.unknown"), &json!("Kansliet"))
    );
    commit(&host, &import).await;
    let named = async |name: &str| people(&host).await.into_iter().find(|it| it["name"] == name).unwrap();
    let asa = named("Åsa Öberg").await;
    assert_eq!((&asa["departmentId"], &asa["staffNumber"]), (&json!(care), &json!("1001")));
    assert_eq!(named("Bo Ek").await["departmentId"], school["id"]);
    assert_eq!(named("Dan Falk").await["departmentId"], Value::Null);

    host.clock.advance(TimeDelta::minutes(1));
    // A later list moves people, an empty cell says nothing, and taking it back moves them back.
    let again = "Förnamn;Efternamn;E-post;Avdelning;Anst.nr\r\nÅsa;Öberg;asa@example.se;Skolan;\r\n\
        Bo;Ek;bo@example.se;;2002\r\n";
    let import = read(&host, again).await.expect(201);
    assert_eq!(import["counts"]["update"], 2, "{import}");
    commit(&host, &import).await;
    let (asa, bo) = (named("Åsa Öberg").await, named("Bo Ek").await);
    assert_eq!((&asa["departmentId"], &asa["staffNumber"]), (&school["id"], &json!("1001")));
    assert_eq!((&bo["departmentId"], &bo["staffNumber"]), (&school["id"], &json!("2002")));
    undo(&host, &import).await;
    let (asa, bo) = (named("Åsa Öberg").await, named("Bo Ek").await);
    assert_eq!((&asa["departmentId"], &bo["staffNumber"]), (&json!(care), &json!("1002")));
}
