//! People in and out of files from the command line.

use crate::room::Room;
use stolpe_host::Host;
use stolpe_store::Engine;

/// The third row has an address that is none, the fourth no name.
const LIST: &str = "Lgh;Förnamn;Efternamn;E-post;Telefon\n\
    A1101;Åsa;Öberg;asa@example.se;+46701740606\n\
    A1102;Bo;Ek;bo@example.se;\n\
    A1103;Cia;Dahl;nowhere;\n\
    A1104;;;dan@example.se;\n";

const BOTH: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

#[tokio::test]
async fn pre_05_a_dry_run_says_everything_and_changes_nothing() {
    for engine in BOTH {
        let place = Room::new(engine).await;
        let list = place.file("lista.csv", LIST);
        let before = place.audit().await.len();
        let said = place.run(&["import", "people", &list, "--facility", "ekb", "--dry-run"]);
        assert_eq!(said.status, Some(1), "{said:?}");
        assert_eq!(
            said.out.lines().collect::<Vec<_>>(),
            [
                "Ekbacken (EKB)",
                "people: 2 added, 0 changed, 0 unchanged",
                "units: 2 added",
                "logins: 2 made",
                "rows that stay out: 2",
                "line 4: email.malformed (email)",
                "line 5: name.missing (givenName)",
                "dry run: nothing was changed",
            ]
        );
        assert_eq!(place.audit().await.len(), before);
        assert!(place.people().is_empty());
    }
}

#[tokio::test]
async fn good_rows_are_taken_in_faulty_ones_named_and_the_command_line_stands_in_the_audit_log() {
    for engine in BOTH {
        let place = Room::new(engine).await;
        let list = place.file("lista.csv", LIST);
        let said = place.run(&["import", "people", &list, "--facility", "EKB"]);
        assert_eq!(said.status, Some(1), "{said:?}");
        assert!(said.out.contains("people: 2 added") && said.out.contains("line 4: email.malformed"), "{said:?}");
        assert!(!said.out.contains("nowhere"), "what stands in a cell stays in it: {said:?}");

        let log = place.audit().await;
        let actions: Vec<_> =
            log.iter().filter(|it| it.row.actor_name == "stolpe-host").map(|it| it.row.action.as_str()).collect();
        assert_eq!(actions, ["import.committed", "import.committed", "import.started", "import.read"]);
        let read = log.iter().find(|it| it.row.action == "import.read").unwrap();
        assert_eq!((read.row.origin.as_str(), read.row.actor_login), ("command line", None));
        assert_eq!(read.row.reason.as_deref(), Some("lista.csv"));

        let good =
            LIST.lines().take(3).collect::<Vec<_>>().join("\n").replace("bo@example.se;", "bo@example.se;+46701740607");
        let said = place.run(&["import", "people", &place.file("igen.csv", &good), "--facility", "EKB"]);
        assert_eq!(said.status, Some(0), "{said:?}");
        assert!(said.out.contains("people: 0 added, 1 changed, 1 unchanged"), "{said:?}");
    }
}

