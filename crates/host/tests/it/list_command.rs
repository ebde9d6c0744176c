//! Circuits, charge points, tags and sessions in and out of files from the command line.

use crate::room::{Room, Said};
use serde_json::Value;
use stolpe_store::Engine;

const BOTH: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

const PEOPLE: &str = "Lgh;Förnamn;Efternamn;E-post\n\
    A1101;Åsa;Öberg;asa@example.se\n\
    A1102;Bo;Ek;bo@example.se\n\
    A1103;Bo;Ek;bosse@example.se\n";
/// What hangs on the main fuse stands before it.
const CIRCUITS: &str = "Krets;Under;Säkring;Faser\n\
    Garage;Huvudsäkring;32;3\n\
    Huvudsäkring;;63 A;3\n\
    Stuga;Ladan;16;1\n";
const POINTS: &str = "Namn;Identitet;Krets;Märkström;Vem får ladda\n\
    P-01;CP-1;garage;32 A;\n\
    P-02;CP-2;;16;Alla\n\
    P-03;CP-3;Ladan;16;\n\
    P-04;CP-1;Garage;32;\n\
    P-05;CP-5;Garage;många;ibland\n";
const TAGS: &str = "RFID;Namn;E-post;Märkning;Spärrad;Gäller till\n\
    04a2b3;;asa@example.se;blå;nej;31.12.2031\n\
    04FFFF;;;;ja;\n\
    04DDDD;Bo Ek;;;;\n\
    04EEEE;;nobody@example.se;;;\n";
const SESSIONS: &str = "Session-ID;Laddare;Uttag;Start;Slut;kWh;RFID;Kommentar\n\
    a-1;P-01;1;2025-10-01 18:00;2025-10-01 20:30;12,345;04A2B3;\n\
    a-2;P-01;1;2025-10-01 19:00;2025-10-01 19:30;1,000;04A2B3;\n\
    a-3;P-09;1;2025-10-02 08:00;2025-10-02 09:00;5,000;;\n\
    a-4;P-02;1;2025-10-26 02:30;2025-10-26 05:00;5,000;;\n\
    a-5;P-02;1;2025-10-03 08:00;2025-10-03 07:00;5,000;;\n\
    a-6;P-02;;2025-10-04 08:00;2025-10-04 10:00;7,500;;\n\
    a-6;P-02;;2025-10-05 08:00;2025-10-05 10:00;7,500;;\n\
    a-7;P-02;;2025-10-06 08:00;2025-10-06 08:05;40,000;04BEEF;\n";

fn lines(said: &Said) -> Vec<&str> {
    said.out.lines().collect()
}

/// Takes everything in; the lists that come out of it, in the order in which they go in again.
async fn filled(engine: Engine) -> Room {
    let place = Room::new(engine).await;
    for (list, content) in [("people", PEOPLE), ("circuits", CIRCUITS), ("charge-points", POINTS)] {
        let file = place.file(&format!("{list}.csv"), content);
        place.run(&["import", list, &file, "--facility", "EKB"]);
    }
    place.run(&["import", "tags", &place.file("tags.csv", TAGS)]);
    place
}

