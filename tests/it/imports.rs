//! Taking people in from files: what is read, what is said before, and what is done.

use crate::story::{BOTH, audit, ended, text};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_domain::id::ImportId;
use stolpe_ports::clock::Clock as _;
use stolpe_store::Engine::Sqlite;
use stolpe_store::{Db, StoreError};
use stolpe_testkit::host::OWNER;
use stolpe_testkit::{Answer, At, TestHost};
use uuid::Uuid;

/// A list as a Swedish spreadsheet writes it.
pub(crate) const LIST: &str = "Lgh;Trappa;Förnamn;Efternamn;E-post;Telefon\r\n\
    A1101;A;Åsa;Öberg;asa@example.se;070-174 06 05\r\n\
    A1102;A;Bo;Ek;bo@example.se;\r\n\
    A1102;A;Cia;Ek;;0701740606\r\n";

/// People whom no other list names.
pub(crate) const LIST_OF_OTHERS: &str = "Lgh;Förnamn;Efternamn\r\nB1;Dan;Falk\r\nB2;Eva;Gran\r\n";

pub(crate) async fn read(host: &TestHost, content: impl Into<Vec<u8>>) -> Answer {
    let path = format!("/imports?facilityId={}&fileName=lista.csv", host.facility);
    let headers = [("content-type", "application/octet-stream")];
    host.owner.send("POST", &path, &headers, content.into()).await
}

pub(crate) async fn commit(host: &TestHost, import: &Value) -> Value {
    let path = format!("/imports/{}/commit", text(&import["id"]));
    ended(host, host.owner.post(&path, json!({})).await).await
}

pub(crate) async fn undo(host: &TestHost, import: &Value) -> Value {
    let path = format!("/imports/{}/undo", text(&import["id"]));
    ended(host, host.owner.post(&path, json!({})).await).await
}

pub(crate) async fn people(host: &TestHost) -> Vec<Value> {
    let page = host.owner.get(&format!("/persons?facilityId={}", host.facility)).await.expect(200);
    page["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn pre_05_a_list_says_its_consequences_is_taken_in_and_is_taken_back_as_one_batch() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let before = people(&host).await.len();
        let import = read(&host, LIST).await.expect(201);
        assert_eq!(import["state"], "draft");
        assert_eq!((import["encoding"].as_str(), import["delimiter"].as_str()), (Some("utf-8"), Some(";")));
        let fields: Vec<_> = import["columns"].as_array().unwrap().iter().map(|it| &it["field"]).collect();
        assert_eq!(fields, ["unitCode", "unitSection", "givenName", "familyName", "email", "phone"]);
        let counts = json!({"create": 3, "update": 0, "unchanged": 0, "skipped": 0, "units": 2, "logins": 3});
        assert_eq!(import["counts"], counts);
        assert_eq!(people(&host).await.len(), before, "a dry run adds nobody");

        let job = commit(&host, &import).await;
        assert_eq!(
            (job["state"].as_str(), &job["result"]),
            (Some("done"), &json!({"stored": 3, "skipped": 0})),
            "{job}"
        );
        let taken = people(&host).await;
        assert_eq!(taken.len(), before + 3);
        let cia = taken.iter().find(|it| it["givenName"] == "Cia").unwrap();
        assert_eq!((&cia["units"][0]["code"], &cia["logins"][0]["username"]), (&json!("A1102"), &json!("A1102-2")));
        assert_eq!(cia["phone"], "+46701740606");
        assert_eq!(cia["logins"][0]["state"], "not_issued");
        assert!(!audit(&host, "import.committed").await.is_empty());

        let again = read(&host, LIST).await.expect(201);
        assert_eq!(again["counts"]["unchanged"], 3, "the same list again changes nothing: {}", again["counts"]);

        let job = undo(&host, &import).await;
        assert_eq!(job["result"], json!({"kept": 0, "restored": 0, "changedSince": 0}), "{job}");
        assert_eq!(people(&host).await.len(), before);
        let units = host.owner.get(&format!("/units?facilityId={}", host.facility)).await.expect(200);
        assert!(units["items"].as_array().unwrap().iter().all(|it| it["code"] != "A1102"));
        let path = format!("/imports/{}", text(&import["id"]));
        assert_eq!(host.owner.get(&path).await.expect(200)["state"], "undone");
        let twice = host.owner.post(&format!("{path}/undo"), json!({})).await;
        assert_eq!(twice.refusal(), (409, "import.not_taken_in"));
        assert_eq!(host.owner.get("/audit/proof").await.expect(200)["holds"], true);
    }
}

