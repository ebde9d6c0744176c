//! A window that shows one file, to be dragged from there: the part of a file manager that a test needs.

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use gtk::prelude::*;

    let file = std::env::args().nth(1).ok_or("usage: drag_source FILE")?;
    let name = file.rsplit('/').next().unwrap_or_default().to_owned();
    let address = gtk::glib::filename_to_uri(&file, None)?.to_string();

    gtk::init()?;
    let window = gtk::Window::new(gtk::WindowType::Toplevel);
    window.set_title(&name);
    window.set_default_size(160, 90);
    window.set_keep_above(true);
    let icon = gtk::EventBox::new();
    icon.add(&gtk::Label::new(Some(&name)));
    let kinds = [gtk::TargetEntry::new("text/uri-list", gtk::TargetFlags::OTHER_APP, 0)];
    icon.drag_source_set(gtk::gdk::ModifierType::BUTTON1_MASK, &kinds, gtk::gdk::DragAction::COPY);
    icon.connect_drag_data_get(move |_, _, data, _, _| {
        data.set_uris(&[&address]);
    });
    window.add(&icon);
    window.connect_delete_event(|_, _| {
        gtk::main_quit();
        gtk::glib::Propagation::Stop
    });
    window.show_all();
    // The corner away from the window that the file is dragged to.
    window.move_(1270, 850);
    gtk::main();
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
