//! What the page may ask of the shell. Each command needs a permission of its own, given in `capabilities/desk.json`.

use std::path::PathBuf;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use tauri::ipc::{InvokeBody, Request, Response};
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_notification::NotificationExt;

use crate::backend::blocking;
use crate::desk::Desk;
use crate::error::ShellError;
use crate::keychain::{self, KeychainState};
use crate::network::{Listening, Network, Reach};
use crate::place::{KeyPlace, Place};
use crate::trust::Fingerprint;
use crate::words::Language;
use crate::{drops, files, menu, window};

/// What this program is, for the page that tells about it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppInfo {
    version: &'static str,
    system: &'static str,
    keychain: KeychainState,
}

/// Where the data lives, and what can be chosen.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settled {
    place: Option<Place>,
    key: KeyPlace,
    keychain: KeychainState,
}

/// Whom this computer lets in, and how far that has come.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnNetwork {
    #[serde(flatten)]
    network: Network,
    listening: Listening,
}

/// Where the page wants the key of the vault; which file it is, only a dialog of the window system can say.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyWish {
    #[default]
    Keychain,
    File,
}

#[tauri::command]
pub(crate) async fn app_info() -> Result<AppInfo, ShellError> {
    let keychain = blocking(keychain::state).await?;
    Ok(AppInfo { version: env!("CARGO_PKG_VERSION"), system: std::env::consts::OS, keychain })
}

#[tauri::command]
pub(crate) async fn place_get(desk: State<'_, Arc<Desk>>) -> Result<Settled, ShellError> {
    let keychain = blocking(keychain::state).await?;
    let memory = desk.memory();
    Ok(Settled { place: memory.place, key: memory.key, keychain })
}

#[tauri::command]
pub(crate) async fn place_choose(
    app: AppHandle,
    desk: State<'_, Arc<Desk>>,
    place: Place,
    key: Option<KeyWish>,
    certificate: Option<Fingerprint>,
) -> Result<(), ShellError> {
    let key = match key.unwrap_or_default() {
        KeyWish::Keychain => KeyPlace::Keychain,
        KeyWish::File => desk.key_file().ok_or(ShellError::Request("a key file that was not chosen"))?,
    };
    desk.choose(app, place, key, certificate).await
}

#[tauri::command]
pub(crate) async fn place_reopen(app: AppHandle, desk: State<'_, Arc<Desk>>) -> Result<(), Arc<ShellError>> {
    desk.reopen(&app).await
}

/// Asks for the folder of the key file, and answers which one; nothing when the user thought better of it.
#[tauri::command]
pub(crate) async fn key_folder_choose(
    window: WebviewWindow,
    desk: State<'_, Arc<Desk>>,
) -> Result<Option<PathBuf>, ShellError> {
    let Some(folder) = files::choose_folder(&window).await else { return Ok(None) };
    desk.choose_key_folder(&folder)?;
    Ok(Some(folder))
}

/// Whom this computer lets in, and how far that has come; nothing where the host is elsewhere.
#[tauri::command]
pub(crate) async fn network_get(
    app: AppHandle,
    desk: State<'_, Arc<Desk>>,
) -> Result<Option<OnNetwork>, Arc<ShellError>> {
    Ok(desk.network(&app).await?.map(|(network, listening)| OnNetwork { network, listening }))
}

#[tauri::command]
pub(crate) async fn network_change(
    app: AppHandle,
    desk: State<'_, Arc<Desk>>,
    reach: Reach,
    port: u16,
) -> Result<(), Arc<ShellError>> {
    desk.change_network(&app, |network| (network.reach, network.port) = (reach, port)).await
}

/// Asks for a file of the certificate, and answers which one; nothing when the user thought better of it.
#[tauri::command]
pub(crate) async fn network_file_choose(
    window: WebviewWindow,
    desk: State<'_, Arc<Desk>>,
    is_key: bool,
) -> Result<Option<PathBuf>, ShellError> {
    let Some(file) = files::choose_certificate_file(&window, is_key).await else { return Ok(None) };
    desk.point_out(is_key, file.clone());
    Ok(Some(file))
}

/// Takes the file as raw bytes and its name, percent-encoded, in the header `name`.
#[tauri::command]
pub(crate) async fn save_file(window: WebviewWindow, request: Request<'_>) -> Result<bool, ShellError> {
    let (name, bytes) = file_of(&request)?;
    files::save(&window, &name, bytes).await
}

/// Takes the file as [`save_file`] does.
#[tauri::command]
pub(crate) async fn open_file(app: AppHandle, request: Request<'_>) -> Result<(), ShellError> {
    let (name, bytes) = file_of(&request)?;
    files::open(&app, &name, bytes).await
}

#[tauri::command]
pub(crate) async fn notify(app: AppHandle, title: String, body: String) -> Result<(), ShellError> {
    let shown = app.notification().builder().title(title).body(body).show();
    // A desktop without notifications is no fault of the page: it has shown the news itself.
    shown.unwrap_or_else(|error| tracing::debug!(%error, "no notification"));
    Ok(())
}

#[tauri::command]
pub(crate) async fn open_window(app: AppHandle, path: String) -> Result<(), ShellError> {
    window::open_another(&app, &path)
}

#[tauri::command]
pub(crate) async fn set_language(
    app: AppHandle,
    desk: State<'_, Arc<Desk>>,
    language: String,
) -> Result<(), ShellError> {
    app.set_menu(menu::menu(&app, Language::of_tag(&language))?)?;
    desk.remember(|memory| memory.language = Some(language))
}

/// Answers the bytes of the file that the user dropped on this window.
#[tauri::command]
pub(crate) async fn take_dropped(window: WebviewWindow) -> Result<Response, ShellError> {
    drops::take(&window).await.map(Response::new)
}

fn file_of(request: &Request<'_>) -> Result<(String, Vec<u8>), ShellError> {
    let InvokeBody::Raw(bytes) = request.body() else { return Err(ShellError::Request("a file without bytes")) };
    let name = request.headers().get("name").ok_or(ShellError::Request("a file without a name"))?;
    let name = percent_decode_str(name.to_str().map_err(|_| ShellError::Request("the name of a file"))?);
    Ok((name.decode_utf8_lossy().into_owned(), bytes.clone()))
}