#[tokio::test]
async fn a_file_in_windows_1252_with_semicolons_keeps_its_letters() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let bytes: Vec<u8> = LIST.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let import = read(&host, bytes.clone()).await.expect(201);
        assert_eq!(import["encoding"], "windows-1252");
        commit(&host, &import).await;
        assert!(people(&host).await.iter().any(|it| it["name"] == "Åsa Öberg"));
        let source = host.owner.get(&format!("/imports/{}/source", text(&import["id"]))).await;
        assert_eq!(source.bytes, bytes, "the file is kept as it came");
    }
}

#[tokio::test]
async fn broken_rows_stay_out_with_their_line_and_everything_else_comes_in() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let list = "Lgh;Förnamn;Efternamn;E-post\r\nA1;Åsa;Öberg;asa@example.se\r\nA2;Bo\r\nA3;Cia;Dahl;inte en adress\r\n\
            A1;Åsa;Öberg;asa@example.se\r\nA4;Eva;Falk;eva@example.se\r\n";
        let import = read(&host, list).await.expect(201);
        assert_eq!((&import["counts"]["create"], &import["counts"]["skipped"]), (&json!(2), &json!(3)), "{import}");
        let faults: Vec<_> = import["faults"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (it["row"].as_u64().unwrap(), text(&it["code"])))
            .collect();
        let wanted = [(3, "row.cell_count"), (4, "email.malformed"), (5, "row.duplicate")];
        assert_eq!(faults, wanted.map(|(line, code)| (line, code.to_owned())));
        let file = host.owner.get(&format!("/imports/{}/faults.csv", text(&import["id"]))).await;
        let csv = String::from_utf8(file.bytes).unwrap();
        assert_eq!(csv.lines().count(), 4, "{csv}");
        assert!(csv.contains("4;E-post;inte en adress;Skriv en fullständig e-postadress;email.malformed"), "{csv}");
        let job = commit(&host, &import).await;
        assert_eq!(job["result"], json!({"stored": 2, "skipped": 3}));
    }
}

#[tokio::test]
async fn a_formula_is_a_text_and_stays_one_on_its_way_out() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let list = "Förnamn;Efternamn;Lgh\r\n=HYPERLINK(1);Öberg;A1\r\n";
        let import = read(&host, list).await.expect(201);
        commit(&host, &import).await;
        assert!(people(&host).await.iter().any(|it| it["givenName"] == "=HYPERLINK(1)"));
        let path = format!("/exports/people?format=nordic&facilityId={}", host.facility);
        let csv = String::from_utf8(host.owner.get(&path).await.bytes).unwrap();
        assert!(csv.contains("'=HYPERLINK(1)"), "{csv}");
    }
}

#[tokio::test]
async fn columns_can_be_mapped_by_hand_and_the_mapping_is_remembered() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let list = "x;y;z\r\nÅsa;Öberg;A1\r\nBo;Ek;A2\r\n";
        let import = read(&host, list).await.expect(201);
        let path = format!("/imports/{}/mapping", text(&import["id"]));
        let mapping = json!({"columns": ["givenName", "familyName", "unitCode"]});
        let mapped = host.owner.put_at(&path, 1, mapping.clone()).await.expect(200);
        assert_eq!(mapped["counts"]["create"], 2, "{mapped}");
        assert_eq!(host.owner.put_at(&path, 1, mapping).await.refusal(), (412, "conflict.changed"));
        let nobody = host.owner.put_at(&path, 2, json!({"columns": [null, null, "unitCode"]})).await;
        assert_eq!(nobody.expect(422)["fields"]["columns"], "mapping.name_missing");
        let again = read(&host, list).await.expect(201);
        assert_eq!(again["columns"][2]["field"], "unitCode");
    }
}

#[tokio::test]
async fn a_large_file_comes_in_whole_and_a_stopped_one_can_be_continued() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let rows = 3_000;
        let row = |n| format!("U{n};Namn{n};Boende;p{n}@example.se\r\n");
        let list = std::iter::once("Lgh;Förnamn;Efternamn;E-post\r\n".to_owned())
            .chain((0..rows).map(row))
            .collect::<String>();
        let import = read(&host, list).await.expect(201);
        assert_eq!(import["counts"]["create"], rows);
        let started = host.owner.post(&format!("/imports/{}/commit", text(&import["id"])), json!({})).await.expect(202);
        host.owner.post(&format!("/jobs/{}/cancel", text(&started["id"])), json!({})).await.expect(200);
        let path = format!("/imports/{}", text(&import["id"]));
        let mut state = String::from("committing");
        while state == "committing" {
            state = text(&host.owner.get(&path).await.expect(200)["state"]);
        }
        if state == "interrupted" {
            let job = commit(&host, &import).await;
            assert_eq!(job["state"], "done", "{job}");
        }
        let page = host.owner.get(&format!("/persons?facilityId={}&limit=1", host.facility)).await.expect(200);
        assert_eq!(page["total"]["count"], rows);
    }
}

