//! An installation outgrows its database file and moves to a server.

use crate::room::{Room, Said, Serving};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use stolpe_store::Engine;
use stolpe_testkit::mail_server::{MAIL_PASSWORD, USER};
use stolpe_testkit::{MailServer, Moment, Protection, at_server, empty_database, hinder, unhinder};

const LIST: &str = "Lgh;Förnamn;Efternamn;E-post\nA1101;Åsa;Öberg;asa@example.se\nA1102;Bo;Ek;bo@example.se\n";
const NUMBER: &str = "19811218-9876";

/// A room with two people on its database file.
async fn room() -> Room {
    let room = Room::new(Engine::Sqlite).await;
    let list = room.file("lista.csv", LIST);
    let said = room.run(&["import", "people", &list, "--facility", "EKB"]);
    assert_eq!(said.status, Some(0), "{said:?}");
    room
}

fn promote(room: &Room, to: &str) -> Said {
    room.run(&["promote", "--to", to])
}

/// The same folder, with the server beside it.
fn on_server(room: Room, address: &str) -> Room {
    Room { url: Some(address.to_owned()), ..room }
}

fn note(room: &Room) -> Option<Value> {
    let text = std::fs::read(room.data().join("moved.json")).ok()?;
    Some(serde_json::from_slice(&text).unwrap())
}

/// A tenant with a personal number, letters for all, and a mail server with a password: everything that is sealed.
fn seal_something(serving: &Serving, mail: &MailServer) -> (String, String) {
    let organisation = serving.get("/organisations").expect(200)["items"][0]["id"].clone();
    let facility = serving.get("/facilities").expect(200)["items"][0]["id"].clone();
    let path =
        format!("/persons?organisationId={}&facilityId={}", organisation.as_str().unwrap(), facility.as_str().unwrap());
    let person = json!({"givenName": "Cia", "familyName": "Dahl", "language": "sv",
        "personalNumber": {"country": "SE", "number": NUMBER}});
    let person = serving.post(&path, &person).expect(201)["id"].as_str().unwrap().to_owned();
    let started = serving.post("/letters", &json!({"facilityId": facility, "order": "walking"})).expect(202);
    let letters = started["id"].as_str().unwrap().to_owned();
    while serving.get(&format!("/jobs/{letters}")).expect(200)["state"] == "running" {}
    let setting = json!({"enabled": true, "host": "localhost", "port": mail.port, "security": "starttls",
        "username": USER, "password": MAIL_PASSWORD, "fromName": "Ekbacken", "fromAddress": "post@ekbacken.example"});
    let version = serving.get("/settings/mail").expect(200)["rowVersion"].as_i64().unwrap();
    serving.put_at("/settings/mail", version, &setting).expect(200);
    (person, letters)
}

#[tokio::test]
async fn a_whole_installation_moves_to_a_server_and_goes_on_there() {
    let room = room().await;
    let mail = MailServer::new(Protection::StartTls);
    let address = empty_database();
    let serving = Serving::new(&room, &[]);
    let (person, letters) = seal_something(&serving, &mail);

    let said = promote(&room, &address);
    assert_eq!(said.status, Some(2), "{said:?}");
    assert!(said.log.contains("another host has the data folder open"), "{said:?}");
    assert!(said.out.contains("nothing was moved"), "{said:?}");
    serving.stop();

    let people = room.people();
    let database = room.data().join("stolpe.db");
    let read = || std::fs::read(&database).unwrap();
    let file = read();
    assert_eq!(people.len(), 3, "{people:?}");
    let said = promote(&room, &address);
    assert_eq!(said.status, Some(0), "{said:?}");
    // The owner is a person too.
    for part in ["person: 4\n", "row by row, both sides are the same", "audit log: ", "secrets open with the key"] {
        assert!(said.out.contains(part), "{part}: {said:?}");
    }
    assert!(read() == file, "the file was written to");
    let kept = note(&room).unwrap();
    assert!(kept["to"].as_str().unwrap().starts_with("postgres://stolpe@/empty_"), "{kept}");
    assert!(kept["finishedAt"].is_string(), "{kept}");

    // Nobody goes on with the file by mistake.
    let copy = room.folder.path().join("copy.db");
    let list = room.file("till.csv", LIST);
    for words in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["verify"],
        &["migrate"],
        &["backup", copy.to_str().unwrap()],
        &["restore", &list],
        &["import", "people", &list, "--facility", "EKB"],
        &["promote", "--to", &empty_database()],
        &["promote", "--to", &address],
    ] {
        let said = room.run(words);
        assert_ne!(said.status, Some(0), "{words:?} {said:?}");
        assert!(said.log.contains("the data was moved to postgres://stolpe@"), "{words:?} {said:?}");
    }
    assert!(read() == file, "the file was written to");

    let room = on_server(room, &address);
    let said = room.run(&["verify"]);
    assert_eq!(said.status, Some(0), "{said:?}");
    assert_eq!(room.people(), people);
    let log = room.audit().await;
    let moved = log.iter().find(|it| it.row.action == "host.promoted").unwrap();
    assert_eq!((moved.row.actor_name.as_str(), moved.row.origin.as_str()), ("stolpe-host", "command line"));
    assert!(moved.detail.as_ref().unwrap().after.as_ref().unwrap().starts_with("{\"tables\":"), "{moved:?}");

    // The owner signs in with the same password; what was sealed opens.
    let authority = room.file("authority.pem", &mail.authority);
    let serving = Serving::new(&room, &["--mail-authority", &authority]);
    let reveal = format!("/persons/{person}/personal-number/reveal");
    let shown = serving.post(&reveal, &json!({"reason": "kontroll"})).expect(200);
    assert!(shown["personalNumber"].as_str().unwrap().ends_with("9876"), "{shown}");
    let file = serving.get(&format!("/jobs/{letters}/file"));
    assert_eq!(file.status, 200);
    assert!(file.bytes.windows(5).any(|part| part == b"%PDF-"));
    let invitation = json!({"givenName": "Bo", "familyName": "Ek", "email": "bo@example.se", "language": "sv",
        "role": "manager", "scope": {"kind": "host", "id": null}});
    serving.post("/staff", &invitation).expect(201);
    let told = mail.until("taken");
    assert_eq!(told.last().unwrap()["user"], json!(USER), "{told:?}");
    serving.stop();
}

