//! Each source as a real server on this computer, with the documents that the real ones have sent.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that is wrong must stop at once")]

use std::time::Duration;
use stolpe_documents::price_file;
use stolpe_domain::market_price::{PriceArea, PriceSource};
use stolpe_domain::money::Currency;
use stolpe_ports::error::PortErrorKind;
use stolpe_ports::prices::{PriceAnswer, PriceMarket as _, PriceQuestion};
use stolpe_prices::{PriceAddresses, Web};
use stolpe_testkit::web_server::price_file as fixture;
use stolpe_testkit::{Reply, WebServer};
use zeroize::Zeroizing;

/// Longer than any answer on this computer takes, and short enough to wait for.
const PATIENCE: Duration = Duration::from_secs(2);

fn question(source: PriceSource, area: PriceArea, day: &str) -> PriceQuestion {
    let token = (source == PriceSource::Entsoe).then(|| Zeroizing::new("1d9cd4bd-f8aa".to_owned()));
    PriceQuestion { source, area, day: day.parse().expect("a day"), token, known: None }
}

/// Asks at the server, wherever the source really is.
fn web(server: &WebServer) -> Web {
    let at = |addresses: PriceAddresses, source: &str| {
        addresses.with(&format!("{source}={}", server.address)).expect("an address")
    };
    let addresses = ["elprisetjustnu", "hvakosterstrommen", "entsoe", "ecb"].into_iter();
    Web::within(addresses.fold(PriceAddresses::default(), at), PATIENCE)
}

fn document(answer: PriceAnswer) -> (Vec<u8>, Option<String>) {
    match answer {
        PriceAnswer::Document { content, name } => (content, name),
        other => panic!("{other:?} is no document"),
    }
}

#[tokio::test]
async fn swedish_and_norwegian_days_come_from_the_public_lists_by_day_and_area() {
    let Some((swedish, norwegian)) =
        fixture("elprisetjustnu_2025-10-26_SE3.json").zip(fixture("hvakosterstrommen_2023-04-01_NO5.json"))
    else {
        return;
    };
    let server = WebServer::start(vec![Reply::ok(swedish).named("\"v1\""), Reply::ok(norwegian)]).await;
    let web = web(&server);
    let swedish = question(PriceSource::Elprisetjustnu, PriceArea::Se3, "2025-10-26");
    let (content, name) = document(web.day(&swedish).await.expect("an answer"));
    assert_eq!(name.as_deref(), Some("\"v1\""));
    let read = price_file::read(&content).expect("it is whole");
    assert_eq!((read.currency, read.prices.len()), (Currency::Sek, 100), "the night when clocks go back");
    let norwegian = question(PriceSource::Hvakosterstrommen, PriceArea::No5, "2023-04-01");
    let (content, name) = document(web.day(&norwegian).await.expect("an answer"));
    assert_eq!((price_file::read(&content).expect("it is whole").prices.len(), name), (96, None), "24 hours");
    let asked: Vec<String> = server.asked().into_iter().map(|asked| asked.target).collect();
    assert_eq!(asked, ["/api/v1/prices/2025/10-26_SE3.json", "/api/v1/prices/2023/04-01_NO5.json"]);
}

#[tokio::test]
async fn a_day_that_is_known_is_not_sent_again() {
    let server = WebServer::start(vec![Reply::status(304)]).await;
    let mut known = question(PriceSource::Elprisetjustnu, PriceArea::Se3, "2025-10-26");
    known.known = Some("\"v1\"".to_owned());
    assert_eq!(web(&server).day(&known).await.expect("an answer"), PriceAnswer::AsBefore);
    assert_eq!(server.asked()[0].if_none_match.as_deref(), Some("\"v1\""));
}

#[tokio::test]
async fn entsoe_is_asked_for_the_day_of_the_market_with_the_token_and_says_in_a_document_what_it_has_not_got() {
    let Some((nothing, day)) =
        fixture("entsoe_acknowledgement_999_no_data.xml").zip(fixture("entsoe_A44_AT_2024-07-28_A03.xml"))
    else {
        return;
    };
    let server = WebServer::start(vec![
        Reply::ok(day.clone()),
        Reply::ok(nothing.clone()),
        Reply::status(400).with(nothing.clone()),
        Reply::status(400).with(b"Bad Request".to_vec()),
    ])
    .await;
    let web = web(&server);
    let question = question(PriceSource::Entsoe, PriceArea::Se4, "2024-07-28");
    assert_eq!(document(web.day(&question).await.expect("an answer")).0, day);
    for status in [200, 400] {
        assert_eq!(document(web.day(&question).await.expect("an answer")).0, nothing, "with status {status}");
    }
    let refused = web.day(&question).await.expect_err("no document");
    assert_eq!((refused.kind, refused.words().as_deref()), (PortErrorKind::Refused, Some("HTTP 400 Bad Request")));
    assert_eq!(
        server.asked()[0].target,
        "/api?securityToken=1d9cd4bd-f8aa&documentType=A44&in_Domain=10Y1001A1001A47J&out_Domain=10Y1001A1001A47J\
         &periodStart=202407272200&periodEnd=202407282200"
    );
}