#[tokio::test]
async fn lists_are_looked_at_then_taken_in_and_each_bad_row_is_named() {
    for engine in BOTH {
        let place = Room::new(engine).await;
        let circuits = place.file("circuits.csv", CIRCUITS);
        let before = place.audit().await.len();
        let words = ["import", "circuits", &circuits, "--facility", "ekb"];
        let looked = place.run(&[&words[..], &["--dry-run"]].concat());
        let told = [
            "circuits: 2 added, 0 changed, 0 unchanged",
            "rows that stay out: 1",
            "line 4: parent: Choose a circuit of the facility (circuit.unknown)",
        ];
        assert_eq!(lines(&looked), [&told[..], &["dry run: nothing was changed"]].concat(), "{looked:?}");
        assert_eq!(place.audit().await.len(), before);
        let done = place.run(&words);
        assert_eq!((done.status, lines(&done)), (Some(1), told.to_vec()), "{done:?}");
        assert!(place.run(&words).out.starts_with("circuits: 0 added, 0 changed, 2 unchanged"));

        let points = place.file("points.csv", POINTS);
        let words = ["import", "charge-points", &points, "--facility", "EKB"];
        let told = [
            "charge points: 2 added, 0 changed, 0 unchanged",
            "of these waiting for a key from the desk: 2",
            "rows that stay out: 3",
            "line 4: circuit: Choose a circuit of the facility (circuit.unknown)",
            "line 5: identity: An earlier row says so already (row.twice)",
            "line 6: fuseA: The number cannot be read (number.malformed), \
             access: The word is none of those that can stand here (word.unknown)",
        ];
        let looked = place.run(&[&words[..], &["--dry-run"]].concat());
        assert_eq!(lines(&looked), [&told[..], &["dry run: nothing was changed"]].concat(), "{looked:?}");
        assert_eq!(lines(&place.run(&words)), told);
        let other = place.file("points.csv", &POINTS.replace("P-02;CP-2;;16;Alla", "P-02;CP-2;Garage;16;tags"));
        let changed = place.run(&["import", "charge-points", &other, "--facility", "EKB"]);
        assert!(changed.out.starts_with("charge points: 0 added, 1 changed, 1 unchanged"), "{changed:?}");

        place.run(&["import", "people", &place.file("people.csv", PEOPLE), "--facility", "EKB"]);
        let tags = place.file("tags.csv", TAGS);
        let done = place.run(&["import", "tags", &tags]);
        assert_eq!(
            lines(&done),
            [
                "tags: 2 added, 0 changed, 0 unchanged",
                "of these held by nobody: 1",
                "rows that stay out: 2",
                "line 4: personName: Several people of the register are called so: give the email (person.ambiguous)",
                "line 5: personEmail: Choose a person of the register (person.unknown)",
            ],
            "{done:?}"
        );
        assert!(place.run(&["import", "tags", &tags]).out.starts_with("tags: 0 added, 0 changed, 2 unchanged"));
        let exported = place.run(&["export", "tags", "--format", "international"]);
        assert!(exported.out.contains("04A2B3,Åsa Öberg,asa@example.se,blå,nej,2031-12-31"), "{exported:?}");
    }
}

#[tokio::test]
async fn sessions_of_another_system_are_taken_in_once_and_are_history() {
    for engine in BOTH {
        let place = filled(engine).await;
        let file = place.file("sessions.csv", SESSIONS);
        let words = ["import", "sessions", &file, "--facility", "EKB", "--source", "Easee"];
        let told = [
            "sessions: 3 added, 0 changed, 0 unchanged",
            "of these of nobody who is known: 2",
            "columns that are not read: Kommentar",
            "rows that stay out: 5",
            "line 3: startedAt: Another session had the connector at that time (session.overlaps)",
            "line 4: chargePointName: The facility has no such charge point (charge_point.unknown)",
            "line 5: startedAt: That hour comes twice: give the time in UTC (time.twice)",
            "line 6: stoppedAt: It ends before it begins (session.stop_before_start)",
            "line 8: id: An earlier row says so already (row.twice)",
        ];
        let before = place.audit().await.len();
        let looked = place.run(&[&words[..], &["--dry-run"]].concat());
        assert_eq!(lines(&looked), [&told[..], &["dry run: nothing was changed"]].concat(), "{looked:?}");
        assert_eq!(place.audit().await.len(), before);
        let done = place.run(&words);
        assert_eq!((done.status, lines(&done)), (Some(1), told.to_vec()), "{done:?}");
        let again = place.run(&words);
        assert!(again.out.starts_with("sessions: 0 added, 0 changed, 3 unchanged"), "{again:?}");
        let other = place.file("sessions.csv", &SESSIONS.replace("12,345", "12,346"));
        let differs = place.run(&["import", "sessions", &other, "--facility", "EKB", "--source", "Easee"]);
        assert!(differs.out.contains("line 2: id: It was taken in before with other values"), "{differs:?}");
        // Another system may call its own the same; then the connector is taken.
        let twice = place.run(&["import", "sessions", &file, "--facility", "EKB", "--source", "Zaptec"]);
        assert_eq!(twice.status, Some(2), "{twice:?}");

        let rows: Vec<Value> = place
            .run(&["export", "sessions", "--format", "json"])
            .out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(rows.len(), 3);
        assert!(rows.iter().all(|row| row["state"] == "billed_elsewhere"), "{rows:?}");
        assert_eq!(
            (&rows[2]["startedUtc"], &rows[2]["personName"]),
            (&"2025-10-01T16:00:00Z".into(), &"Åsa Öberg".into())
        );
        let since =
            place.run(&["export", "sessions", "--format", "json", "--since", "2025-10-04", "--until", "2025-10-04"]);
        assert_eq!(since.out.lines().count(), 1, "{since:?}");

        let noted = place.audit().await;
        let imported = noted.iter().find(|it| it.row.action == "session.imported").unwrap();
        assert_eq!(imported.row.origin, "command line");
        let billed =
            SESSIONS.lines().next().unwrap().to_owned() + "\nb-1;P-02;;2025-10-07 08:00;2025-10-07 08:05;40,000;;\n";
        let file = place.file("billed.csv", &billed);
        let done = place.run(&["import", "sessions", &file, "--facility", "EKB", "--source", "Easee", "--to-bill"]);
        assert!(done.out.contains("of these doubted, and looked at before they are billed: 1"), "{done:?}");
    }
}