#[tokio::test]
async fn a_server_that_is_not_empty_is_named_and_nothing_is_moved() {
    let room = room().await;
    let other = empty_database();
    at_server(&other, "create table ledger (id bigint)");
    let said = promote(&room, &other);
    assert_eq!(said.status, Some(2), "{said:?}");
    assert!(said.log.contains("the Postgres database is not empty: it holds ledger"), "{said:?}");
    assert!(said.out.contains("nothing was moved: the folder and the server are as they were"), "{said:?}");
    let theirs = Room::new(Engine::Postgres).await;
    let said = promote(&room, theirs.url.as_ref().unwrap());
    assert_eq!(said.status, Some(2), "{said:?}");
    assert!(said.log.contains("of another installation of Stolpe"), "{said:?}");
    assert!(theirs.people().is_empty());

    let said = room.command(&["promote", "--to", &other]).env("STOLPE_DATABASE_URL", &other).output().unwrap();
    assert_eq!(said.status.code(), Some(2), "{said:?}");
    let empty = Room { folder: tempfile::tempdir().unwrap(), url: None };
    assert_eq!(promote(&empty, &empty_database()).status, Some(2));
    assert!(!empty.data().exists());
    assert_eq!((note(&room), room.people().len()), (None, 2));
}

#[tokio::test]
async fn a_move_that_is_killed_in_the_middle_leaves_both_sides_as_they_were_and_is_repeated() {
    let room = room().await;
    let address = empty_database();
    // The server waits at the first login until it finds that nobody is there any more.
    at_server(
        &address,
        "do $$ begin execute format('alter database %I set client_connection_check_interval = 50', current_database()); \
         end $$",
    );
    hinder(&address, "login", Moment::Row, "perform pg_sleep(600)");
    let mut words = room.command(&["promote", "--to", &address]);
    let mut moving = words.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let told = BufReader::new(moving.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(told.into_iter().any(|line| line.starts_with("person: ")));
    moving.kill().unwrap();
    moving.wait().unwrap();
    assert_eq!((note(&room), room.people().len()), (None, 2));

    unhinder(&address);
    let said = promote(&room, &address);
    assert_eq!(said.status, Some(0), "{said:?}");
    assert_eq!(on_server(room, &address).people().len(), 2);
}

#[tokio::test]
async fn a_server_that_goes_away_in_the_middle_is_left_empty_and_the_move_is_repeated() {
    let room = room().await;
    let address = empty_database();
    hinder(&address, "login", Moment::Row, "perform pg_terminate_backend(pg_backend_pid())");
    let said = promote(&room, &address);
    assert_eq!(said.status, Some(2), "{said:?}");
    assert!(said.out.contains("nothing was moved"), "{said:?}");
    assert_eq!((note(&room), room.people().len()), (None, 2));
    unhinder(&address);
    assert_eq!(promote(&room, &address).status, Some(0));
    assert_eq!(on_server(room, &address).people().len(), 2);
}

#[tokio::test]
async fn a_move_that_is_broken_off_at_its_last_word_is_finished_by_the_same_command() {
    let room = room().await;
    let address = empty_database();
    hinder(&address, "login", Moment::Commit, "perform pg_terminate_backend(pg_backend_pid())");
    let said = promote(&room, &address);
    assert_eq!(said.status, Some(1), "{said:?}");
    assert!(said.out.contains("run the same command again"), "{said:?}");
    for words in [&["verify"][..], &["promote", "--to", &empty_database()]] {
        let said = room.run(words);
        assert_ne!(said.status, Some(0), "{said:?}");
        assert!(said.log.contains("was broken off at its last step"), "{said:?}");
    }
    // It never came to pass there, so that it begins anew.
    unhinder(&address);
    let said = promote(&room, &address);
    assert_eq!(said.status, Some(0), "{said:?}");

    // It came to pass there, and nobody here heard of it.
    let mut kept = note(&room).unwrap();
    kept["finishedAt"] = Value::Null;
    std::fs::write(room.data().join("moved.json"), kept.to_string()).unwrap();
    let said = promote(&room, &address);
    assert_eq!(said.status, Some(0), "{said:?}");
    assert!(said.out.contains("already"), "{said:?}");
    assert!(note(&room).unwrap()["finishedAt"].is_string());
    let log = on_server(room, &address).audit().await;
    assert_eq!(log.iter().filter(|it| it.row.action == "host.promoted").count(), 1);
}