#[tokio::test]
async fn what_is_not_published_yet_is_nothing_and_no_fault() {
    let server = WebServer::start(vec![Reply::status(404), Reply::status(404), Reply::status(404)]).await;
    let web = web(&server);
    for (source, area) in
        [(PriceSource::Elprisetjustnu, PriceArea::Se1), (PriceSource::Hvakosterstrommen, PriceArea::No2)]
    {
        assert_eq!(web.day(&question(source, area, "2026-11-22")).await.expect("an answer"), PriceAnswer::Nothing);
    }
    let entsoe = web.day(&question(PriceSource::Entsoe, PriceArea::Se1, "2026-11-22")).await;
    assert_eq!(entsoe.expect_err("the platform never says so").kind, PortErrorKind::Refused);
}

#[tokio::test]
async fn a_source_that_is_away_or_wants_another_token_is_told_apart() {
    let statuses = [(503, PortErrorKind::Unavailable), (429, PortErrorKind::Unavailable)];
    let statuses = statuses.into_iter().chain([(500, PortErrorKind::Unavailable), (401, PortErrorKind::Misconfigured)]);
    let statuses: Vec<(u16, PortErrorKind)> =
        statuses.chain([(403, PortErrorKind::Misconfigured), (410, PortErrorKind::Refused)]).collect();
    let server = WebServer::start(statuses.iter().map(|(status, _)| Reply::status(*status)).collect()).await;
    let web = web(&server);
    for (status, kind) in statuses {
        let error = web.day(&question(PriceSource::Entsoe, PriceArea::Se3, "2026-11-22")).await.expect_err("a fault");
        assert_eq!(error.kind, kind, "{status}");
        assert!(error.words().expect("words").starts_with(&format!("HTTP {status}")), "{error:?}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_or_does_not_end_is_given_up_without_telling_the_token() {
    let server = WebServer::start(vec![Reply::Silence, Reply::Stalls]).await;
    let web = web(&server);
    for _ in 0..2 {
        let asked = web.day(&question(PriceSource::Entsoe, PriceArea::Se3, "2026-11-22")).await;
        let error = asked.expect_err("nothing came");
        let words = error.words().expect("words");
        assert_eq!(error.kind, PortErrorKind::Unavailable, "{words}");
        assert!(!format!("{error:?} {words}").contains("1d9cd4bd"), "{words}");
    }
    let gone = format!("entsoe={}", WebServer::gone().await);
    let web = Web::within(PriceAddresses::default().with(&gone).expect("an address"), PATIENCE);
    let error = web.day(&question(PriceSource::Entsoe, PriceArea::Se3, "2026-11-22")).await.expect_err("nobody there");
    assert_eq!(error.kind, PortErrorKind::Unavailable);
    assert!(!format!("{error:?} {:?}", error.words()).contains("1d9cd4bd"), "{error:?}");
}

#[tokio::test]
async fn a_source_that_moved_is_followed_a_few_steps_and_told_nothing_of_where_we_came_from() {
    let server = WebServer::start(vec![Reply::to("/elsewhere"), Reply::ok(b"[]".to_vec())]).await;
    let entsoe = question(PriceSource::Entsoe, PriceArea::Se3, "2026-11-22");
    assert_eq!(document(web(&server).day(&entsoe).await.expect("an answer")).0, b"[]");
    let asked = server.asked();
    assert_eq!((asked[1].target.as_str(), asked[1].referer.as_deref()), ("/elsewhere", None));

    let circle = WebServer::start((0..9).map(|_| Reply::to("/again")).collect()).await;
    let error = web(&circle).day(&entsoe).await.expect_err("no end");
    assert_eq!(error.kind, PortErrorKind::Unexpected, "{error:?}");
    assert_eq!(circle.asked().len(), 4);
}

#[tokio::test]
async fn an_answer_that_is_longer_than_any_document_is_not_read_to_its_end() {
    let server = WebServer::start(vec![Reply::ok(vec![b' '; 5 * 1024 * 1024])]).await;
    let error = web(&server).day(&question(PriceSource::Elprisetjustnu, PriceArea::Se3, "2026-11-22")).await;
    assert_eq!(error.expect_err("too long").kind, PortErrorKind::Unexpected);
}

#[tokio::test]
async fn the_central_bank_is_asked_for_the_rates_of_ninety_days() {
    let server = WebServer::start(vec![Reply::ok(b"<Cube/>".to_vec()), Reply::status(500)]).await;
    let web = web(&server);
    assert_eq!(web.euro_rates().await.expect("an answer"), b"<Cube/>");
    assert_eq!(web.euro_rates().await.expect_err("a fault").kind, PortErrorKind::Unavailable);
    assert_eq!(server.asked()[0].target, "/stats/eurofxref/eurofxref-hist-90d.xml");
}
