//! The desk: a window on a host that runs inside this program, or on one elsewhere.
//!
//! What lives here is the shell only: windows, menus, files, the keychain, and the way from the page to the host. The
//! rules of the product are in the host, its screens in `ui/`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod backend;
mod closing;
mod commands;
mod desk;
mod drops;
mod embedded;
mod error;
mod events;
mod files;
mod folder;
mod keychain;
mod menu;
mod network;
mod place;
mod remote;
#[cfg(target_os = "linux")]
mod renderer;
mod scheme;
mod sign_in;
mod trust;
mod window;
mod words;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use tauri::{AppHandle, Manager, RunEvent, Runtime, WindowEvent};
use tauri_plugin_deep_link::DeepLinkExt;
use tauri_plugin_window_state::StateFlags;
use tracing_subscriber::EnvFilter;
use url::Url;

use crate::desk::Desk;
use crate::folder::Folders;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The desk of property owners.
#[derive(Clone, Debug, Parser)]
#[command(name = "stolpe", version)]
struct Arguments {
    /// Keeps everything of this desk in this folder instead of the usual ones.
    #[arg(long)]
    data: Option<PathBuf>,
    /// What is written to standard error, such as `stolpe=debug`.
    #[arg(long, default_value = "warn")]
    log: String,
    /// Links that the desk was started with, such as `stolpe://people`.
    links: Vec<Url>,
}

fn main() -> tauri::Result<()> {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt().with_env_filter(EnvFilter::new(&arguments.log)).with_writer(std::io::stderr).init();
    #[cfg(target_os = "linux")]
    renderer::choose();
    use_tls_library();

    let app = tauri::Builder::default()
        // Must be the first: a second start only hands over its links and ends.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::show(app, None)))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(
            tauri_plugin_window_state::Builder::default()
                .with_state_flags(
                    StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN,
                )
                .with_filter(|label| label == window::FIRST)
                .build(),
        )
        .register_asynchronous_uri_scheme_protocol(scheme::SCHEME, |ctx, request, responder| {
            scheme::answer(ctx.app_handle(), request, responder);
        })
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .invoke_handler(tauri::generate_handler![
            commands::app_info,
            commands::network_change,
            commands::network_file_choose,
            commands::network_get,
            commands::notify,
            commands::open_file,
            commands::open_window,
            commands::key_folder_choose,
            commands::place_choose,
            commands::place_get,
            commands::place_reopen,
            commands::save_file,
            commands::set_language,
            commands::take_dropped,
        ])
        .setup(move |app| Ok(set_up(app.handle(), arguments)?))
        .build(tauri::generate_context!())?;
    app.run(|app, event| match event {
        RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. }
            if app.webview_windows().len() == 1 && !closing::may_end(app) =>
        {
            api.prevent_close();
        }
        RunEvent::ExitRequested { api, .. } if !closing::may_end(app) => api.prevent_exit(),
        RunEvent::Exit => {
            tauri::async_runtime::block_on(app.state::<Arc<Desk>>().close());
            files::clear(app);
        }
        _ => {}
    });
    Ok(())
}

fn set_up<R: Runtime>(app: &AppHandle<R>, arguments: Arguments) -> Result<(), error::ShellError> {
    let folders = match &arguments.data {
        Some(folder) => Folders { config: folder.join("config"), data: folder.join("data") },
        None => Folders { config: app.path().app_config_dir()?, data: app.path().app_data_dir()?.join("data") },
    };
    let first_link = arguments.links.iter().find_map(window::path_of_link);
    app.manage(arguments);
    app.manage(closing::Closing::default());
    app.manage(drops::Dropped::default());
    files::clear(app);

    let desk = Arc::new(Desk::new(folders));
    app.manage(Arc::clone(&desk));
    app.set_menu(menu::menu(app, desk.language())?)?;

    // The host starts while the window does; requests of the page wait for it.
    let opener = app.clone();
    tauri::async_runtime::spawn(async move { desk.open_remembered(opener).await });
    window::open_first(app, first_link.as_deref().unwrap_or("/admin/"))?;

    let linked = app.clone();
    app.deep_link().on_open_url(move |event| {
        window::show(&linked, event.urls().iter().find_map(window::path_of_link).as_deref());
    });
    Ok(())
}

/// rustls takes its primitives from ring, as the database driver does; two libraries for one thing would be one too many.
fn use_tls_library() {
    // Only the first call takes effect, and one is all that is needed.
    drop(rustls::crypto::ring::default_provider().install_default());
}
