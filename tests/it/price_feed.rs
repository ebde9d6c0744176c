//! Prices from the network: asked for when they are published, of whom the setting says, whole or not at all.

use crate::story::audit;
use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Europe::Stockholm;
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::Arc;
use stolpe_domain::access::Role;
use stolpe_ports::clock::Clock as _;
use stolpe_prices::{PriceAddresses, Web};
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::web_server::price_file;
use stolpe_testkit::{At, Reply, TestHost, WebServer};

/// The sources, all of them at the server.
fn market(server: &WebServer) -> Arc<Web> {
    let at_server =
        |addresses: PriceAddresses, source: &str| addresses.with(&format!("{source}={}", server.address)).unwrap();
    let sources = ["elprisetjustnu", "hvakosterstrommen", "entsoe", "ecb"].into_iter();
    Arc::new(Web::at(sources.fold(PriceAddresses::default(), at_server)))
}

/// A host with a facility in this area, at this instant, that asks for prices at the server.
async fn host_in(engine: Engine, area: &str, at: &str, server: &WebServer) -> TestHost {
    let host = TestHost::bare(engine).await.asking_for_prices(market(server));
    turn_to(&host, at);
    let host = host.set_up().await;
    let path = format!("/facilities/{}", host.facility);
    let facility = host.owner.get(&path).await.expect(200);
    let country = if area.starts_with("NO") { "NO" } else { "SE" };
    let draft = json!({"code": "EKB", "name": "Ekbacken", "country": country, "priceArea": area});
    host.owner.patch_at(&path, facility["rowVersion"].as_i64().unwrap(), draft).await.expect(200);
    host
}

fn turn_to(host: &TestHost, at: &str) {
    let at: DateTime<Utc> = at.parse().unwrap();
    host.clock.advance(at - host.clock.now());
}

async fn fetch_from(host: &TestHost, setting: Value) -> Value {
    let version = host.owner.get("/settings/prices").await.expect(200)["rowVersion"].as_i64().unwrap();
    host.owner.put_at("/settings/prices", version, setting).await.expect(200)
}

/// How it stands with asking for the one area in use.
async fn feed(host: &TestHost) -> Value {
    host.owner.get("/price-areas").await.expect(200)["items"][0]["feed"].clone()
}

async fn known(host: &TestHost, area: &str, day: &str) -> Value {
    host.owner.get(&format!("/market-prices?area={area}&from={day}&until={day}")).await.expect(200)
}

/// A list as the public ones are, by the hour: each hour costs its number plus `base`, in hundredths.
fn hours(day: &str, currency: &str, base: i64) -> Vec<u8> {
    let day: NaiveDate = day.parse().unwrap();
    let midnight = |day: NaiveDate| Stockholm.from_local_datetime(&day.and_hms_opt(0, 0, 0).unwrap()).unwrap().to_utc();
    let (first, end) = (midnight(day), midnight(day.succ_opt().unwrap()));
    let local = |at: DateTime<Utc>| at.with_timezone(&Stockholm).to_rfc3339();
    let entries = (0..(end - first).num_hours()).map(|hour| {
        let (from, to) = (first + TimeDelta::hours(hour), first + TimeDelta::hours(hour + 1));
        let price = format!("{}.{:02}", (base + hour) / 100, (base + hour) % 100);
        format!(
            "{{\"{currency}_per_kWh\":{price},\"EUR_per_kWh\":0.1,\"EXR\":11,\"time_start\":\"{}\",\"time_end\":\"{}\"}}",
            local(from),
            local(to)
        )
    });
    format!("[{}]", entries.collect::<Vec<_>>().join(",")).into_bytes()
}

fn targets(server: &WebServer) -> Vec<String> {
    server.asked().into_iter().map(|asked| asked.target).collect()
}

