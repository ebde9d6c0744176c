//! An empty page in a window of the size of the desk's, by the libraries that the desk's windows are made with: the least
//! that any such program takes. `cargo xtask bench desktop` measures the desk against it.

use tao::dpi::LogicalSize;
use tao::event::{Event, WindowEvent};
use tao::event_loop::{ControlFlow, EventLoop};
use tao::window::WindowBuilder;
use wry::WebViewBuilder;

fn main() -> anyhow::Result<()> {
    let events = EventLoop::new();
    let window =
        WindowBuilder::new().with_title("Empty").with_inner_size(LogicalSize::new(1280.0, 832.0)).build(&events)?;
    let page = WebViewBuilder::new().with_html("<!doctype html><title>Empty</title><body style='background: #345'>");
    #[cfg(target_os = "linux")]
    let page = {
        use anyhow::Context as _;
        use tao::platform::unix::WindowExtUnix as _;
        use wry::WebViewBuilderExtUnix as _;
        page.build_gtk(window.default_vbox().context("the window has no room for a page")?)?
    };
    #[cfg(not(target_os = "linux"))]
    let page = page.build(&window)?;
    events.run(move |event, _, flow| {
        let _kept = (&window, &page);
        *flow = match event {
            Event::WindowEvent { event: WindowEvent::CloseRequested, .. } => ControlFlow::Exit,
            _ => ControlFlow::Wait,
        };
    })
}