#[tokio::test]
async fn what_one_installation_writes_an_empty_one_takes_in() {
    for (engine, other) in [(Engine::Sqlite, Engine::Postgres), (Engine::Postgres, Engine::Sqlite)] {
        let (from, to) = (filled(engine).await, Room::new(other).await);
        let sessions = from.file("sessions.csv", SESSIONS);
        from.run(&["import", "sessions", &sessions, "--facility", "EKB", "--source", "Easee"]);
        to.run(&["import", "people", &to.file("people.csv", PEOPLE), "--facility", "EKB"]);
        for (list, format) in
            [("circuits", "nordic"), ("charge-points", "international"), ("tags", "xlsx"), ("sessions", "nordic")]
        {
            let file = to.folder.path().join(format!("{list}.file"));
            let out = file.to_str().unwrap();
            let place: &[&str] = if list == "circuits" { &["--facility", "EKB"] } else { &[] };
            let written = from.run(&[&["export", list, "--format", format, "--out", out], place].concat());
            assert_eq!(written.status, Some(0), "{written:?}");
            let place: &[&str] = if list == "tags" { &[] } else { &["--facility", "EKB"] };
            let source: &[&str] = if list == "sessions" { &["--source", "the one before"] } else { &[] };
            let taken = to.run(&[&["import", list, out], place, source].concat());
            assert_eq!(taken.status, Some(0), "{list}: {taken:?}");
        }
        for list in ["circuits", "charge-points", "tags", "sessions"] {
            let words = ["export", list, "--format", "json", "--facility", "EKB"];
            let rows = |room: &Room| -> Vec<Value> {
                let said = room.run(&words);
                let row = |line: &str| {
                    let mut row: Value = serde_json::from_str(line).unwrap();
                    // Ids are each installation's own.
                    row.as_object_mut().unwrap().remove("id");
                    row
                };
                said.out.lines().map(row).collect()
            };
            let (there, here) = (rows(&from), rows(&to));
            assert!(there.len() >= 2, "{list}: {there:?}");
            assert_eq!(there, here, "{list}");
        }
    }
}

#[tokio::test]
async fn what_is_no_such_list_changes_nothing_and_says_why() {
    let place = filled(Engine::Sqlite).await;
    let nameless = place.file("tags2.csv", "Innehavare;Märkning\nÅsa;blå\n");
    let twice = place.file("tags3.csv", "RFID;UID\n1;2\n");
    let empty = place.file("empty.csv", "");
    let before = place.audit().await.len();
    for (file, code) in
        [(&nameless, "idTag: list.column_missing"), (&twice, "idTag: list.column_twice"), (&empty, "import.empty")]
    {
        let said = place.run(&["import", "tags", file]);
        assert_eq!(said.status, Some(2), "{said:?}");
        assert!(said.log.contains(code), "{said:?}");
    }
    assert_eq!(place.audit().await.len(), before);
    for list in ["charges", "documents", "document-lines"] {
        let said = place.run(&["export", list, "--since", "2025-01-01"]);
        assert_eq!((said.status, said.out.lines().count()), (Some(0), 1), "{list}: {said:?}");
    }
}
