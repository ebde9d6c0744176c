//! Live changes: who hears of them, and for how long.

use axum::body::BodyDataStream;
use chrono::TimeDelta;
use futures::StreamExt as _;
use rstest::rstest;
use serde_json::json;
use std::time::Duration;
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::host::OWNER;
use stolpe_testkit::{At, TestHost};

/// Everything that still comes, once the stream ends; the patience is that of somebody who suspects it never will.
async fn to_the_end(stream: BodyDataStream) -> String {
    let all = tokio::time::timeout(Duration::from_mins(2), stream.collect::<Vec<_>>()).await.unwrap();
    all.into_iter().map(|part| String::from_utf8(part.unwrap().to_vec()).unwrap()).collect()
}

#[rstest]
#[tokio::test]
async fn live_changes_end_with_the_sign_in(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    let login = clerk.get("/me").await.expect(200)["loginId"].as_str().unwrap().to_owned();
    let (status, stream) = clerk.listen().await;
    assert_eq!(status, 200);
    host.owner.post(&format!("/staff/{login}/block"), json!(null)).await.expect(200);
    let heard = to_the_end(stream).await;
    assert!(!heard.contains("login.blocked"), "whoever is blocked is told nothing more: {heard}");

    let other = host.sign_in(None, OWNER).await;
    let (_, stream) = other.listen().await;
    let all = host.owner.get("/me/sign-ins").await.expect(200);
    let foreign = all["items"].as_array().unwrap().iter().find(|it| it["current"] == false).unwrap().clone();
    host.owner.delete(&format!("/me/sign-ins/{}", foreign["id"].as_str().unwrap())).await.expect(204);
    to_the_end(stream).await;
}

#[tokio::test]
async fn a_sign_in_that_runs_out_ends_its_live_changes_within_a_minute() {
    let host = TestHost::new(Sqlite).await;
    let (_, stream) = host.owner.listen().await;
    host.clock.advance(TimeDelta::days(15));
    tokio::time::pause();
    let reading = to_the_end(stream);
    tokio::pin!(reading);
    assert!(futures::poll!(&mut reading).is_pending());
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();
    reading.await;
}

#[tokio::test]
async fn a_login_listens_from_ten_places_at_most() {
    let host = TestHost::new(Sqlite).await;
    let mut places = Vec::new();
    for _ in 0..10 {
        let (status, stream) = host.owner.listen().await;
        assert_eq!(status, 200);
        places.push(stream);
    }
    assert_eq!(host.owner.get("/events").await.refusal(), (429, "events.too_many"));
    places.pop();
    assert_eq!(host.owner.listen().await.0, 200);
}
