//! The logo of an organisation: taken in as a picture or not at all, and on each paper as it was when that was issued.

use crate::documents::{act, invoice};
use crate::month_runs::{committed, documents, planned, ready};
use crate::story::{audit, ended, resident, text};
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageEncoder as _, Rgb, RgbImage};
use rstest::rstest;
use serde_json::{Value, json};
use std::process::Command;
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, At, Desk, TestHost};
use uuid::Uuid;

/// A PNG of one colour.
pub(crate) fn picture(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let mut file = Vec::new();
    let picture = DynamicImage::from(RgbImage::from_pixel(width, height, Rgb(colour)));
    PngEncoder::new(&mut file).write_image(picture.as_bytes(), width, height, picture.color().into()).unwrap();
    file
}

pub(crate) async fn set(desk: &Desk, path: &str, content: impl Into<Vec<u8>>) -> Answer {
    desk.send("PUT", path, &[("content-type", "application/octet-stream")], content.into()).await
}

fn path(host: &TestHost) -> String {
    format!("/organisations/{}/logo", host.organisation)
}

/// Sets a logo of so many pixels, by which papers tell it from others.
async fn sets(host: &TestHost, width: u32) -> Value {
    set(&host.owner, &path(host), picture(width, 100, [11, 90, 107])).await.expect(200)
}

/// How wide the logos are that a PDF carries, by poppler.
fn logos_on(pdf: &[u8]) -> Vec<u32> {
    assert!(pdf.starts_with(b"%PDF"));
    let file = std::env::temp_dir().join(format!("{}.pdf", Uuid::new_v4()));
    std::fs::write(&file, pdf).unwrap();
    let read = Command::new("pdfimages").arg("-list").arg(&file).output();
    std::fs::remove_file(&file).unwrap();
    let read = read.unwrap_or_else(|error| panic!("pdfimages (poppler-utils) is needed: {error}"));
    let listed = String::from_utf8(read.stdout).unwrap();
    let rows = listed.lines().skip(2).map(|row| row.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| row[2] == "image").map(|row| row[3].parse().unwrap()).collect()
}

async fn logos_at(desk: &Desk, path: &str) -> Vec<u32> {
    let file = desk.get(path).await;
    assert_eq!(file.status, 200, "{}", file.body);
    logos_on(&file.bytes)
}

async fn logos_of(host: &TestHost, document: &Value) -> Vec<u32> {
    logos_at(&host.owner, &format!("/documents/{}/file", text(&document["id"]))).await
}

#[rstest]
#[tokio::test]
async fn a_logo_is_set_replaced_and_removed_and_the_log_says_so(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let owner = &host.owner;
    let path = path(&host);
    assert_eq!(owner.get(&path).await.expect(200), json!({"logo": null}));
    assert_eq!(owner.get(&format!("{path}/file")).await.status, 404);

    let first = sets(&host, 300).await;
    assert_eq!((&first["kind"], &first["width"], &first["height"]), (&json!("png"), &json!(300), &json!(100)));
    assert_eq!(owner.get(&path).await.expect(200)["logo"], first);
    let file = owner.get(&format!("{path}/file")).await;
    assert_eq!(
        (&file.headers["content-type"], &file.headers["x-content-type-options"]),
        (&"image/png".parse().unwrap(), &"nosniff".parse().unwrap())
    );
    let kept = image::load_from_memory(&file.bytes).unwrap().into_rgb8();
    assert_eq!((kept.dimensions(), kept.get_pixel(150, 50).0), ((300, 100), [11, 90, 107]));

    assert_eq!(sets(&host, 300).await, first, "what holds already is not set again");
    let second = sets(&host, 400).await;
    assert!(second["id"] != first["id"]);
    owner.delete(&path).await.expect(204);
    assert_eq!(owner.get(&path).await.expect(200), json!({"logo": null}));
    owner.delete(&path).await.expect(204);
    let again = sets(&host, 300).await;
    assert!(again["id"] != first["id"], "what is set after it was removed is set anew");

    let rows = audit(&host, "organisation.logo_set").await;
    let widths = |part: &str| rows.iter().map(|row| row[part]["width"].clone()).collect::<Vec<_>>();
    assert_eq!(widths("after"), [json!(300), json!(400), json!(300)], "{rows:?}");
    assert_eq!(widths("before"), [Value::Null, json!(300), Value::Null]);
    let rows = audit(&host, "organisation.logo_removed").await;
    assert_eq!((rows.len(), &rows[0]["before"]["width"]), (1, &json!(400)), "nothing was there to remove again");
}

