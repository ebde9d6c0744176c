//! The menus. An entry either leads to a page, or stands for the keys that the page itself listens to, so that a menu
//! can never do anything else than its shortcut.

use serde::Serialize;
use tauri::menu::{AboutMetadata, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::{AppHandle, Emitter, Runtime};

use crate::error::ShellError;
use crate::window;
use crate::words::{Language, Words, words};

/// What the page is told when an entry is chosen.
const EVENT: &str = "menu";

/// What an entry does.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    /// Leads to a page of the desk.
    Go(&'static str),
    /// Stands for keys; Ctrl is Command on macOS.
    Press {
        /// As `KeyboardEvent.key`.
        key: &'static str,
        ctrl: bool,
        shift: bool,
    },
    /// Opens another window.
    #[serde(skip)]
    NewWindow,
    /// Steps through the pages that were seen.
    #[serde(skip)]
    Step(i8),
    /// Closes the window.
    #[serde(skip)]
    Close,
    /// Ends the program.
    #[serde(skip)]
    Quit,
}

/// An entry of ours: its id, its text, what it does.
type Entry = (&'static str, Words, Act);

const fn ctrl(key: &'static str) -> Act {
    Act::Press { key, ctrl: true, shift: false }
}

const FILE: Words = words("&Arkiv", "&Arkiv", "&File");
const FILE_ENTRIES: &[Entry] = &[
    ("new", words("Ny post", "Ny post", "New record"), ctrl("n")),
    ("window", words("Nytt fönster", "Nytt vindu", "New window"), Act::NewWindow),
    ("import", words("Importera …", "Importer …", "Import…"), Act::Go("/admin/imports")),
    ("export", words("Exportera listan …", "Eksporter listen …", "Export this list…"), ctrl("e")),
    ("settings", words("Inställningar …", "Innstillinger …", "Settings…"), ctrl(",")),
];

const EDIT: Words = words("&Redigera", "&Rediger", "&Edit");
const EDIT_ENTRIES: &[Entry] = &[
    ("find", words("Sök i listan", "Søk i listen", "Find in list"), ctrl("f")),
    (
        "search",
        words("Sök överallt", "Søk overalt", "Search everywhere"),
        Act::Press { key: "F", ctrl: true, shift: true },
    ),
];

const GO: Words = words("&Gå", "&Gå", "&Go");
const GO_ENTRIES: &[Entry] = &[
    ("palette", words("Kommandon …", "Kommandoer …", "Commands…"), ctrl("k")),
    ("back", words("Bakåt", "Tilbake", "Back"), Act::Step(-1)),
    ("forward", words("Framåt", "Fram", "Forward"), Act::Step(1)),
    ("todo", words("Att göra", "Å gjøre", "To do"), Act::Go("/admin/")),
    ("people", words("Personer", "Personer", "People"), Act::Go("/admin/people")),
    ("facilities", words("Anläggningar", "Anlegg", "Facilities"), Act::Go("/admin/facilities")),
];

const HELP: Words = words("&Hjälp", "&Hjelp", "&Help");
const HELP_ENTRIES: &[Entry] = &[(
    "shortcuts",
    words("Kortkommandon", "Hurtigtaster", "Keyboard shortcuts"),
    Act::Press { key: "?", ctrl: false, shift: true },
)];

/// Where the window system does not offer these itself.
const OWN_FILE_ENTRIES: &[Entry] = &[("close", CLOSE, Act::Close), ("quit", QUIT, Act::Quit)];
const OWN_EDIT_ENTRIES: &[Entry] = &[("undo", UNDO, ctrl("z")), ("redo", REDO, ctrl("y"))];

/// Every entry of ours.
fn all_entries() -> impl Iterator<Item = &'static Entry> {
    [FILE_ENTRIES, EDIT_ENTRIES, GO_ENTRIES, HELP_ENTRIES, OWN_FILE_ENTRIES, OWN_EDIT_ENTRIES].into_iter().flatten()
}

const ABOUT: Words = words("Om Stolpe", "Om Stolpe", "About Stolpe");
const UNDO: Words = words("Ångra", "Angre", "Undo");
const REDO: Words = words("Gör om", "Gjør om", "Redo");
const CUT: Words = words("Klipp ut", "Klipp ut", "Cut");
const COPY: Words = words("Kopiera", "Kopier", "Copy");
const PASTE: Words = words("Klistra in", "Lim inn", "Paste");
const SELECT_ALL: Words = words("Markera allt", "Merk alt", "Select all");
const CLOSE: Words = words("Stäng fönstret", "Lukk vinduet", "Close window");
const QUIT: Words = words("Avsluta", "Avslutt", "Quit");

/// The menus in a language.
///
/// # Errors
/// When the window system cannot make them.
pub(crate) fn menu<R: Runtime>(app: &AppHandle<R>, language: Language) -> tauri::Result<Menu<R>> {
    let say = |words: Words| Some(words.in_language(language));
    let separator = || PredefinedMenuItem::separator(app);
    let about = AboutMetadata {
        name: Some("Stolpe".into()),
        version: Some(env!("CARGO_PKG_VERSION").into()),
        icon: app.default_window_icon().cloned(),
        ..AboutMetadata::default()
    };

    let menu = Menu::new(app)?;
    #[cfg(target_os = "macos")]
    menu.append(&Submenu::with_items(
        app,
        "Stolpe",
        true,
        &[
            &PredefinedMenuItem::about(app, say(ABOUT), Some(about.clone()))?,
            &separator()?,
            &PredefinedMenuItem::hide(app, None)?,
            &PredefinedMenuItem::quit(app, say(QUIT))?,
        ],
    )?)?;

    let file = submenu(app, FILE, FILE_ENTRIES, language)?;
    file.append(&separator()?)?;
    let edit = submenu(app, EDIT, EDIT_ENTRIES, language)?;
    edit.prepend(&separator()?)?;
    if cfg!(target_os = "linux") {
        // GTK has no such entries of its own; cutting and pasting need none, their keys are the web view's.
        append(app, &file, OWN_FILE_ENTRIES, language)?;
        for entry in OWN_EDIT_ENTRIES.iter().rev() {
            edit.prepend(&item(app, entry, language)?)?;
        }
    } else {
        file.append(&PredefinedMenuItem::close_window(app, say(CLOSE))?)?;
        if !cfg!(target_os = "macos") {
            file.append(&PredefinedMenuItem::quit(app, say(QUIT))?)?;
        }
        edit.prepend_items(&[
            &PredefinedMenuItem::undo(app, say(UNDO))?,
            &PredefinedMenuItem::redo(app, say(REDO))?,
            &separator()?,
            &PredefinedMenuItem::cut(app, say(CUT))?,
            &PredefinedMenuItem::copy(app, say(COPY))?,
            &PredefinedMenuItem::paste(app, say(PASTE))?,
            &PredefinedMenuItem::select_all(app, say(SELECT_ALL))?,
        ])?;
    }
    let go = submenu(app, GO, GO_ENTRIES, language)?;
    let help = submenu(app, HELP, HELP_ENTRIES, language)?;
    help.append(&PredefinedMenuItem::about(app, say(ABOUT), Some(about))?)?;
    menu.append_items(&[&file, &edit, &go, &help])?;
    Ok(menu)
}

fn submenu<R: Runtime>(
    app: &AppHandle<R>,
    title: Words,
    entries: &[Entry],
    language: Language,
) -> tauri::Result<Submenu<R>> {
    let submenu = Submenu::new(app, title.in_language(language), true)?;
    append(app, &submenu, entries, language)?;
    Ok(submenu)
}

fn append<R: Runtime>(
    app: &AppHandle<R>,
    submenu: &Submenu<R>,
    entries: &[Entry],
    language: Language,
) -> tauri::Result<()> {
    entries.iter().try_for_each(|entry| submenu.append(&item(app, entry, language)?))
}

fn item<R: Runtime>(app: &AppHandle<R>, (id, words, _): &Entry, language: Language) -> tauri::Result<MenuItem<R>> {
    // No accelerator: a native one would take the keys from the page, which knows when they mean something.
    MenuItem::with_id(app, *id, words.in_language(language), true, None::<&str>)
}

/// Does what an entry says, in the window that has the focus.
pub(crate) fn chosen<R: Runtime>(app: &AppHandle<R>, id: &str) {
    let Some((_, _, act)) = all_entries().find(|(known, _, _)| *known == id) else { return };
    if let Err(error) = carry_out(app, *act) {
        tracing::warn!(error = error.chain(), id, "a menu entry did nothing");
    }
}

fn carry_out<R: Runtime>(app: &AppHandle<R>, act: Act) -> Result<(), ShellError> {
    let Some(window) = window::in_front(app) else { return Ok(()) };
    match act {
        Act::NewWindow => window::open_another(app, "/admin/")?,
        Act::Quit => app.exit(0),
        Act::Close => window.close()?,
        Act::Step(steps) => window.eval(format!("history.go({steps})"))?,
        Act::Go(_) | Act::Press { .. } => app.emit_to(window.label(), EVENT, act)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_entries_share_an_id() {
        let ids: BTreeSet<&str> = all_entries().map(|(id, _, _)| *id).collect();
        assert_eq!(ids.len(), all_entries().count());
    }

    #[test]
    fn the_page_is_told_a_page_or_keys() {
        let told =
            |id: &str| serde_json::to_value(all_entries().find(|(known, _, _)| *known == id).unwrap().2).unwrap();
        assert_eq!(told("people"), serde_json::json!({ "go": "/admin/people" }));
        assert_eq!(told("palette"), serde_json::json!({ "press": { "key": "k", "ctrl": true, "shift": false } }));
    }
}
