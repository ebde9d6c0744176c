//! Tariffs and the prices of the market: looked at before they are saved, taken in whole, and what is missing is named.

use crate::story::audit;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{At, TestHost};

fn row(kind: &str, rate: &Value, from: &str) -> Value {
    json!({"kind": kind, "rate": rate, "validFrom": from, "vat": "2500", "source": "Avtal 2026"})
}

fn per_kwh(micro: i64) -> Value {
    json!({"per_kwh": {"microPerKwh": micro, "currency": "SEK"}})
}

#[rstest]
#[tokio::test]
async fn evc_13_a_tariff_says_which_days_it_changes_before_it_is_saved(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let path = format!("/tariff?facilityId={}", host.facility);
    let none = host.owner.get(&path).await.expect(200);
    assert_eq!((&none["id"], &none["rowVersion"]), (&Value::Null, &json!(0)));

    let first = vec![row("energy", &per_kwh(1_250_000), "2026-01-01"), row("grid", &per_kwh(300_000), "2026-01-01")];
    let saved = host.owner.put_at(&path, 0, json!({"components": first})).await.expect(200);
    assert_eq!((&saved["rowVersion"], &saved["tariff"]["currency"]), (&json!(1), &json!("SEK")));
    assert_eq!(host.owner.get(&path).await.expect(200), saved);

    let mut dearer = first.clone();
    dearer.push(row("energy", &per_kwh(1_500_000), "2026-07-01"));
    let preview = format!("/tariff/preview?facilityId={}", host.facility);
    let shown = host.owner.post(&preview, json!({"components": dearer})).await.expect(200);
    assert_eq!(shown["changed"], json!([{"from": "2026-07-01", "until": null}]));
    assert_eq!(shown["tariff"]["components"][0]["validUntil"], "2026-07-01", "the row before ends there");
    assert_eq!(host.owner.get(&path).await.expect(200), saved, "nothing was saved by looking");

    host.owner.put_at(&path, 1, json!({"components": dearer})).await.expect(200);
    let late = host.owner.put_at(&path, 1, json!({"components": first})).await;
    assert_eq!(late.refusal(), (412, "conflict.changed"));
    let rows = audit(&host, "tariff.saved").await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["before"]["components"].as_array().unwrap().len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_tariff_with_a_hole_is_refused_by_row_and_by_name(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let path = format!("/tariff?facilityId={}", host.facility);
    let mut ends = row("energy", &per_kwh(1_000_000), "2026-01-01");
    ends["validUntil"] = json!("2026-03-01");
    let rows = [ends, row("energy", &per_kwh(2_000_000), "2026-03-02"), row("start_fee", &per_kwh(1), "2026-01-01")];
    let refused = host.owner.put_at(&path, 0, json!({"components": rows})).await;
    assert_eq!(refused.status, 422);
    let errors = &refused.body["fields"];
    assert_eq!(errors["components.1.validFrom"], "tariff.hole", "{}", refused.body);
    assert_eq!(errors["components.2.rate"], "tariff.rate_of_another_kind", "{}", refused.body);

    let reader = host.as_(Role::Accountant, At::Facility(host.facility.clone())).await;
    reader.get(&path).await.expect(200);
    let sound = json!({"components": [row("energy", &per_kwh(1), "2026-01-01")]});
    assert_eq!(reader.put_at(&path, 0, sound).await.refusal(), (403, "access.denied"));
}

/// A day of hourly prices: `hour * 0.1` kronor each.
pub(crate) fn day(date: &str, next: &str) -> String {
    let entry = |hour: u32| {
        let end =
            if hour == 23 { format!("{next}T00:00:00+01:00") } else { format!("{date}T{:02}:00:00+01:00", hour + 1) };
        format!(
            "{{\"SEK_per_kWh\":{}.{},\"EUR_per_kWh\":0,\"EXR\":11,\"time_start\":\"{date}T{hour:02}:00:00+01:00\",\"time_end\":\"{end}\"}}",
            hour / 10,
            hour % 10
        )
    };
    format!("[{}]", (0..24).map(entry).collect::<Vec<_>>().join(","))
}

#[rstest]
#[tokio::test]
async fn prices_come_from_files_whole_or_not_at_all(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let content = day("2026-11-21", "2026-11-22");
    let without_area = host.owner.post("/market-prices", json!({"content": content})).await;
    assert_eq!(without_area.body["fields"]["area"], "required", "{}", without_area.body);
    let other = host.owner.post("/market-prices", json!({"content": content, "area": "NO1"})).await;
    assert_eq!(other.body["fields"]["area"], "price_file.other_area", "{}", other.body);
    let half = json!({"content": &content[..content.len() / 2], "area": "SE3"});
    assert_eq!(host.owner.post("/market-prices", half).await.code(), "price_file.damaged");

    let list = "/market-prices?area=SE3&from=2026-11-21&until=2026-11-22";
    let none = host.owner.get(list).await.expect(200);
    assert_eq!(none["prices"], json!([]));
    assert_eq!(none["missing"], json!([{"from": "2026-11-20T23:00:00Z", "until": "2026-11-22T23:00:00Z"}]));

    let file = json!({"content": content, "area": "SE3"});
    let taken = host.owner.post("/market-prices", file.clone()).await.expect(200);
    assert_eq!((&taken["quarters"], &taken["changed"]), (&json!(96), &json!(96)));
    assert_eq!(taken["attribution"], "elprisetjustnu.se");
    assert_eq!(host.owner.post("/market-prices", file).await.expect(200)["changed"], 0);
    let known = host.owner.get(list).await.expect(200);
    assert_eq!(known["prices"].as_array().unwrap().len(), 96);
    assert_eq!(known["prices"][95], json!({"startsAt": "2026-11-21T22:45:00Z", "microPerKwh": 2_300_000}));
    assert_eq!(known["missing"], json!([{"from": "2026-11-21T23:00:00Z", "until": "2026-11-22T23:00:00Z"}]));
    let year = "/market-prices?area=SE3&from=2026-01-01&until=2026-12-31";
    assert_eq!(host.owner.get(year).await.body["fields"]["until"], "market_price.too_many_days");
}

#[rstest]
#[tokio::test]
async fn euro_become_kronor_by_the_rate_that_is_given(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let content = "<Publication_MarketDocument xmlns=\"urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3\"><TimeSeries>\
        <in_Domain.mRID>10Y1001A1001A46L</in_Domain.mRID><out_Domain.mRID>10Y1001A1001A46L</out_Domain.mRID>\
        <currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>\
        <curveType>A03</curveType><Period><timeInterval><start>2026-11-20T23:00Z</start><end>2026-11-21T23:00Z</end>\
        </timeInterval><resolution>PT15M</resolution><Point><position>1</position><price.amount>45.10</price.amount>\
        </Point></Period></TimeSeries></Publication_MarketDocument>";
    let without = host.owner.post("/market-prices", json!({"content": content})).await;
    assert_eq!(without.body["fields"]["euro"], "required", "{}", without.body);
    let wrong = host.owner.post("/market-prices", json!({"content": content, "euro": "-1"})).await;
    assert_eq!(wrong.body["fields"]["euro"], "market_price.rate", "{}", wrong.body);
    let taken = host.owner.post("/market-prices", json!({"content": content, "euro": "10,90142"})).await.expect(200);
    assert_eq!((&taken["area"], &taken["currency"]), (&json!("SE3"), &json!("SEK")));
    let list = "/market-prices?area=SE3&from=2026-11-21&until=2026-11-21";
    let known = host.owner.get(list).await.expect(200);
    assert_eq!((known["prices"].as_array().unwrap().len(), &known["missing"]), (96, &json!([])));
    assert_eq!(known["prices"][40]["microPerKwh"], 491_654);
}
