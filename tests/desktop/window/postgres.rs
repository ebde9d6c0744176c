//! A desk whose data is in a Postgres database that it shares.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use stolpe_testkit::PostgresServer;

use super::journey::set_up;
use crate::driver::{Desk, picture};

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn a_postgres_server_that_dies_costs_nothing_and_is_found_again() -> Result<()> {
    let server = PostgresServer::new();
    let address = server.empty_database("desk");
    let folder = tempfile::tempdir()?;
    let desk = Desk::open(folder.path()).await?;
    desk.read("Var ska uppgifterna finnas?").await?;
    desk.pick("I en Postgres-databas").await?;
    desk.fill("Adress till Postgres", &address).await?;
    desk.press("Nästa").await?;
    set_up(&desk).await?;
    let (_, system) = desk.ask("GET", "/api/v1/system", &Value::Null).await?;
    assert_eq!((&system["engine"], &system["vault"]), (&json!("postgres"), &json!("open")));

    // In mid-session, with a form half filled.
    desk.press("Personer").await?;
    desk.press("Ny person").await?;
    desk.fill("Förnamn", "Örjan").await?;
    desk.fill("Efternamn", "Ängström").await?;
    server.stop();
    desk.press("Spara").await?;
    desk.read("Databasen svarar inte.").await?;
    desk.read("Inget har sparats eller ändrats.").await?;
    desk.read("Ingen kontakt med Stolpe").await?;
    picture("postgres-gone")?;
    server.start();
    desk.no_longer("Ingen kontakt med Stolpe").await?;
    desk.press("Spara").await?;
    desk.no_longer("Databasen svarar inte.").await?;
    desk.read("Örjan Ängström").await?;
    let (_, facilities) = desk.ask("GET", "/api/v1/facilities", &Value::Null).await?;
    let here = facilities["items"][0]["id"].as_str().context("no facility")?;
    let people = format!("/api/v1/persons?facilityId={here}&limit=50");
    let (_, found) = desk.ask("GET", &people, &Value::Null).await?;
    let saved =
        |found: &Value| found["items"].as_array().unwrap().iter().filter(|it| it["givenName"] == "Örjan").count();
    assert_eq!(saved(&found), 1, "{found}");
    desk.close().await?;

    // At start.
    server.stop();
    let again = Desk::open(folder.path()).await?;
    again.read("Stolpe kommer inte åt uppgifterna").await?;
    again.read("Databasservern svarar inte eller nekade inloggningen.").await?;
    server.start();
    again.press("Försök igen").await?;
    again.read("Örjan Ängström").await?;
    again.close().await
}