#[tokio::test]
async fn what_was_taken_in_is_given_back_and_no_file_is_overwritten() {
    for engine in BOTH {
        let place = Room::new(engine).await;
        let list = place.file("lista.csv", LIST);
        assert_eq!(place.run(&["import", "people", &list, "--facility", "EKB"]).status, Some(1));

        let people = place.people();
        assert_eq!(people.len(), 2, "{people:?}");
        assert!(
            people[1].contains("\"givenName\":\"Åsa\"") && people[1].contains("\"unitCode\":\"A1101\""),
            "{people:?}"
        );
        assert!(people[1].contains("\"phone\":\"+46701740606\""), "{people:?}");

        let out = place.folder.path().join("ut.csv");
        let words = ["export", "people", "--out", out.to_str().unwrap()];
        let said = place.run(&words);
        assert_eq!((said.status, said.out.trim_end()), (Some(0), out.to_str().unwrap()), "{said:?}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&out).unwrap().permissions().mode();
            assert!(mode.trailing_zeros() >= 6, "others can read it: {mode:o}");
        }
        let written = std::fs::read_to_string(&out).unwrap();
        assert!(written.contains("Förnamn;Efternamn;Objekt;") && written.contains("Åsa;Öberg;A1101;"), "{written}");
        let exported = &place.audit().await[0];
        assert_eq!((exported.row.action.as_str(), exported.row.origin.as_str()), ("person.exported", "command line"));

        let said = place.run(&words);
        assert_eq!(said.status, Some(2), "{said:?}");
        assert_eq!(std::fs::read_to_string(&out).unwrap(), written);

        let said = place.run(&["import", "people", out.to_str().unwrap(), "--facility", "EKB"]);
        assert!(said.out.contains("people: 0 added, 0 changed, 2 unchanged"), "{said:?}");

        let units = place.run(&["export", "units", "--facility", "EKB", "--format", "international"]);
        assert!(units.out.contains("A1101,") && units.out.contains("Åsa Öberg"), "{units:?}");
        let tenancies = place.run(&["export", "tenancies", "--facility", "EKB"]);
        assert!(tenancies.out.contains("A1101;") && tenancies.out.contains(";Öberg;"), "{tenancies:?}");
        let facilities = place.run(&["export", "facilities", "--format", "json"]);
        assert!(facilities.out.contains("\"code\":\"EKB\""), "{facilities:?}");
        let staff = place.run(&["export", "staff", "--format", "json"]);
        assert_eq!((staff.status, staff.out.lines().count()), (Some(0), 1), "{staff:?}");
        assert!(staff.out.contains("\"state\":\"active\""), "{staff:?}");

        let book = place.folder.path().join("ut.xlsx");
        let words = ["export", "people", "--facility", "EKB", "--format", "xlsx", "--out", book.to_str().unwrap()];
        assert_eq!(place.run(&words).status, Some(0));
        assert!(std::fs::read(&book).unwrap().starts_with(b"PK"));
    }
}

#[tokio::test]
async fn nothing_is_changed_when_nothing_can_be_taken_in() {
    for engine in BOTH {
        let place = Room::new(engine).await;
        let list = place.file("lista.csv", LIST);
        let nameless = place.file("namnlos.csv", "Lgh;Belopp\nA1101;100\nA1102;200\n");
        let faulty = place.file("fel.csv", "Förnamn;Efternamn;E-post\nCia;Dahl;nowhere\n");
        let before = place.audit().await.len();
        for (file, facility) in [(&*list, "XYZ"), (&*nameless, "EKB"), (&*faulty, "EKB"), ("no-such-file.csv", "EKB")] {
            let said = place.run(&["import", "people", file, "--facility", facility]);
            assert_eq!(said.status, Some(2), "{file} {said:?}");
        }
        assert_eq!(place.run(&["export", "people", "--facility", "XYZ"]).status, Some(2));
        assert_eq!(place.audit().await.len(), before);
        assert!(place.people().is_empty());
    }
}

#[tokio::test]
async fn a_folder_in_use_or_without_a_database_is_left_alone() {
    let place = Room::new(Engine::Sqlite).await;
    let list = place.file("lista.csv", LIST);
    let host = Host::start(place.config()).await.unwrap();
    let said = place.run(&["import", "people", &list, "--facility", "EKB"]);
    assert_eq!(said.status, Some(2), "{said:?}");
    assert!(said.log.contains("another host has the data folder open"), "{said:?}");
    host.stop().await;

    let elsewhere = Room { folder: tempfile::tempdir().unwrap(), url: None };
    assert_eq!(elsewhere.run(&["import", "people", &list, "--facility", "EKB"]).status, Some(2));
    assert!(!elsewhere.data().exists());
}
