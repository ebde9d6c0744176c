//! The windows of the desk, and what leads out of them.

use std::sync::atomic::{AtomicU32, Ordering};

use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Emitter, Manager, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tauri_plugin_opener::OpenerExt;
use url::Url;

use crate::Arguments;
use crate::drops;
use crate::error::ShellError;
use crate::scheme::{SCHEME, START};

/// The label of the window that opens first. Its size and place are remembered.
pub(crate) const FIRST: &str = "desk";

/// Rail, list and detail fit side by side; below this the page shows them one at a time.
const SIZE: (f64, f64) = (1280.0, 832.0);
/// At twice the text size, a dialog still fits.
const SIZE_MIN: (f64, f64) = (720.0, 540.0);

/// Opens the first window.
///
/// # Errors
/// When the window system refuses.
pub(crate) fn open_first<R: Runtime>(app: &AppHandle<R>, path: &str) -> Result<(), ShellError> {
    open(app, FIRST, path).map(drop)
}

/// Opens one more window, for one record beside another.
///
/// # Errors
/// When the path is no place inside the desk, or the window system refuses.
pub(crate) fn open_another<R: Runtime>(app: &AppHandle<R>, path: &str) -> Result<(), ShellError> {
    static NUMBER: AtomicU32 = AtomicU32::new(2);
    let label = format!("{FIRST}-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    open(app, &label, path).map(drop)
}

fn open<R: Runtime>(app: &AppHandle<R>, label: &str, path: &str) -> Result<WebviewWindow<R>, ShellError> {
    let url = inside(path).ok_or(ShellError::Request("the path"))?;
    let outward = app.clone();
    let mut builder = WebviewWindowBuilder::new(app, label, WebviewUrl::CustomProtocol(url))
        .title("Stolpe")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SIZE_MIN.0, SIZE_MIN.1)
        .zoom_hotkeys_enabled(true)
        .on_document_title_changed(|window, title| {
            if let Err(error) = window.set_title(&title) {
                tracing::debug!(%error, "the title stays");
            }
        })
        .on_navigation(is_inside)
        .on_new_window(move |url, _| {
            show_outside(&outward, &url);
            NewWindowResponse::Deny
        });
    if !drops::BY_SHELL {
        // The page takes dropped files itself, as it does in a browser; a handler of the shell would hide them from it.
        builder = builder.disable_drag_drop_handler();
    }
    if let Some(folder) = &app.state::<Arguments>().data {
        builder = builder.data_directory(folder.join("webview"));
    }
    let window = builder.build()?;
    drops::follow(&window);
    Ok(window)
}

/// The window that the user works in.
pub(crate) fn in_front<R: Runtime>(app: &AppHandle<R>) -> Option<WebviewWindow<R>> {
    let windows = app.webview_windows();
    let focused = windows.values().find(|window| window.is_focused().unwrap_or(false)).cloned();
    focused.or_else(|| app.get_webview_window(FIRST)).or_else(|| windows.into_values().next())
}

/// Brings the first window to the front, and leads it to a place if one is given.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>, path: Option<&str>) {
    let Some(window) = app.get_webview_window(FIRST).or_else(|| app.webview_windows().into_values().next()) else {
        return;
    };
    let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    let led = path.map_or(Ok(()), |path| app.emit_to(window.label(), "menu", serde_json::json!({ "go": path })));
    if let Err(error) = shown.and(led) {
        tracing::warn!(%error, "the window stays where it is");
    }
}

/// The place inside the desk that a link such as `stolpe://people/0198c2f0` means.
pub(crate) fn path_of_link(link: &Url) -> Option<String> {
    if link.scheme() != "stolpe" {
        return None;
    }
    let path = format!("/admin/{}{}", link.host_str().unwrap_or_default(), link.path());
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '-' | '_');
    path.chars().all(is_plain).then(|| path.trim_end_matches('/').to_owned())
}

/// The address of a place inside the desk.
fn inside(path: &str) -> Option<Url> {
    let start = Url::parse(START).ok()?;
    let url = start.join(path).ok()?;
    (url.scheme() == start.scheme() && url.host() == start.host() && url.path().starts_with(start.path()))
        .then_some(url)
}

/// Whether a window may go to an address: only its own pages. Windows writes the scheme as a host name.
fn is_inside(url: &Url) -> bool {
    let is_page = url.scheme() == SCHEME && url.host_str() == Some("localhost");
    let is_page_on_windows = url.scheme() == "http" && url.host_str() == Some("app.localhost");
    is_page || is_page_on_windows || url.scheme() == "blob" || url.as_str() == "about:blank"
}

/// Hands an address to the program that the user has chosen for such.
fn show_outside<R: Runtime>(app: &AppHandle<R>, url: &Url) {
    if !matches!(url.scheme(), "https" | "mailto" | "tel") {
        tracing::warn!(scheme = url.scheme(), "a link that leads nowhere we go");
        return;
    }
    if let Err(error) = app.opener().open_url(url.as_str(), None::<&str>) {
        tracing::warn!(%error, "the link did not open");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn a_link_leads_to_a_place_inside_the_desk() {
        assert_eq!(path_of_link(&url("stolpe://people/0198c2f0-aa")).as_deref(), Some("/admin/people/0198c2f0-aa"));
        assert_eq!(path_of_link(&url("stolpe://todo/")).as_deref(), Some("/admin/todo"));
        for hostile in
            ["https://people/1", "stolpe://people/%3Cscript%3E", "stolpe://people/a.b", "stolpe://a:b@people/"]
        {
            let path = path_of_link(&url(hostile));
            assert!(path.is_none() || path.as_deref() == Some("/admin/people"), "{hostile} {path:?}");
        }
    }

    #[test]
    fn a_window_opens_places_inside_the_desk_only() {
        assert_eq!(inside("/admin/people/1").unwrap().as_str(), "app://localhost/admin/people/1");
        for elsewhere in ["https://example.org/", "//example.org/admin/", "/portal", "/admin/../portal"] {
            assert!(inside(elsewhere).is_none(), "{elsewhere}");
        }
    }

    #[test]
    fn a_window_stays_on_its_own_pages() {
        assert!(is_inside(&url("app://localhost/admin/people")));
        assert!(is_inside(&url("http://app.localhost/admin/people")));
        for outside in ["https://example.org/", "file:///etc/passwd", "app://elsewhere/", "http://localhost/"] {
            assert!(!is_inside(&url(outside)), "{outside}");
        }
    }
}
