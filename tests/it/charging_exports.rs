//! Files about charging and money: what the lists show, to the öre and the watt-hour, and no more than one may see.

use crate::charge_points::point;
use crate::month_runs::{charge, committed, documents, driver, planned, ready};
use crate::story::{audit, text};
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{At, Desk, TestHost};

/// The lines of a file, its mark left out.
async fn lines(desk: &Desk, path: &str) -> Vec<String> {
    let file = desk.get(path).await;
    assert_eq!(file.status, 200, "{path}: {}", file.body);
    let text = String::from_utf8(file.bytes).unwrap();
    text.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect()
}

/// The rows of a file of JSON.
async fn rows(desk: &Desk, path: &str) -> Vec<Value> {
    lines(desk, path).await.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Two invoices, one of them credited, one void.
async fn billed(engine: Engine) -> TestHost {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    driver(&host, "Åsa", "asa@example.se", "AA").await;
    driver(&host, "Bo", "bo@example.se", "BB").await;
    driver(&host, "Cia", "cia@example.se", "CC").await;
    for (day, tag) in [(12, "AA"), (13, "BB"), (14, "CC")] {
        charge(&mut charger, tag, day, 10_000 + i64::from(day)).await;
    }
    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    for (place, act) in [(0, "void"), (1, "credit")] {
        let it = documents(&host).await[place].clone();
        let header = format!("\"{}\"", it["rowVersion"]);
        let headers = [("content-type", "application/json"), ("if-match", header.as_str())];
        let path = format!("/documents/{}/{act}", text(&it["id"]));
        let done = host.owner.send("POST", &path, &headers, json!({"reason": "fel"}).to_string()).await;
        assert!(done.status < 300, "{}", done.body);
        host.clock.advance(chrono::TimeDelta::seconds(1));
        if act == "void" {
            assert_eq!(documents(&host).await[0]["state"], "void");
        }
    }
    host
}

/// A number in a cell of JSON without its point, which stands before so many digits.
fn unscaled(cell: &Value, scale: usize) -> i64 {
    let text = cell.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    assert!(decimals.len() <= scale, "{cell}");
    format!("{whole}{decimals:0<scale$}").parse().unwrap()
}

/// An amount in a cell of JSON, in hundredths.
fn minor(cell: &Value) -> i64 {
    unscaled(cell, 2)
}

#[rstest]
#[tokio::test]
async fn documents_leave_as_the_list_shows_them_and_add_up_to_what_stands_below_it(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = billed(engine).await;
    let desk = &host.owner;
    let listed = desk.get("/documents").await.expect(200);
    let sums = &listed["sums"][0];
    assert_eq!(sums["count"], 3, "{sums}");
    let file = rows(desk, "/exports/documents?format=json").await;
    let shown: Vec<_> = listed["items"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
    assert_eq!(file.iter().map(|row| row["id"].clone()).collect::<Vec<_>>(), shown, "the same rows in the same order");
    let counted: i64 = file.iter().map(|row| minor(&row["counted"])).sum();
    assert_eq!(counted, sums["payable"]["minor"].as_i64().unwrap());
    let net: i64 = file.iter().filter(|row| row["state"] != "void").map(|row| minor(&row["net"])).sum();
    assert_eq!(net, sums["net"]["minor"].as_i64().unwrap());

    // A spreadsheet with Nordic settings, with the columns of the list in their order.
    let path = "/exports/documents?format=nordic&columns=number,kind,state,recipient,payable,currency&order=oldest";
    let nordic = desk.get(path).await;
    assert!(nordic.bytes.starts_with(b"\xef\xbb\xbf"), "the mark by which Excel knows UTF-8");
    let name = nordic.headers["content-disposition"].to_str().unwrap().to_owned();
    assert!(name.contains("fakturor-2026-11-21.csv"), "{name}");
    assert_eq!(
        lines(desk, path).await,
        [
            "Nummer;Slag;Läge;Mottagare;Att betala;Valuta",
            "2026-0001;Faktura;Ej skickad;Bo Ek;81,00;SEK",
            "2026-0002;Faktura;Krediterad;Cia Ek;81,00;SEK",
            "2026-0003;Faktura;Makulerad;Åsa Ek;81,00;SEK",
            "2026-0001;Kreditfaktura;Ej skickad;Cia Ek;-81,00;SEK",
        ]
    );
    let path = "/exports/documents?format=international&columns=number,payable&kind=invoice&number=2026-0002";
    assert_eq!(lines(desk, path).await, ["Nummer,Att betala", "2026-0002,81.00"]);
    assert!(desk.get("/exports/documents?format=xlsx").await.bytes.starts_with(b"PK"));
    let noted = audit(&host, "document.exported").await;
    assert_eq!(noted.len(), 5, "{noted:?}");
    assert_eq!(noted[1]["after"]["filter"], "documents kind=invoice number=2026-0002");
}

#[rstest]
#[tokio::test]
async fn the_rows_of_a_document_are_what_is_booked_and_add_up_to_what_is_to_be_paid(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = billed(engine).await;
    let documents = rows(&host.owner, "/exports/documents?format=json").await;
    let file = rows(&host.owner, "/exports/document-lines?format=json").await;
    for document in &documents {
        let own = file.iter().filter(|row| row["documentId"] == document["id"]);
        assert_eq!(
            own.clone().map(|row| minor(&row["amount"])).sum::<i64>(),
            minor(&document["payable"]),
            "{document}"
        );
        assert_eq!(own.map(|row| minor(&row["counted"])).sum::<i64>(), minor(&document["counted"]), "{document}");
    }
    let path = "/exports/document-lines?format=nordic&number=2026-0001&kind=invoice\
                &columns=number,part,text,energyKwh,vatRate,amount,reference,recipient";
    assert_eq!(
        lines(&host.owner, path).await,
        [
            "Nummer;Del;Text;kWh;Moms %;Belopp;OCR/KID;Mottagare",
            "2026-0001;Rad;Månadsavgift november 2026;;25,00;49,00;2026000105;Bo Ek",
            "2026-0001;Rad;Laddning 13 november 2026, CP-1;10,013;25,00;15,69;2026000105;Bo Ek",
            "2026-0001;Moms;;;25,00;16,17;2026000105;Bo Ek",
            "2026-0001;Öresavrundning;;;;0,14;2026000105;Bo Ek",
        ]
    );
}

#[rstest]
#[tokio::test]
async fn sessions_charge_points_and_tags_leave_as_their_lists_show_them(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = billed(engine).await;
    let desk = &host.owner;
    let listed = desk.get("/sessions").await.expect(200);
    let shown: Vec<_> = listed["items"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
    let file = rows(desk, &format!("/exports/sessions?format=json&organisationId={}", host.organisation)).await;
    assert_eq!(file.iter().map(|row| row["id"].clone()).collect::<Vec<_>>(), shown);
    let wh: i64 = file.iter().map(|row| unscaled(&row["energyKwh"], 3)).sum();
    assert_eq!(wh, 30_039, "{file:?}");
    assert_eq!(
        lines(
            desk,
            "/exports/sessions?format=nordic&from=2026-11-12T00:00:00Z\
             &columns=startedAt,chargePointName,connector,personName,energyKwh,durationMinutes,state,chargeState,documentNumber"
        )
        .await,
        [
            "Början;Laddare;Uttag;Vem;kWh;Minuter;Läge;Debitering;Fakturanummer",
            // Six in universal time is seven in Kalmar.
            "2026-11-14 07:00:00;CP-1;1;Cia Ek;10,014;150;Klar;Debiterad;2026-0002",
            "2026-11-13 07:00:00;CP-1;1;Bo Ek;10,013;150;Klar;Debiterad;2026-0001",
            // The invoice is void, and asks for nothing any more.
            "2026-11-12 07:00:00;CP-1;1;Åsa Ek;10,012;150;Klar;Debiterad;",
        ]
    );
    let unknown = desk.get("/exports/sessions?format=json&state=asleep").await;
    assert_eq!(unknown.expect(422)["fields"]["state"], "session.state_unknown");

    let circuit = desk.get(&format!("/circuits?facilityId={}", host.facility)).await.expect(200);
    point(&host, "=1+1", "P-2", circuit["items"][0]["id"].as_str().unwrap()).await;
    let path = format!(
        "/exports/charge-points?format=nordic&facilityId={}&columns=name,identity,circuit,fuseA,access,hasKey",
        host.facility
    );
    assert_eq!(
        lines(desk, &path).await,
        [
            "Namn;Identitet;Krets;Säkring (A);Vem får ladda;Har nyckel",
            "CP-1;CP-1;Huvudsäkring;32;Alla;ja",
            "P-2;'=1+1;Huvudsäkring;32;De som har en giltig laddbricka;nej",
        ]
    );

    let hidden = desk.get(&format!("/tags?organisationId={}", host.organisation)).await.expect(200);
    let person = text(&hidden["items"][1]["personId"]);
    desk.patch_at(&format!("/persons/{person}"), 1, json!({"protectedIdentity": true})).await.expect(200);
    let path = format!("/exports/tags?format=nordic&organisationId={}", host.organisation);
    assert_eq!(
        lines(desk, &path).await,
        [
            "Laddbricka;Innehavare;E-post;Märkning;Spärrad;Gäller till och med",
            "AA;Åsa Ek;asa@example.se;;nej;",
            "BB;•••;;;nej;",
            "CC;Cia Ek;cia@example.se;;nej;",
        ]
    );
    let sessions = rows(desk, "/exports/sessions?format=json").await;
    assert_eq!((&sessions[1]["personName"], &sessions[1]["personEmail"]), (&json!("•••"), &Value::Null));
    assert_eq!(audit(&host, "list.exported").await[0]["after"]["rows"], 2);
    assert_eq!(audit(&host, "person.exported").await[0]["after"]["filter"], "sessions");
}

#[rstest]
#[tokio::test]
async fn a_file_holds_what_its_reader_may_take_out_and_nothing_of_elsewhere(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = billed(engine).await;
    let elsewhere = json!({"code": "ANN", "name": "Annan", "country": "SE"});
    let path = format!("/facilities?organisationId={}", host.organisation);
    let elsewhere = text(&host.owner.post(&path, elsewhere).await.expect(201)["id"]);
    let accountant = host.as_(Role::Accountant, At::Facility(elsewhere)).await;
    for list in ["documents", "document-lines", "sessions", "charge-points"] {
        let path = format!("/exports/{list}?format=json");
        assert_eq!(rows(&accountant, &path).await, Vec::<Value>::new(), "{list}");
        let there = format!("{path}&facilityId={}", host.facility);
        assert_eq!(accountant.get(&there).await.refusal(), (404, "not_found"), "{list}");
    }
    let accountant = host.as_(Role::Accountant, At::Facility(host.facility.clone())).await;
    assert_eq!(rows(&accountant, "/exports/documents?format=json").await.len(), 4);
    let tags = format!("/exports/tags?format=json&organisationId={}", host.organisation);
    assert_eq!(rows(&accountant, &tags).await.len(), 3);
    // A clerk sees all of it and takes nothing out.
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    for list in ["documents", "document-lines", "sessions", "charge-points"] {
        assert_eq!(
            clerk.get(&format!("/exports/{list}?format=json")).await.refusal(),
            (403, "access.denied"),
            "{list}"
        );
    }
    assert_eq!(clerk.get(&tags).await.refusal(), (403, "access.denied"));
}