#[rstest]
#[case::empty(b"", "import.empty")]
#[case::blank(b" \r\n\r\n", "import.empty")]
#[case::headings(b"Lgh;F\xf6rnamn;Efternamn\r\n", "import.no_rows")]
#[case::broken_workbook(b"PK\x03\x04 broken", "import.unreadable")]
#[case::old_workbook(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0", "import.old_workbook")]
#[case::pdf(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n", "import.binary")]
#[case::picture(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\0", "import.binary")]
#[tokio::test]
async fn what_is_no_table_with_rows_is_refused_by_what_it_is_and_nothing_of_it_is_kept(
    #[case] content: &[u8],
    #[case] code: &str,
) {
    let host = TestHost::new(Sqlite).await;
    assert_eq!(read(&host, content).await.refusal(), (409, code));
    assert_eq!(host.owner.get("/imports").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn a_draft_is_discarded_with_its_file_and_what_was_taken_in_is_not() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let draft = read(&host, LIST).await.expect(201);
        let path = format!("/imports/{}", text(&draft["id"]));
        assert_eq!(host.owner.delete_at(&path, 7).await.refusal(), (412, "conflict.changed"));
        assert_eq!(host.owner.get(&format!("{path}/source")).await.status, 200, "a refusal leaves the file");
        let outsider = host.as_(Role::Accountant, At::Organisation(host.organisation.clone())).await;
        assert_eq!(outsider.delete_at(&path, 1).await.status, 403);
        assert_eq!(host.owner.delete_at(&path, 1).await.status, 204);
        assert_eq!(host.owner.get(&path).await.status, 404);
        assert_eq!(host.owner.get("/imports").await.expect(200)["items"], json!([]));
        let log = audit(&host, "import.discarded").await;
        assert_eq!((&log[0]["subjectId"], &log[0]["reason"]), (&draft["id"], &json!("lista.csv")));
        let parts = "select count(*) from import_file";
        let parts: i64 = match &host.db.db {
            Db::Sqlite { writer, .. } => sqlx::query_scalar(parts).fetch_one(writer).await.unwrap(),
            Db::Postgres { pool, .. } => sqlx::query_scalar(parts).fetch_one(pool).await.unwrap(),
        };
        assert_eq!(parts, 0);

        let taken = read(&host, LIST).await.expect(201);
        commit(&host, &taken).await;
        let path = format!("/imports/{}", text(&taken["id"]));
        let version = host.owner.get(&path).await.expect(200)["rowVersion"].as_i64().unwrap();
        assert_eq!(host.owner.delete_at(&path, version).await.refusal(), (412, "conflict.changed"));
        assert_eq!(people(&host).await.len(), 3);
    }
}

#[tokio::test]
async fn cells_that_begin_like_a_formula_are_warned_about_and_taken_in_as_text() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let list = "Lgh;Förnamn;Efternamn;Telefon\r\nA1;=1+1;Öberg;+46701740605\r\n\
            A2;Bo;@SUM(A1);070-174 06 06\r\nA3;Cia;Ek;\r\n";
        let import = read(&host, list).await.expect(201);
        assert_eq!((&import["warningCount"], &import["faultCount"]), (&json!(2), &json!(0)));
        let told: Vec<_> = import["warnings"].as_array().unwrap().iter().map(|it| (&it["row"], &it["value"])).collect();
        assert_eq!(told, [(&json!(2), &json!("=1+1")), (&json!(3), &json!("@SUM(A1)"))]);
        assert_eq!(import["warnings"][0]["code"], "cell.formula");
        commit(&host, &import).await;
        let names: Vec<_> = people(&host).await.iter().map(|it| text(&it["name"])).collect();
        assert!(names.contains(&"=1+1 Öberg".to_owned()) && names.contains(&"Bo @SUM(A1)".to_owned()), "{names:?}");
        host.clock.advance(TimeDelta::days(91));
        host.app.keep_in_order().await.unwrap();
        let owner = host.sign_in(None, OWNER).await;
        let emptied = owner.get(&format!("/imports/{}", text(&import["id"]))).await.expect(200);
        assert_eq!((&emptied["warningCount"], &emptied["warnings"][0]["value"]), (&json!(2), &json!("")));
    }
}

