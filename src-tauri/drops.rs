//! Files that the user drops on a window.
//!
//! The web view of GTK tells its page that something was dropped, but never hands the file over. There the shell takes
//! it, and the page fetches it from here. The other web views give it to the page themselves, as a browser does.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use tauri::{AppHandle, DragDropEvent, Emitter, Manager, Runtime, WebviewWindow, WindowEvent};

use crate::backend::blocking;
use crate::error::ShellError;

/// Whether the shell takes dropped files here, rather than the page.
pub(crate) const BY_SHELL: bool = cfg!(target_os = "linux");
/// What the page is told when a file is dragged over its window.
const EVENT: &str = "file";
/// The kinds of files that can be taken in.
const KINDS: &[&str] = &["csv", "txt", "xlsx"];
/// In bytes, as the host has it: a larger file would be refused, so none is read.
const BYTES_MAX: u64 = 48 * 1024 * 1024;

/// How far a drag has come.
#[derive(Debug, PartialEq, Clone, Copy, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum Drag<'a> {
    /// A file of a kind that can be taken in is over the window.
    Over,
    /// Nothing is over the window any more.
    Away,
    /// Something else than one file that can be taken in was dropped.
    Refused,
    /// The file is here to be fetched.
    Dropped {
        /// Its name, without the folders that it lies in.
        name: &'a str,
    },
}

/// The file that was dropped last on each window, until the page fetches it. A page can name no path: it gets what the
/// user dropped on it, once.
#[derive(Default)]
pub(crate) struct Dropped(Mutex<HashMap<String, PathBuf>>);

/// Tells the page of a window about files that are dragged over it.
pub(crate) fn follow<R: Runtime>(window: &WebviewWindow<R>) {
    let (app, label) = (window.app_handle().clone(), window.label().to_owned());
    window.on_window_event(move |event| {
        let WindowEvent::DragDrop(event) = event else { return };
        match event {
            DragDropEvent::Enter { paths, .. } if only_file(paths).is_some() => tell(&app, &label, Drag::Over),
            DragDropEvent::Drop { paths, .. } => match only_file(paths) {
                Some((path, name)) => {
                    app.state::<Dropped>().waiting().insert(label.clone(), path.to_owned());
                    tell(&app, &label, Drag::Dropped { name });
                }
                None => tell(&app, &label, Drag::Refused),
            },
            DragDropEvent::Leave => tell(&app, &label, Drag::Away),
            _ => {}
        }
    });
}

/// Hands over the file that was dropped on a window.
///
/// # Errors
/// When none was, or it is too large or cannot be read.
pub(crate) async fn take<R: Runtime>(window: &WebviewWindow<R>) -> Result<Vec<u8>, ShellError> {
    let path = window.state::<Dropped>().waiting().remove(window.label());
    let path = path.ok_or(ShellError::Request("a file that nobody dropped"))?;
    blocking(move || read(&path, BYTES_MAX)).await?
}

impl Dropped {
    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<String, PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tell<R: Runtime>(app: &AppHandle<R>, label: &str, drag: Drag<'_>) {
    if let Err(error) = app.emit_to(label, EVENT, drag) {
        tracing::warn!(%error, "a window did not hear of a file");
    }
}

/// The one file that is dragged and its name, if it is one that can be taken in.
fn only_file(paths: &[PathBuf]) -> Option<(&Path, &str)> {
    let [path] = paths else { return None };
    let kind = path.extension()?.to_str()?;
    let name = path.file_name()?.to_str()?;
    KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind)).then_some((path, name))
}

fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, ShellError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(ShellError::at(path))?;
    // One byte more tells a file that is just large enough from one that is too large, however it grows meanwhile.
    let read = file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(ShellError::at(path))?;
    if read as u64 > bytes_max { Err(ShellError::TooLarge) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_of_a_kind_that_can_be_taken_in_is_taken() {
        let paths = [PathBuf::from("/home/asa/Boende 2026.CSV")];
        assert_eq!(only_file(&paths).unwrap().1, "Boende 2026.CSV");
        for others in [&["/a/b.pdf"][..], &["/a/csv"], &["/a/b.csv", "/a/c.csv"], &[]] {
            let paths: Vec<PathBuf> = others.iter().map(PathBuf::from).collect();
            assert!(only_file(&paths).is_none(), "{others:?}");
        }
    }

    #[test]
    fn a_file_is_handed_over_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("boende.csv");
        std::fs::write(&path, b"Lgh;Namn").unwrap();
        assert_eq!(read(&path, 8).unwrap(), b"Lgh;Namn");
        assert_eq!(read(&path, 7).unwrap_err().code(), "import.too_large");
        assert_eq!(read(folder.path(), 8).unwrap_err().code(), "shell.file");
    }

    #[test]
    fn the_page_is_told_the_name_and_no_path() {
        let told = serde_json::to_value(Drag::Dropped { name: "boende.csv" }).unwrap();
        assert_eq!(told, serde_json::json!({ "state": "dropped", "name": "boende.csv" }));
    }
}
