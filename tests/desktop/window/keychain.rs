//! The keychain does not help: the key goes to a file that the user chooses, and comes back by the printed code.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::journey::{PASSWORD, set_up};
use crate::driver::{Desk, picture};
use crate::keychain::{self, Session};
use crate::screen::{Window, name_folder};

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn without_a_keychain_the_key_is_kept_where_the_user_says_and_comes_back_by_the_printed_code() -> Result<()> {
    let session = Session::without_keychain()?;
    let folder = tempfile::tempdir()?;
    let keys = folder.path().join("nycklar");
    fs::create_dir(&keys)?;
    let desk = Desk::open_in(folder.path(), &session.environment()).await?;
    desk.read("Var ska uppgifterna finnas?").await?;
    desk.press("Nästa").await?;
    desk.read("Datorns nyckelring går inte att använda.").await?;
    desk.read("Förvara nyckeln i en fil i stället").await?;
    picture("keychain-absent")?;
    desk.press("Välj mapp för nyckelfilen …").await?;
    name_folder("Mapp för nyckelfilen", &keys)?;
    let code = set_up(&desk).await?;
    desk.leave().await?;
    let key = only_file(&keys)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&key)?.permissions().mode() & 0o777, 0o600);
    }

    // The key opens the vault again; only the sign-in has nowhere to be kept.
    let again = Desk::open_in(folder.path(), &session.environment()).await?;
    sign_in(&again).await?;
    again.read("Att göra").await?;
    again.leave().await?;

    // The file is away, on a stick in somebody's pocket, and comes back.
    let pocket = folder.path().join("pocket");
    fs::rename(&key, &pocket)?;
    let locked = Desk::open_in(folder.path(), &session.environment()).await?;
    sign_in(&locked).await?;
    locked.read("Hemligheterna är låsta").await?;
    picture("vault-locked")?;
    fs::rename(&pocket, &key)?;
    locked.press("Försök med nyckeln igen").await?;
    locked.read("Att göra").await?;
    locked.leave().await?;

    // The file is lost for good.
    fs::remove_file(&key)?;
    let lost = Desk::open_in(folder.path(), &session.environment()).await?;
    sign_in(&lost).await?;
    lost.read("Hemligheterna är låsta").await?;
    lost.fill("Återställningskod", &code).await?;
    lost.press("Lås upp").await?;
    lost.read("Att göra").await?;
    let (_, system) = lost.ask("GET", "/api/v1/system", &Value::Null).await?;
    assert_eq!(system["vault"], "open");
    assert!(only_file(&keys).is_ok(), "the key is kept again");
    lost.leave().await
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn a_locked_keychain_costs_a_sign_in_and_opens_when_its_user_unlocks_it() -> Result<()> {
    let session = Session::with_keychain()?;
    let folder = tempfile::tempdir()?;
    super::place::settle(folder.path(), &session.environment()).await?;
    session.lock()?;
    let desk = Desk::open_in(folder.path(), &session.environment()).await?;
    // The window system asks for the password of the keychain: for the key, for the sign-in, and to keep the next one.
    decline()?;
    decline()?;
    sign_in(&desk).await?;
    decline()?;
    desk.read("Hemligheterna är låsta").await?;
    desk.press("Försök med nyckeln igen").await?;
    let prompt = Window::of_class("gcr-prompter")?;
    prompt.write(keychain::PASSWORD)?;
    prompt.press("Return")?;
    desk.read("Att göra").await?;
    let (_, system) = desk.ask("GET", "/api/v1/system", &Value::Null).await?;
    assert_eq!(system["vault"], "open");
    desk.leave().await
}

/// Sends the window system away that asks for the password of the keychain.
fn decline() -> Result<()> {
    let prompt = Window::of_class("gcr-prompter")?;
    picture("keychain-prompt")?;
    prompt.press("Escape")?;
    prompt.until_gone()
}

async fn sign_in(desk: &Desk) -> Result<()> {
    desk.fill("E-post eller användarnamn", "asa.oberg@example.se").await?;
    desk.fill("Lösenord", PASSWORD).await?;
    desk.press("Logga in").await
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let mut files = fs::read_dir(folder)?.map(|entry| entry.map(|it| it.path())).collect::<Result<Vec<_>, _>>()?;
    anyhow::ensure!(files.len() == 1, "{files:?}");
    files.pop().context("no file")
}