#[tokio::test]
async fn a_postal_code_is_one_of_the_country_in_a_form_and_in_a_file() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let register = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
        let draft =
            |code: &str| json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv", "postalCode": code});
        let refused = host.owner.post(&register, draft("3923")).await.expect(422);
        assert_eq!(refused["fields"], json!({"postalCode": "postal_code.malformed"}));
        for (code, kept) in [("39232", "392 32"), ("N-0150", "NO-0150"), ("dk-2100", "DK-2100")] {
            assert_eq!(host.owner.post(&register, draft(code)).await.expect(201)["postalCode"], kept);
        }
        let list = "Lgh;Förnamn;Efternamn;Postnummer\r\nA1;Bo;Ek;3923\r\nA2;Cia;Ek;39232\r\n";
        let import = read(&host, list).await.expect(201);
        assert_eq!(
            (&import["faults"][0]["column"], &import["faults"][0]["code"]),
            (&json!("postalCode"), &json!("postal_code.malformed"))
        );
        assert_eq!((&import["counts"]["create"], &import["preview"][0]["postalCode"]), (&json!(1), &json!("392 32")));
    }
}

#[tokio::test]
async fn signs_that_nobody_sees_are_a_fault_of_their_cell_in_every_column() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let list = "Lgh;Trappa;Förnamn;Efternamn;Användarnamn\r\nA\u{0}1;A;Åsa;Öberg;asa\r\nA2;B\u{7};Bo;Ek;bo\r\n\
            A3;C;Cia;Dahl;ci\u{0}a\r\nA4;D;E\u{0}va;Falk;eva\r\nA5;E;Fia;Gran;fia\r\n";
        let import = read(&host, list).await.expect(201);
        let faults: Vec<_> = import["faults"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (it["row"].as_u64().unwrap(), text(&it["column"]), text(&it["code"])))
            .collect();
        let wanted = [(2, "unitCode"), (3, "unitSection"), (4, "username"), (5, "givenName")];
        assert_eq!(faults, wanted.map(|(line, field)| (line, field.to_owned(), "control_character".to_owned())));
        assert_eq!(import["faults"][0]["value"], "A␀1", "the sign is shown by its picture");
        let job = commit(&host, &import).await;
        assert_eq!(job["result"], json!({"stored": 1, "skipped": 4}), "{job}");
    }
}

#[tokio::test]
async fn an_import_whose_program_was_killed_can_be_continued_and_the_dead_one_is_kept_out() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let import = read(&host, LIST).await.expect(201);
        let id: ImportId = text(&import["id"]).parse::<Uuid>().unwrap().into();
        let (killed, path) = (Uuid::from_u128(7), format!("/imports/{id}"));
        let mut tx = host.app.write().await.unwrap();
        tx.begin_import(id, killed, host.clock.now(), host.clock.now()).await.unwrap();
        tx.commit_telemetry().await.unwrap();
        let at_work = host.owner.post(&format!("{path}/commit"), json!({})).await;
        assert_eq!(at_work.refusal(), (409, "import.not_open"), "somebody may be at work");
        assert_eq!(host.owner.post(&format!("{path}/undo"), json!({})).await.refusal(), (409, "import.not_taken_in"));

        host.clock.advance(TimeDelta::minutes(3));
        host.app.keep_in_order().await.unwrap();
        assert_eq!(host.owner.get(&path).await.expect(200)["state"], "interrupted");
        let mut tx = host.app.write().await.unwrap();
        let awake = tx.keep_import_alive(id, killed, host.clock.now()).await;
        assert!(matches!(awake, Err(StoreError::Changed)), "{awake:?}");
        drop(tx);
        let job = commit(&host, &import).await;
        assert_eq!(job["result"], json!({"stored": 3, "skipped": 0}), "{job}");
    }
}

#[tokio::test]
async fn a_workbook_that_unpacks_to_much_is_refused_and_nothing_is_kept_of_it() {
    let host = TestHost::new(Sqlite).await;
    let mut file = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    file.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut file, &vec![b'a'; 2 * 1024 * 1024]).unwrap();
    let bytes = file.finish().unwrap().into_inner();
    let path = format!("/imports?facilityId={}&fileName=stor.xlsx", host.facility);
    let refused = host.owner.send("POST", &path, &[], bytes).await;
    assert_eq!(refused.refusal(), (409, "import.unpacked_too_large"));
    assert_eq!(host.owner.get("/imports").await.expect(200)["items"], json!([]));
}
