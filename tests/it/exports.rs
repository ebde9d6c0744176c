//! Files that leave: what is in them, what is not, and that it is written down.

use crate::story::{BOTH, audit, resident};
use serde_json::json;
use stolpe_domain::access::Role;
use stolpe_testkit::{At, TestHost};

#[tokio::test]
async fn people_leave_in_every_format_without_protected_identities() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let desk = &host.owner;
        resident(&host, "Åsa", "Öberg", "A1102").await;
        resident(&host, "=HYPERLINK(\"x\")", "Ek", "A1101").await;
        let (hidden, _) = resident(&host, "Cia", "Dahl", "A1103").await;
        desk.patch_at(&format!("/persons/{hidden}"), 1, json!({"protectedIdentity": true})).await.expect(200);

        let path = format!("/exports/people?facilityId={}", host.facility);
        let nordic = desk.get(&format!("{path}&format=nordic")).await;
        assert_eq!(nordic.headers["content-disposition"].to_str().unwrap().split(';').next(), Some("attachment"));
        let text = String::from_utf8(nordic.bytes).unwrap();
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        assert!(lines[0].starts_with("Förnamn;Efternamn;Objekt;"), "{}", lines[0]);
        assert_eq!(lines.len(), 3, "{text}");
        // A name that a spreadsheet would run is text.
        assert!(lines[1].starts_with("\"'=HYPERLINK(\"\"x\"\")\";Ek;A1101;"), "{}", lines[1]);
        assert!(lines[2].starts_with("Åsa;Öberg;A1102;"), "{}", lines[2]);

        let all = desk.get(&format!("{path}&format=json&withProtected=true")).await;
        assert_eq!(String::from_utf8(all.bytes).unwrap().lines().count(), 3);
        let workbook = desk.get(&format!("{path}&format=xlsx")).await;
        assert!(workbook.bytes.starts_with(b"PK"));
        let found = desk.get(&format!("{path}&format=international&q=%C3%B6berg")).await;
        assert_eq!(String::from_utf8(found.bytes).unwrap().lines().count(), 2);

        // What one sees: those columns, in that order.
        let seen = desk.get(&format!("{path}&format=nordic&columns=loginState,familyName")).await;
        let seen = String::from_utf8(seen.bytes).unwrap();
        let seen: Vec<&str> = seen.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(seen, ["Inloggning;Efternamn", "Inget brev än;Ek", "Inget brev än;Öberg"]);
        let coded = desk.get(&format!("{path}&format=json&columns=loginState&q=%C3%B6berg")).await;
        assert_eq!(String::from_utf8(coded.bytes).unwrap().trim(), "{\"loginState\":\"not_issued\"}");
        let unknown = desk.get(&format!("{path}&format=nordic&columns=familyName,personalNumber")).await;
        assert_eq!(unknown.expect(422)["fields"]["columns"], "export.column");

        let noted = audit(&host, "person.exported").await;
        assert_eq!(noted.len(), 6);
        assert_eq!(noted[5]["after"], json!({"format": "nordic", "filter": "view=all q=", "rows": 2, "whole": true}));
        assert_eq!(noted[4]["after"]["withProtected"], true);
        assert_eq!(noted[4]["after"]["rows"], 3);
    }
}

#[tokio::test]
async fn the_log_leaves_and_says_so_and_a_clerk_takes_nothing_out() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let file = host.owner.get("/exports/audit?format=json").await;
        let text = String::from_utf8(file.bytes).unwrap();
        let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        assert_eq!((&last["seq"], &last["action"]), (&json!(1), &json!("host.set_up")));
        let sheet = host.owner.get("/exports/audit?format=nordic&columns=seq,action,subjectKind").await;
        let sheet = String::from_utf8(sheet.bytes).unwrap();
        assert!(sheet.ends_with("1;Stolpe togs i bruk;Installationen\r\n"), "{sheet}");
        assert_eq!(audit(&host, "audit.exported").await[1]["after"]["rows"], text.lines().count());

        let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
        for path in [
            "/exports/audit?format=json".to_owned(),
            format!("/exports/people?format=json&facilityId={}", host.facility),
        ] {
            assert_eq!(clerk.get(&path).await.refusal(), (403, "access.denied"), "{path}");
        }
    }
}

#[tokio::test]
async fn units_tenancies_facilities_and_staff_leave_as_the_lists_show_them() {
    for engine in BOTH {
        let host = TestHost::new(engine).await;
        let desk = &host.owner;
        resident(&host, "Åsa", "Öberg", "A1102").await;
        let (gone, _) = resident(&host, "Bo", "Ek", "A1101").await;
        let (hidden, _) = resident(&host, "Cia", "Dahl", "B1103").await;
        desk.patch_at(&format!("/persons/{hidden}"), 1, json!({"protectedIdentity": true})).await.expect(200);
        let units = desk.get(&format!("/persons/{gone}")).await.expect(200)["units"][0].clone();
        let leaving = format!("/tenancies/{}", units["tenancyId"].as_str().unwrap());
        desk.patch_at(&leaving, 1, json!({"movedOutOn": "2026-11-20"})).await.expect(200);
        let lines = async |path: &str| -> Vec<String> {
            let file = desk.get(path).await;
            assert_eq!(file.status, 200, "{path}: {}", file.body);
            let text = String::from_utf8(file.bytes).unwrap();
            text.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect()
        };
        let units = format!("/exports/units?facilityId={}&format=nordic", host.facility);
        assert_eq!(
            lines(&units).await,
            [
                "Objekt;Slag;Trapphus eller våning;Boende;Anläggnings-ID",
                "A1101;Lägenhet;A;;EKB",
                "A1102;Lägenhet;A;Åsa Öberg;EKB",
                "B1103;Lägenhet;A;•••;EKB",
            ]
        );
        assert_eq!(lines(&format!("{units}&occupied=false&columns=tenants,code")).await, ["Boende;Objekt", ";A1101"]);
        let tenancies = format!("/exports/tenancies?facilityId={}&format=international", host.facility);
        let tenancies = lines(&format!("{tenancies}&columns=unitCode,familyName,movedOutOn")).await;
        assert_eq!(tenancies, ["Objekt,Efternamn,Utflyttad", "A1101,Ek,2026-11-20", "A1102,Öberg,", "B1103,•••,"]);
        let facilities = lines("/exports/facilities?format=json&columns=code,organisation,units,persons").await;
        assert_eq!(facilities, [r#"{"code":"EKB","organisation":"Brf Ekbacken","units":3,"persons":3}"#]);
        let staff = lines("/exports/staff?format=nordic&columns=name,email,roles,state").await;
        assert_eq!(staff, ["Namn;E-post;Roller;Läge", "Siv Ek;siv@ekbacken.example;Ägare;Aktiv"]);

        let accountant = host.as_(Role::Accountant, At::Facility(host.facility.clone())).await;
        assert_eq!(accountant.get(&units).await.status, 200);
        assert_eq!(accountant.get("/exports/staff?format=json").await.refusal(), (403, "access.denied"));
        let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
        for path in [units, "/exports/facilities?format=json".to_owned()] {
            assert_eq!(clerk.get(&path).await.refusal(), (403, "access.denied"), "{path}");
        }
        assert_eq!(audit(&host, "list.exported").await[0]["after"]["rows"], 1);
        assert_eq!(audit(&host, "person.exported").await.len(), 5);
    }
}
