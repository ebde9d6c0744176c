//! The real window: what the page may ask of the shell, and the journeys of its user.

mod closing;
mod journey;
mod keychain;
mod network;
mod place;
mod postgres;
mod remote;

use anyhow::Result;
use serde_json::{Value, json};

use crate::driver::Desk;

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn before_a_place_is_chosen_the_shell_says_so_in_the_words_of_the_api() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let desk = Desk::open(folder.path()).await?;
    let (status, problem) = desk.ask("GET", "/api/v1/system", &Value::Null).await?;
    assert_eq!((status, &problem["code"]), (503, &json!("place.not_chosen")));

    let settled = desk.invoke("place_get", &json!({})).await?.unwrap();
    assert_eq!(settled, json!({ "place": null, "key": { "kind": "keychain" }, "keychain": "present" }));
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