#[rstest]
#[tokio::test]
async fn an_invoice_keeps_the_logo_under_which_it_was_issued_and_a_draft_has_that_of_today(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    sets(&host, 300).await;
    let it = invoice(&host).await;
    assert_eq!(logos_of(&host, &it).await, [300]);
    sets(&host, 400).await;
    assert_eq!(logos_of(&host, &it).await, [300], "it was issued before");

    let sent = act(&host, &it, "send", json!({"by": "paper"})).await.expect(200);
    let note = act(&host, &sent, "credit", json!({"reason": "allt", "chargeAgain": true})).await.expect(201);
    assert_eq!(logos_of(&host, &note).await, [400]);

    committed(&host, &planned(&host, "2026-11").await, json!({"asDrafts": true})).await;
    let all = documents(&host).await;
    let draft = all.iter().find(|it| it["state"] == "draft").unwrap();
    assert_eq!(logos_of(&host, draft).await, [400]);
    sets(&host, 500).await;
    assert_eq!(logos_of(&host, draft).await, [500]);
    host.owner.delete(&path(&host)).await.expect(204);
    assert!(logos_of(&host, draft).await.is_empty());
    let issued = act(&host, draft, "issue", json!(null)).await.expect(200);
    sets(&host, 600).await;
    assert!(logos_of(&host, &issued).await.is_empty(), "there was none when it was issued");
    assert_eq!((logos_of(&host, &it).await, logos_of(&host, &note).await), (vec![300], vec![400]));
}

#[rstest]
#[tokio::test]
async fn letters_and_the_papers_of_the_counter_carry_it_too(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    sets(&host, 300).await;
    resident(&host, "Åsa", "Öberg", "A1102").await;
    let job =
        ended(&host, host.owner.post("/letters", json!({"facilityId": host.facility, "order": "name"})).await).await;
    assert_eq!(job["state"], "done", "{job}");
    assert_eq!(logos_at(&host.owner, &format!("/jobs/{}/file", text(&job["id"]))).await, [300]);

    let invoices = crate::incoming_payments::invoices(&host).await;
    crate::till::turned_on(&host).await;
    let clerk = host.as_(Role::Clerk, At::Organisation(host.organisation.clone())).await;
    let till = crate::till::open(&host, &clerk, 50_000).await.expect(201);
    let wish = crate::till::wish(&invoices[0]["personId"], "card", 1_000, &[(&invoices[0], 1_000)]);
    let taken = crate::till::take(&clerk, &till, wish).await.expect(201);
    let receipt = format!("/till-entries/{}/receipt", text(&taken["entries"][0]["id"]));
    let report = format!("/tills/{}/report", text(&till["id"]));
    assert_eq!((logos_at(&clerk, &receipt).await, logos_at(&clerk, &report).await), (vec![300], vec![300]));
    sets(&host, 400).await;
    assert_eq!(logos_at(&clerk, &receipt).await, [300], "it was given under the other one");
    assert_eq!(logos_at(&clerk, &report).await, [400], "it has no number yet");
    crate::till::close(&clerk, &crate::till::seen(&clerk, &till).await, 50_000, None).await.expect(200);
    sets(&host, 500).await;
    assert_eq!(logos_at(&clerk, &report).await, [400]);
}

#[rstest]
#[tokio::test]
async fn what_is_no_logo_is_refused_whatever_it_is_called_and_nothing_changes(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let path = path(&host);
    let first = sets(&host, 300).await;
    let good = picture(400, 100, [200, 0, 0]);
    let mut heavy = good.clone();
    heavy.resize(2_000_001, 0);
    for (content, code) in [
        (Vec::new(), "logo.not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), "logo.not_a_picture"),
        (b"%PDF-1.7".to_vec(), "logo.not_a_picture"),
        (good[..good.len() / 2].to_vec(), "logo.damaged"),
        (heavy, "logo.too_heavy"),
        (picture(4_001, 100, [0; 3]), "logo.too_large"),
        (picture(199, 100, [0; 3]), "logo.too_small"),
    ] {
        // What the sender says that it is makes no difference.
        let headers = [("content-type", "image/png")];
        let answer = host.owner.send("PUT", &path, &headers, content).await;
        assert_eq!(answer.refusal(), (409, code));
    }
    let flood = vec![0; 9 * 1024 * 1024];
    assert_eq!(set(&host.owner, &path, flood).await.refusal(), (413, "body.too_large"));
    assert_eq!(host.owner.get(&path).await.expect(200)["logo"], first);
    assert_eq!(audit(&host, "organisation.logo_set").await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn whoever_may_not_change_an_organisation_changes_no_logo(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let path = path(&host);
    sets(&host, 300).await;
    let manager = host.as_(Role::Manager, At::Facility(host.facility.clone())).await;
    assert_eq!(manager.get(&path).await.expect(200)["logo"]["width"], 300, "whoever sees the organisation sees it");
    assert_eq!(set(&manager, &path, picture(400, 100, [0; 3])).await.status, 403);
    assert_eq!(manager.delete(&path).await.status, 403);
    let nobody = host.nobody();
    assert_eq!(set(&nobody, &path, picture(400, 100, [0; 3])).await.status, 401);
    assert_eq!(nobody.get(&format!("{path}/file")).await.status, 401);
    let other = json!({"name": "Brf Granen", "country": "SE", "organisationNumber": "769612-3459",
        "street": "Granvägen 1", "postalCode": "392 31", "city": "Kalmar"});
    let other = text(&host.owner.post("/organisations", other).await.expect(201)["id"]);
    let neighbour = host.as_(Role::Owner, At::Organisation(other)).await;
    assert_eq!(set(&neighbour, &path, picture(400, 100, [0; 3])).await.status, 404);
    assert_eq!((neighbour.get(&path).await.status, neighbour.get(&format!("{path}/file")).await.status), (404, 404));
    assert_eq!(host.owner.get(&path).await.expect(200)["logo"]["width"], 300);
}
