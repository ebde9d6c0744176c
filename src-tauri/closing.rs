//! Closing the desk while it is at work: the user is told what would become of the tasks, and decides.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind};

use crate::desk::Desk;
use crate::window;
use crate::words::{Words, words};

const TITLE: Words = words("Stänga Stolpe?", "Lukke Stolpe?", "Close Stolpe?");
const ONE: Words = words("En uppgift pågår.", "En oppgave pågår.", "A task is running.");
const SEVERAL: Words = words("Flera uppgifter pågår.", "Flere oppgaver pågår.", "Several tasks are running.");
const WHAT_HAPPENS: Words = words(
    "Om du stänger nu stannar det som pågår efter steget det är i. Det som redan är sparat finns kvar, resten görs inte. \
     Nästa gång du startar Stolpe står det i uppgiftslistan hur långt det kom.",
    "Hvis du lukker nå, stopper det som pågår etter steget det er i. Det som allerede er lagret, er der fortsatt, resten \
     blir ikke gjort. Neste gang du starter Stolpe, står det i oppgavelisten hvor langt det kom.",
    "If you close now, what is running stops after the step it is at. What is saved already stays, the rest is not done. \
     The next time you start Stolpe, the list of tasks says how far it came.",
);
const CLOSE: Words = words("Stäng ändå", "Lukk likevel", "Close anyway");
const STAY: Words = words("Fortsätt arbeta", "Fortsett å jobbe", "Keep working");

/// What the user has said about closing.
#[derive(Debug, Default)]
pub(crate) struct Closing {
    is_agreed: AtomicBool,
    is_asking: AtomicBool,
}

/// Whether the program may end now. While tasks run the user is asked, and the program ends by itself once they agree.
pub(crate) fn may_end<R: Runtime>(app: &AppHandle<R>) -> bool {
    let running = app.state::<Arc<Desk>>().running_tasks();
    let state = app.state::<Closing>();
    if running == 0 || state.is_agreed.load(Ordering::Relaxed) {
        return true;
    }
    if !state.is_asking.swap(true, Ordering::Relaxed) {
        ask(app, running);
    }
    false
}

fn ask<R: Runtime>(app: &AppHandle<R>, running: usize) {
    let language = app.state::<Arc<Desk>>().language();
    let say = |words: Words| words.in_language(language);
    let how_many = if running == 1 { ONE } else { SEVERAL };
    let mut dialog = app
        .dialog()
        .message(format!("{} {}", say(how_many), say(WHAT_HAPPENS)))
        .title(say(TITLE))
        .kind(MessageDialogKind::Warning)
        .buttons(MessageDialogButtons::OkCancelCustom(say(CLOSE).to_owned(), say(STAY).to_owned()));
    if let Some(window) = window::in_front(app) {
        dialog = dialog.parent(&window);
    }
    let app = app.clone();
    dialog.show(move |closes| {
        let state = app.state::<Closing>();
        state.is_asking.store(false, Ordering::Relaxed);
        if closes {
            state.is_agreed.store(true, Ordering::Relaxed);
            app.exit(0);
        }
    });
}
