//! What is on the screen, and when it changed: the one thing by which a window can be seen to be there from outside.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::damage::{ConnectionExt as _, ReportLevel};
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, ImageFormat, Window};
use x11rb::rust_connection::RustConnection;

/// A picture that has not changed for so long is finished.
const STILL: Duration = Duration::from_secs(4);
/// How long to wait for the next change before asking for the sign, which is no change of the picture.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// A program that shows nothing for so long does not come up.
const PATIENCE: Duration = Duration::from_mins(2);
/// In words of four bytes.
const LONGEST_TITLE: u32 = 256;
/// More than a display of its own ever has.
const MOST_WINDOWS: u32 = 64;
/// A thousandth of the screen: a caret that blinks is no change.
const PARTS: usize = 1_000;
/// Bytes of one pixel.
const PIXEL: usize = 4;

/// What says that what is waited for has come; without it, a machine so busy that nothing changes for a while would pass
/// for a finished picture.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sign {
    /// A window whose title ends so.
    Title(&'static str),
    /// This colour in the middle, as blue, green and red.
    Colour([u8; 3]),
    /// No window at all.
    NoWindow,
}

/// The screen of the display that this runs on.
pub(super) struct Screen {
    display: Arc<RustConnection>,
    root: Window,
    size: (u16, u16),
    damage: u32,
    net_client_list: Atom,
    net_wm_name: Atom,
    utf8_string: Atom,
    changes: Receiver<()>,
    picture: Vec<u8>,
}

impl Screen {
    /// Begins to look.
    ///
    /// # Errors
    /// When there is no display, or it does not tell of changes.
    pub(super) fn open() -> Result<Self> {
        let (display, number) = x11rb::connect(None).context("there is no display")?;
        let screen = display.setup().roots.get(number).context("the display has no screen")?;
        let (root, size) = (screen.root, (screen.width_in_pixels, screen.height_in_pixels));
        display.damage_query_version(1, 1)?.reply()?;
        let damage = display.generate_id()?;
        display.damage_create(damage, root, ReportLevel::NON_EMPTY)?.check()?;
        let net_client_list = display.intern_atom(false, b"_NET_CLIENT_LIST")?.reply()?.atom;
        let net_wm_name = display.intern_atom(false, b"_NET_WM_NAME")?.reply()?.atom;
        let utf8_string = display.intern_atom(false, b"UTF8_STRING")?.reply()?.atom;
        let display = Arc::new(display);
        let (tell, changes) = channel();
        let listener = Arc::clone(&display);
        std::thread::spawn(move || {
            while let Ok(event) = listener.wait_for_event() {
                if matches!(event, Event::DamageNotify(_)) && tell.send(()).is_err() {
                    return;
                }
            }
        });
        let mut screen = Self {
            display,
            root,
            size,
            damage,
            net_client_list,
            net_wm_name,
            utf8_string,
            changes,
            picture: Vec::new(),
        };
        screen.picture = screen.look()?;
        Ok(screen)
    }

    /// Waits until what is waited for is there and the picture stands still; answers how long after `begun` the last
    /// change of the picture was.
    ///
    /// # Errors
    /// When it does not come, or the picture never stands still.
    pub(super) fn until(&mut self, sign: Sign, begun: Instant) -> Result<Duration> {
        let (mut changed, mut seen) = (begun, None);
        loop {
            let still = seen.map_or(Duration::ZERO, |seen: Instant| changed.max(seen).elapsed());
            if still >= STILL {
                return Ok(changed.duration_since(begun));
            }
            ensure!(begun.elapsed() < PATIENCE, "there is no {sign:?}, or the picture does not stand still");
            match self.changes.recv_timeout(LOOK_AGAIN) {
                Ok(()) => {
                    let at = Instant::now();
                    if self.has_changed()? {
                        changed = at;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => bail!("the display has gone"),
            }
            if self.shows(sign)? {
                seen.get_or_insert_with(Instant::now);
            } else {
                seen = None;
            }
        }
    }

    fn shows(&self, sign: Sign) -> Result<bool> {
        match sign {
            Sign::Title(end) => self.has_window_titled(end),
            Sign::Colour(blue_green_red) => {
                let middle = (usize::from(self.size.1) / 2) * usize::from(self.size.0) + usize::from(self.size.0) / 2;
                let pixel = self.picture.chunks_exact(PIXEL).nth(middle);
                Ok(pixel.is_some_and(|pixel| pixel.starts_with(&blue_green_red)))
            }
            Sign::NoWindow => Ok(self.windows()?.is_empty()),
        }
    }

    fn has_window_titled(&self, end: &str) -> Result<bool> {
        for window in self.windows()? {
            let title =
                self.display.get_property(false, window, self.net_wm_name, self.utf8_string, 0, LONGEST_TITLE)?;
            // A window that has gone meanwhile has no title.
            if title.reply().is_ok_and(|title| title.value.ends_with(end.as_bytes())) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The windows of programs, by the list that the window manager keeps; its own are not in it.
    fn windows(&self) -> Result<Vec<Window>> {
        let list =
            self.display.get_property(false, self.root, self.net_client_list, AtomEnum::WINDOW, 0, MOST_WINDOWS)?;
        Ok(list.reply()?.value32().map(Iterator::collect).unwrap_or_default())
    }

    /// Looks again, and compares.
    fn has_changed(&mut self) -> Result<bool> {
        self.display.damage_subtract(self.damage, x11rb::NONE, x11rb::NONE)?.check()?;
        let picture = self.look()?;
        let pixels = |bytes: &[u8]| bytes.len() / PIXEL;
        let differ = picture.chunks_exact(PIXEL).zip(self.picture.chunks_exact(PIXEL)).filter(|(new, old)| new != old);
        let changed = differ.count() * PARTS > pixels(&picture);
        self.picture = picture;
        Ok(changed)
    }

    fn look(&self) -> Result<Vec<u8>> {
        let (width, height) = self.size;
        let image = self.display.get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, width, height, u32::MAX)?;
        Ok(image.reply()?.data)
    }
}
