//! Finished files on their way out: saved where the user says, or opened in the program that the user reads such with.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tauri::{AppHandle, Manager, Runtime, WebviewWindow};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;
use tempfile::NamedTempFile;
use tokio::sync::oneshot;

use crate::backend::blocking;
use crate::desk::Desk;
use crate::error::ShellError;
use crate::words::{Words, words};

/// The kinds of files that the product makes. Opening anything else could start a program.
const KINDS: &[&str] = &["csv", "json", "pdf", "txt", "xlsx", "xml", "zip"];
/// What the dialog that asks for a place is called.
const SAVE: Words = words("Spara filen", "Lagre filen", "Save the file");
/// What the dialog that asks for the folder of the key is called.
const KEY_FOLDER: Words = words("Mapp för nyckelfilen", "Mappe for nøkkelfilen", "Folder of the key file");
/// What the dialog that asks for the certificate is called.
const CERTIFICATE: Words = words("Certifikatet", "Sertifikatet", "The certificate");
/// What the dialog that asks for its key is called.
const CERTIFICATE_KEY: Words = words("Certifikatets nyckel", "Sertifikatets nøkkel", "The key of the certificate");
/// A name longer than this is refused by some file systems.
const NAME_CHARS_MAX: usize = 120;

/// Asks where to save a file and writes it there, whole or not at all. False when the user thought better of it.
///
/// # Errors
/// When the file cannot be written.
pub(crate) async fn save<R: Runtime>(
    window: &WebviewWindow<R>,
    name: &str,
    bytes: Vec<u8>,
) -> Result<bool, ShellError> {
    let name = plain_name(name);
    let (answer, asked) = oneshot::channel();
    let language = window.state::<Arc<Desk>>().language();
    let mut dialog =
        window.dialog().file().set_parent(window).set_title(SAVE.in_language(language)).set_file_name(&name);
    if let Some(kind) = kind(&name) {
        dialog = dialog.add_filter(kind.to_uppercase(), &[kind]);
    }
    dialog.save_file(move |path| drop(answer.send(path)));
    let Some(path) = asked.await.ok().flatten().and_then(|path| path.into_path().ok()) else { return Ok(false) };
    blocking(move || write_whole(&path, &bytes)).await??;
    Ok(true)
}

/// Asks for the folder of the key file; none when the user thought better of it.
pub(crate) async fn choose_folder<R: Runtime>(window: &WebviewWindow<R>) -> Option<PathBuf> {
    let (answer, asked) = oneshot::channel();
    let language = window.state::<Arc<Desk>>().language();
    let mut dialog = window.dialog().file().set_parent(window).set_title(KEY_FOLDER.in_language(language));
    if let Ok(home) = window.path().home_dir() {
        // Elsewhere it would begin among the files used last, where no folder can be chosen.
        dialog = dialog.set_directory(home);
    }
    dialog.pick_folder(move |path| drop(answer.send(path)));
    asked.await.ok().flatten()?.into_path().ok()
}

/// Asks for a file of the certificate that this computer shows; none when the user thought better of it.
pub(crate) async fn choose_certificate_file<R: Runtime>(window: &WebviewWindow<R>, is_key: bool) -> Option<PathBuf> {
    let (answer, asked) = oneshot::channel();
    let language = window.state::<Arc<Desk>>().language();
    let title = if is_key { CERTIFICATE_KEY } else { CERTIFICATE };
    let dialog = window.dialog().file().set_parent(window).set_title(title.in_language(language));
    dialog.add_filter("PEM", &["pem", "crt", "cer", "key"]).pick_file(move |path| drop(answer.send(path)));
    asked.await.ok().flatten()?.into_path().ok()
}

/// Opens a file to read or print it. The copy is gone when the desk closes, since it may hold personal data.
///
/// # Errors
/// When the file is of a kind that we do not make, cannot be written, or no program opens it.
pub(crate) async fn open<R: Runtime>(app: &AppHandle<R>, name: &str, bytes: Vec<u8>) -> Result<(), ShellError> {
    let name = plain_name(name);
    if kind(&name).is_none() {
        return Err(ShellError::Request("a file of this kind"));
    }
    let folder = shelf(app)?;
    let path = blocking(move || {
        fs::create_dir_all(&folder).map_err(ShellError::at(&folder))?;
        // A folder of its own that only this user can enter: two letters may have the same name.
        let own = tempfile::Builder::new().tempdir_in(&folder).map_err(ShellError::at(&folder))?.keep();
        let path = own.join(name);
        write_whole(&path, &bytes).map(|()| path)
    })
    .await??;
    let opened = app.opener().open_path(path.to_string_lossy(), None::<&str>);
    opened.map_err(|error| ShellError::at(path)(std::io::Error::other(error)))
}

/// Forgets the files that were opened.
pub(crate) fn clear<R: Runtime>(app: &AppHandle<R>) {
    let Ok(folder) = shelf(app) else { return };
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, "opened files are left behind");
        }
        _ => {}
    }
}

fn shelf<R: Runtime>(app: &AppHandle<R>) -> Result<PathBuf, ShellError> {
    Ok(app.path().app_cache_dir()?.join("opened"))
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ShellError> {
    let write = || {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)
    };
    write().map(drop).map_err(ShellError::at(path))
}

/// The last part of a name, without what any file system gives a meaning of its own.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_odd = |letter: char| letter.is_control() || matches!(letter, ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let plain: String =
        last.chars().map(|letter| if is_odd(letter) { '-' } else { letter }).take(NAME_CHARS_MAX).collect();
    let plain = plain.trim_matches(['.', ' ']);
    if plain.is_empty() { "stolpe".to_owned() } else { plain.to_owned() }
}

fn kind(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    KINDS.iter().find(|kind| kind.eq_ignore_ascii_case(extension)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_lead_elsewhere() {
        assert_eq!(plain_name("../../etc/cron.d/brev.pdf"), "brev.pdf");
        assert_eq!(plain_name("C:\\Windows\\brev.pdf"), "brev.pdf");
        assert_eq!(plain_name("Välkommen: Åsa?.pdf"), "Välkommen- Åsa-.pdf");
        assert_eq!(plain_name(".."), "stolpe");
    }

    #[test]
    fn only_files_that_we_make_are_opened() {
        assert_eq!(kind("brev.PDF"), Some("pdf"));
        for other in ["brev.desktop", "brev.exe", "brev.pdf.sh", "brev"] {
            assert_eq!(kind(other), None, "{other}");
        }
    }

    #[test]
    fn a_file_replaces_the_one_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lista.csv");
        write_whole(&path, b"long before").unwrap();
        write_whole(&path, b"after").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"after");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