fn instant(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

#[rstest]
#[tokio::test]
async fn tomorrow_is_asked_for_when_it_is_published_until_it_is_there_and_not_again(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let Some(night_of_25_hours) = price_file("elprisetjustnu_2025-10-26_SE3.json") else { return };
    let server = WebServer::start(vec![Reply::ok(hours("2025-10-25", "SEK", 10)).named("\"a\"")]).await;
    let host = host_in(engine, "SE3", "2025-10-25T11:14:00Z", &server).await;
    assert_eq!(host.app.fetch_due_prices().await.unwrap(), 0, "nothing leaves the house before somebody says so");
    let off = host.owner.post("/price-areas/SE3/fetch", json!({})).await;
    assert_eq!(off.code(), "price_feed.off");
    fetch_from(&host, json!({"fetching": "automatic"})).await;

    assert_eq!(host.app.fetch_due_prices().await.unwrap(), 1);
    let asked = targets(&server);
    assert_eq!(asked.len(), 15, "two weeks back, and today: {asked:?}");
    assert_eq!(asked[0], "/api/v1/prices/2025/10-25_SE3.json", "what is needed soonest comes first");
    let stand = feed(&host).await;
    assert_eq!((&stand["source"], &stand["fault"]), (&json!("elprisetjustnu"), &Value::Null));
    assert_eq!(stand["fetchedAt"], "2025-10-25T11:14:00Z");
    let next = instant(&stand["nextAt"]) - host.clock.now();
    assert!((TimeDelta::minutes(1)..TimeDelta::minutes(6)).contains(&next), "at a quarter past one: {next}");
    assert_eq!(known(&host, "SE3", "2025-10-25").await["prices"].as_array().unwrap().len(), 96);

    // Tomorrow is late; whether today's was revised is asked as well.
    turn_to(&host, "2025-10-25T11:21:00Z");
    server.then(vec![Reply::status(404), Reply::status(304)]);
    let other = host.beside().await.asking_for_prices(market(&server));
    let (one, two) = tokio::join!(host.app.fetch_due_prices(), other.app.fetch_due_prices());
    assert_eq!(one.unwrap() + two.unwrap(), 1, "one of two hosts asks");
    let asked = server.asked();
    assert_eq!(asked[0].target, "/api/v1/prices/2025/10-26_SE3.json");
    assert_eq!(asked[1].if_none_match.as_deref(), Some("\"a\""));
    let stand = feed(&host).await;
    assert_eq!((&stand["attempts"], &stand["fault"]), (&json!(1), &Value::Null), "what is not published is no fault");
    assert_eq!(instant(&stand["nextAt"]), host.clock.now() + TimeDelta::minutes(15));

    turn_to(&host, "2025-10-25T11:36:00Z");
    server.then(vec![Reply::ok(night_of_25_hours)]);
    assert_eq!(host.app.fetch_due_prices().await.unwrap(), 1);
    assert_eq!(targets(&server), ["/api/v1/prices/2025/10-26_SE3.json"]);
    let day = known(&host, "SE3", "2025-10-26").await;
    assert_eq!((day["prices"].as_array().unwrap().len(), &day["missing"]), (100, &json!([])));
    let next = instant(&feed(&host).await["nextAt"]);
    let published: DateTime<Utc> = "2025-10-26T12:15:00Z".parse().unwrap();
    assert!((published..published + TimeDelta::minutes(5)).contains(&next), "in winter time: {next}");
    assert_eq!(host.app.fetch_due_prices().await.unwrap(), 0);
    let rows = audit(&host, "market_price.taken").await;
    assert_eq!((rows.len(), &rows[0]["after"]["day"]), (2, &json!("2025-10-26")));
}

#[rstest]
#[tokio::test]
async fn norwegian_days_come_by_the_hour_also_the_one_with_23(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = WebServer::start(vec![Reply::ok(hours("2026-03-29", "NOK", 50))]).await;
    let host = host_in(engine, "NO2", "2026-03-29T07:00:00Z", &server).await;
    fetch_from(&host, json!({"fetching": "automatic"})).await;
    assert_eq!(host.app.fetch_due_prices().await.unwrap(), 1);
    assert_eq!(targets(&server)[0], "/api/v1/prices/2026/03-29_NO2.json");
    let day = known(&host, "NO2", "2026-03-29").await;
    assert_eq!((day["prices"].as_array().unwrap().len(), &day["missing"]), (92, &json!([])));
    assert_eq!(day["prices"][91], json!({"startsAt": "2026-03-29T21:45:00Z", "microPerKwh": 720_000}));
    assert_eq!(feed(&host).await["source"], "hvakosterstrommen");
}

#[rstest]
#[tokio::test]
async fn entsoe_needs_a_token_and_its_euro_become_kronor_by_the_rate_before_the_auction(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let Some((day, nothing)) =
        price_file("entsoe_A44_AT_2024-07-28_A03.xml").zip(price_file("entsoe_acknowledgement_999_no_data.xml"))
    else {
        return;
    };
    // The published day of another area, under the name of ours.
    let day = String::from_utf8(day).unwrap().replace("10YAT-APG------L", "10Y1001A1001A47J").into_bytes();
    let rates = b"<e:Envelope xmlns:e='g'><Cube><Cube time='2024-07-27'><Cube currency='SEK' rate='99'/></Cube>\
        <Cube time='2024-07-26'><Cube currency='SEK' rate='11.7135'/></Cube></Cube></e:Envelope>";
    let server = WebServer::start(Vec::new()).await;
    let host = host_in(engine, "SE4", "2024-07-28T08:00:00Z", &server).await;
    let without = host.owner.put_at("/settings/prices", 0, json!({"fetching": "entsoe"})).await;
    assert_eq!(without.body["fields"]["token"], "required", "{}", without.body);
    let set = fetch_from(&host, json!({"fetching": "entsoe", "token": " 1d9cd4bd-f8aa "})).await;
    assert_eq!((&set["tokenSet"], set.to_string().contains("1d9cd4bd")), (&json!(true), false));
    let said = audit(&host, "setting.changed").await;
    assert!(!said[0].to_string().contains("1d9cd4bd"), "{}", said[0]);
    let mut conn = host.db.db.read().await.unwrap();
    let kept: (Value, i64) = conn.find_setting("prices").await.unwrap().unwrap();
    assert!(!kept.0.to_string().contains("1d9cd4bd"), "the token is sealed: {}", kept.0);
    drop(conn);

    // Tomorrow is not there, today is half.
    server.then(vec![Reply::status(400).with(nothing.clone()), Reply::ok(day[..day.len() / 2].to_vec())]);
    let now = "/price-areas/SE4/fetch";
    let half = host.owner.post(now, json!({})).await.expect(200);
    let asked = targets(&server);
    assert!(asked[1].contains("securityToken=1d9cd4bd-f8aa&"), "{asked:?}");
    assert!(asked[1].ends_with("&periodStart=202407272200&periodEnd=202407282200"), "{asked:?}");
    assert_eq!((&half["feed"]["fault"], &half["feed"]["attempts"]), (&json!("price_file.damaged"), &json!(1)));
    assert_eq!(known(&host, "SE4", "2024-07-28").await["prices"], json!([]), "whole or not at all");

    turn_to(&host, "2024-07-28T08:01:00Z");
    server.then(vec![Reply::ok(day), Reply::ok(rates.to_vec())]);
    assert_eq!(
        host.app.fetch_due_prices().await.unwrap(),
        1,
        "a failure is followed by another attempt a minute later"
    );
    assert_eq!(targets(&server).len(), 2);
    let prices = known(&host, "SE4", "2024-07-28").await;
    assert_eq!(prices["prices"].as_array().unwrap().len(), 96);
    // 95.44 EUR/MWh at 11.7135.
    assert_eq!(prices["prices"][0]["microPerKwh"], 1_117_936);
    let stand = feed(&host).await;
    assert_eq!(
        (&stand["attempts"], &stand["faultAt"]),
        (&json!(0), &json!("2024-07-28T08:00:00Z")),
        "what was is told"
    );
    assert_eq!(audit(&host, "market_price.taken").await[0]["after"]["euro"], "11.7135");

    server.then(vec![Reply::status(401)]);
    let refused = host.owner.post(now, json!({})).await.expect(200);
    assert_eq!(refused["feed"]["fault"], "price_feed.misconfigured");
    assert_eq!(targets(&server).len(), 1, "with a wrong token nothing else is asked");
}

#[rstest]
#[tokio::test]
async fn a_source_that_is_away_or_sends_something_else_is_told_of_and_asked_again(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = WebServer::start(vec![Reply::status(503)]).await;
    let host = host_in(engine, "SE1", "2026-03-02T08:00:00Z", &server).await;
    fetch_from(&host, json!({"fetching": "automatic"})).await;
    for minutes in [1, 5, 15] {
        host.app.fetch_due_prices().await.unwrap();
        let stand = feed(&host).await;
        assert_eq!(stand["fault"], "price_feed.unavailable");
        assert_eq!(stand["faultWords"], "HTTP 503 Service Unavailable");
        assert_eq!(instant(&stand["nextAt"]), host.clock.now() + TimeDelta::minutes(minutes));
        assert_eq!(server.asked().len(), 1, "one question shows that it is away");
        host.clock.advance(TimeDelta::minutes(minutes));
        server.then(vec![Reply::status(503)]);
    }
    host.app.fetch_due_prices().await.unwrap();
    server.asked();

    host.clock.advance(TimeDelta::minutes(30));
    server.then(vec![Reply::ok(b"<html><body>Maintenance</body></html>".to_vec())]);
    host.app.fetch_due_prices().await.unwrap();
    assert_eq!(feed(&host).await["fault"], "price_file.unknown_form");
    for (other, fault) in [
        (hours("2026-03-01", "SEK", 1), "price_feed.other_day"),
        (hours("2026-03-02", "NOK", 1), "price_feed.other_day"),
        (b"[]".to_vec(), "price_file.no_prices"),
    ] {
        host.clock.advance(TimeDelta::hours(1));
        server.then(vec![Reply::ok(other)]);
        host.app.fetch_due_prices().await.unwrap();
        assert_eq!(feed(&host).await["fault"], fault);
    }
    assert_eq!(known(&host, "SE1", "2026-03-02").await["prices"], json!([]));
}

#[rstest]
#[tokio::test]
async fn the_later_revision_counts_and_the_earlier_one_is_kept(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = WebServer::start(vec![Reply::status(404), Reply::ok(hours("2026-03-02", "SEK", 10))]).await;
    let host = host_in(engine, "SE1", "2026-03-02T08:00:00Z", &server).await;
    fetch_from(&host, json!({"fetching": "automatic"})).await;
    let now = "/price-areas/SE1/fetch";
    host.owner.post(now, json!({})).await.expect(200);
    let price = async |host: &TestHost| known(host, "SE1", "2026-03-02").await["prices"][0]["microPerKwh"].clone();
    assert_eq!(price(&host).await, 100_000);

    // A file by hand is later than what came; the same answer again is not later than the file.
    let by_hand = String::from_utf8(hours("2026-03-02", "SEK", 20)).unwrap();
    host.owner.post("/market-prices", json!({"content": by_hand, "area": "SE1"})).await.expect(200);
    assert_eq!(price(&host).await, 200_000);
    host.clock.advance(TimeDelta::minutes(1));
    server.then(vec![Reply::status(404), Reply::ok(hours("2026-03-02", "SEK", 10))]);
    host.owner.post(now, json!({})).await.expect(200);
    assert_eq!(price(&host).await, 200_000);

    // A revision of the source is.
    host.clock.advance(TimeDelta::minutes(1));
    server.then(vec![Reply::status(404), Reply::ok(hours("2026-03-02", "SEK", 30))]);
    host.owner.post(now, json!({})).await.expect(200);
    let day = known(&host, "SE1", "2026-03-02").await;
    assert_eq!(day["prices"][0]["microPerKwh"], 300_000);
    let replaced = day["replaced"].as_array().unwrap();
    assert_eq!(replaced.len(), 2 * 96);
    let of_first: Vec<i64> = replaced[..2].iter().map(|it| it["microPerKwh"].as_i64().unwrap()).collect();
    assert_eq!(of_first, [100_000, 200_000]);

    // A day that came whole by hand is not asked for.
    let tomorrow = String::from_utf8(hours("2026-03-03", "SEK", 20)).unwrap();
    host.owner.post("/market-prices", json!({"content": tomorrow, "area": "SE1"})).await.expect(200);
    server.asked();
    host.owner.post(now, json!({})).await.expect(200);
    assert!(targets(&server).iter().all(|target| !target.contains("03-03")), "the source has nothing later");
}

#[rstest]
#[tokio::test]
async fn nothing_is_asked_for_where_nobody_has_a_facility_and_never_for_training(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = WebServer::start(Vec::new()).await;
    let host = host_in(engine, "SE2", "2026-03-02T08:00:00Z", &server).await;
    fetch_from(&host, json!({"fetching": "automatic"})).await;
    host.owner.post("/training", json!({})).await.expect(201);
    host.app.fetch_due_prices().await.unwrap();
    let asked = targets(&server);
    assert!(asked.len() == 15 && asked.iter().all(|target| target.ends_with("_SE2.json")), "{asked:?}");

    let unused = host.owner.post("/price-areas/NO1/fetch", json!({})).await;
    assert_eq!(unused.code(), "price_feed.unused");
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    assert_eq!(clerk.post("/price-areas/SE2/fetch", json!({})).await.refusal(), (403, "access.denied"));
    assert_eq!(clerk.get("/settings/prices").await.refusal(), (403, "access.denied"));
    assert_eq!(host.owner.post("/price-areas/SE9/fetch", json!({})).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn a_missing_price_is_work_that_waits_where_energy_costs_what_the_market_asks(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = WebServer::start(Vec::new()).await;
    let host = host_in(engine, "SE3", "2026-03-02T08:00:00Z", &server).await;
    let missing = async |host: &TestHost| {
        let items = host.owner.get("/todo").await.expect(200)["items"].clone();
        items.as_array().unwrap().iter().find(|item| item["kind"] == "price.missing").cloned()
    };
    assert_eq!(missing(&host).await, None, "nobody needs one");
    let component = |rate: Value| {
        json!({
            "components": [{"kind": "energy", "rate": rate, "validFrom": "2026-03-01", "vat": "2500", "source": "Avtal"}]
        })
    };
    let path = format!("/tariff?facilityId={}", host.facility);
    host.owner.put_at(&path, 0, component(json!({"spot": "quarter"}))).await.expect(200);
    let waits = missing(&host).await.expect("yesterday and today");
    assert_eq!((&waits["count"], &waits["facilityId"]), (&json!(192), &json!(host.facility)));
    assert_eq!(waits["oldestAt"], "2026-02-28T23:00:00Z");
    server.then(vec![
        Reply::status(404),
        Reply::ok(hours("2026-03-02", "SEK", 1)),
        Reply::ok(hours("2026-03-01", "SEK", 1)),
    ]);
    fetch_from(&host, json!({"fetching": "automatic"})).await;
    host.owner.post("/price-areas/SE3/fetch", json!({})).await.expect(200);
    assert_eq!(missing(&host).await, None);
}
