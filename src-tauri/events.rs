//! Live changes, from the host to every window. Server-sent events do not pass the window's own scheme, so the shell
//! reads them and hands each to the page as a Tauri event of the same name and content.

use std::sync::Arc;
use std::time::Duration;

use eventsource_stream::Eventsource;
use futures::StreamExt;
use serde_json::Value;
use tauri::{AppHandle, Emitter, Runtime};

use crate::backend::Backend;

/// A change, as the host tells it.
const CHANGE: &str = "change";
/// Whether changes are coming in.
const CONNECTION: &str = "connection";

/// A host that restarts is back soon.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// A host that is away is asked about as often as a person would look.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Hands on changes for as long as the program runs, whenever someone is signed in.
pub(crate) async fn relay<R: Runtime>(app: AppHandle<R>, backend: Arc<Backend>) {
    let mut token = backend.sign_in.watch();
    let mut pause = FIRST_PAUSE;
    loop {
        let is_signed_in = token.borrow_and_update().is_some();
        if !is_signed_in {
            if token.changed().await.is_err() {
                return;
            }
            continue;
        }
        match backend.events().await {
            Ok(bytes) => {
                tell(&app, CONNECTION, true);
                pause = FIRST_PAUSE;
                let mut changes = bytes.eventsource();
                loop {
                    tokio::select! {
                        change = changes.next() => match change {
                            Some(Ok(event)) if event.event == CHANGE => hand_on(&app, &event.data),
                            Some(Ok(_)) => {}
                            Some(Err(_)) | None => break,
                        },
                        _ = token.changed() => break,
                    }
                }
            }
            Err(error) => tracing::debug!(%error, "no changes come in"),
        }
        if backend.sign_in.watch().borrow().is_none() {
            continue;
        }
        tell(&app, CONNECTION, false);
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
            _ = token.changed() => pause = FIRST_PAUSE,
        }
    }
}

fn hand_on<R: Runtime>(app: &AppHandle<R>, data: &str) {
    match serde_json::from_str::<Value>(data) {
        Ok(change) => tell(app, CHANGE, change),
        Err(error) => tracing::warn!(%error, "a change that is no JSON"),
    }
}

fn tell<R: Runtime>(app: &AppHandle<R>, event: &str, payload: impl serde::Serialize + Clone) {
    if let Err(error) = app.emit(event, payload) {
        tracing::warn!(%error, event, "a window did not hear");
    }
}
