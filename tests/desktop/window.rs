//! Journeys in the real window.

use anyhow::Result;
use serde_json::{Value, json};
use thirtyfour::By;

use crate::driver::{Desk, picture};

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn before_a_place_is_chosen_the_shell_says_so_in_the_words_of_the_api() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let desk = Desk::open(folder.path()).await?;
    let (status, problem) = desk.ask("GET", "/api/v1/system", &Value::Null).await?;
    assert_eq!((status, &problem["code"]), (503, &json!("place.not_chosen")));

    let settled = desk.invoke("place_get", &json!({})).await?.unwrap();
    assert_eq!(settled, json!({ "place": null, "key": "keychain", "keychain": "present" }));
    desk.close().await
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn the_page_can_call_its_own_commands_and_nothing_else_of_the_shell() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let desk = Desk::open(folder.path()).await?;
    let info = desk.invoke("app_info", &json!({})).await?.unwrap();
    assert_eq!(info["version"], env!("CARGO_PKG_VERSION"));

    for (command, arguments) in [
        ("plugin:opener|open_path", json!({ "path": "/etc/passwd" })),
        ("plugin:dialog|open", json!({ "options": {} })),
        ("plugin:window|close", json!({ "label": "desk" })),
        (
            "plugin:webview|create_webview_window",
            json!({ "options": { "label": "other", "url": "https://example.org" } }),
        ),
        ("plugin:event|emit", json!({ "event": "change", "payload": {} })),
    ] {
        let refused = desk.invoke(command, &arguments).await?.unwrap_err();
        assert!(refused.to_string().contains("not allowed"), "{command}: {refused}");
    }
    desk.close().await
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn a_place_that_cannot_be_used_is_refused_with_a_reason_and_nothing_is_remembered() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let desk = Desk::open(folder.path()).await?;
    for (place, code) in [
        (json!({ "kind": "remote", "url": "http://office.example/" }), "place.unprotected"),
        (json!({ "kind": "remote", "url": "http://127.0.0.1:1/" }), "place.unreachable"),
        (json!({ "kind": "postgres", "url": "mysql://db.example/stolpe" }), "place.address"),
    ] {
        let refused = desk.invoke("place_choose", &json!({ "place": place })).await?.unwrap_err();
        assert_eq!(refused["code"], code);
    }
    let settled = desk.invoke("place_get", &json!({})).await?.unwrap();
    assert_eq!(settled["place"], Value::Null);
    desk.close().await
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn from_the_first_start_to_a_desk_that_remembers_its_user() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let desk = Desk::open(folder.path()).await?;

    desk.read("Var ska uppgifterna finnas?").await?;
    picture("first-run-place")?;
    desk.press("Nästa").await?;

    desk.read("Välkommen till Stolpe").await?;
    desk.fill("Förnamn", "Åsa").await?;
    desk.fill("Efternamn", "Öberg").await?;
    desk.fill("E-post", "asa.oberg@example.se").await?;
    desk.fill("Nytt lösenord", PASSWORD).await?;
    desk.fill("Lösenordet igen", PASSWORD).await?;
    picture("first-run-owner")?;
    desk.press("Nästa").await?;

    desk.fill("Namn", "Brf Ekbacken").await?;
    desk.fill("Organisationsnummer", "556036-0793").await?;
    desk.fill("Gatuadress", "Ekbacken 1").await?;
    desk.fill("Postnummer", "111 11").await?;
    desk.fill("Postort", "Stockholm").await?;
    desk.press("Nästa").await?;

    desk.fill("Anläggnings-ID", "EKB").await?;
    desk.press("Skapa och fortsätt").await?;

    let code = desk.see(By::Css("[data-testid='recovery-code']")).await?.text().await?;
    let last = code.rsplit(['-', ' ']).next().unwrap_or_default().to_owned();
    desk.fill("Skriv den sista gruppen i koden", &last).await?;
    desk.press("Koden är sparad").await?;
    desk.read("Att göra").await?;
    picture("todo")?;

    // The token is the shell's: nothing that a script of the page can reach holds it.
    let reachable =
        desk.page.execute("return JSON.stringify([localStorage, sessionStorage, document.cookie])", vec![]).await?;
    let reachable = reachable.json().to_string();
    assert!(!reachable.to_lowercase().contains("token"), "{reachable}");

    desk.page.goto("app://localhost/admin/audit").await?;
    desk.read("Åsa Öberg").await?;
    picture("audit")?;
    desk.close().await?;

    // Started again, the desk takes the sign-in and the key of the vault from the keychain.
    let again = Desk::open(folder.path()).await?;
    again.read("Att göra").await?;
    let (status, me) = again.ask("GET", "/api/v1/me", &Value::Null).await?;
    assert_eq!((status, &me["name"]), (200, &json!("Åsa Öberg")));
    let (_, system) = again.ask("GET", "/api/v1/system", &Value::Null).await?;
    assert_eq!((&system["state"], &system["vault"]), (&json!("ready"), &json!("open")));

    // Signed out, it forgets.
    let (status, _) = again.ask("POST", "/api/v1/logout", &Value::Null).await?;
    assert!((200..300).contains(&status), "{status}");
    again.close().await?;
    let later = Desk::open(folder.path()).await?;
    later.read("Logga in").await?;
    assert_eq!(later.ask("GET", "/api/v1/me", &Value::Null).await?.0, 401);
    later.close().await
}

/// Long enough for the policy, and in no list of leaked ones.
const PASSWORD: &str = "Trettio-7-Stolpar!";
