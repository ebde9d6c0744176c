//! A window under the hand of a test: started through `tauri-driver`, asked as a person would, by what is written on it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::Capabilities;
use thirtyfour::error::{WebDriverErrorInner, WebDriverResult};
use thirtyfour::extensions::query::ElementWaitable;
use thirtyfour::prelude::*;

use crate::bench;
use crate::screen::Window;

/// A fresh build server under load is slow; a person would have given up long before.
const PATIENCE: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(100);

/// The desk, open on a folder of its own.
pub(crate) struct Desk {
    pub(crate) page: WebDriver,
    driver: Driver,
}

fn is_stale(error: &WebDriverError) -> bool {
    matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_))
}

async fn press_once(button: &WebElement) -> WebDriverResult<()> {
    button.wait_until().wait(PATIENCE, GLANCE).clickable().await?;
    button.scroll_into_view().await?;
    button.click().await
}

impl Desk {
    /// Starts the desk on a folder and waits for its window.
    ///
    /// # Errors
    /// When the program or its window does not come up.
    pub(crate) async fn open(folder: &Path) -> Result<Self> {
        Self::open_in(folder, &[]).await
    }

    /// As [`Desk::open`], in an environment that differs in these variables.
    ///
    /// # Errors
    /// As [`Desk::open`].
    pub(crate) async fn open_in(folder: &Path, environment: &[(&str, &str)]) -> Result<Self> {
        // In one build with the desk, the client's HTTP library is told by its user which TLS to use, even for none.
        drop(rustls::crypto::ring::default_provider().install_default());
        let (port, native_port) = (free_port()?, free_port()?);
        let process = Command::new(bench::path("STOLPE_DRIVER")?)
            .args(["--port", &port.to_string(), "--native-port", &native_port.to_string()])
            // The window speaks the language of its user, and so do these tests.
            .env("LANGUAGE", "sv")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .spawn()
            .context("tauri-driver does not start")?;
        let mut driver = Driver { process, port, folder: folder.to_owned(), window: None };
        let address = format!("http://127.0.0.1:{port}");
        until_listening(port).await?;

        let arguments = ["--data".to_owned(), folder.display().to_string(), "--log=info".to_owned()];
        let mut wanted = Capabilities::new();
        wanted.set("tauri:options", json!({ "application": bench::path("STOLPE_DESK")?, "args": arguments }))?;
        let page = WebDriver::new(&address, wanted).await.context("the window does not open")?;
        driver.window = Some(page.session_id().to_string());
        page.set_script_timeout(PATIENCE).await?;
        Ok(Self { page, driver })
    }

    /// Ends the program at once, as a computer that is switched off does.
    ///
    /// # Errors
    /// When it does not close.
    pub(crate) async fn close(self) -> Result<()> {
        self.page.clone().quit().await?;
        self.has_ended().await
    }

    /// Closes the window by the keys of the window system, and waits until the program has finished what it was doing.
    ///
    /// # Errors
    /// When it does not close.
    pub(crate) async fn leave(self) -> Result<()> {
        Window::of_the_desk()?.press("alt+F4")?;
        self.has_ended().await
    }

    /// Waits until the program has ended.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) async fn has_ended(&self) -> Result<()> {
        self.until(|| self.driver.programs().is_empty()).await.context("the desk has not ended")
    }

    /// The first thing on the page that this selects, once it is there to be seen. One that the page draws anew while it is
    /// looked at is looked for again.
    ///
    /// # Errors
    /// When it does not come.
    pub(crate) async fn see(&self, what: impl Into<By>) -> WebDriverResult<WebElement> {
        let what = what.into();
        let end = Instant::now() + PATIENCE;
        loop {
            match self.page.query(what.clone()).wait(PATIENCE, GLANCE).and_displayed().first().await {
                Err(error) if is_stale(&error) && Instant::now() < end => {}
                seen => return seen,
            }
        }
    }

    /// Presses the button or link with this text, once it can be pressed.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) async fn press(&self, text: &str) -> Result<()> {
        let quoted = quote(text);
        let path = format!(
            "//button[normalize-space()={quoted} or @aria-label={quoted}] | //a[normalize-space()={quoted}] \
             | //*[@role='menuitem' or @role='tab' or @role='option' or @role='radio'][normalize-space()={quoted}]"
        );
        let end = Instant::now() + PATIENCE;
        loop {
            let button = self.see(By::XPath(&path)).await.with_context(|| format!("no button \"{text}\""))?;
            match press_once(&button).await {
                // It was drawn anew before it was pressed.
                Err(error) if is_stale(&error) && Instant::now() < end => {}
                pressed => return pressed.with_context(|| format!("cannot press \"{text}\"")),
            }
        }
    }

    /// Writes into the field with this label, in place of what is there.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) async fn fill(&self, label: &str, text: &str) -> Result<()> {
        let field = self.field(label).await?;
        field.wait_until().wait(PATIENCE, GLANCE).clickable().await?;
        field.clear().await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// The field with this label.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) async fn field(&self, label: &str) -> Result<WebElement> {
        let quoted = quote(label);
        let path = format!(
            "//*[self::input or self::textarea or self::select][@aria-label={quoted} or @id=//label[starts-with(normalize-space(),{quoted})]/@for]"
        );
        self.page
            .query(By::XPath(path))
            .wait(PATIENCE, GLANCE)
            .first()
            .await
            .with_context(|| format!("no field \"{label}\""))
    }

    /// Waits for a text to be on the page.
    ///
    /// # Errors
    /// When it does not come; the error says what is there instead.
    pub(crate) async fn read(&self, text: &str) -> Result<()> {
        let path = format!("//body//*[not(self::script) and contains(normalize-space(),{})]", quote(text));
        if self.see(By::XPath(path)).await.is_err() {
            let there = self.page.find(By::Tag("body")).await?.text().await?;
            // It may have come while the last look was under way.
            ensure!(there.contains(text), "\"{text}\" is not on the page, which says: {there}");
        }
        Ok(())
    }

    /// Waits for a text to go away.
    ///
    /// # Errors
    /// When it stays.
    pub(crate) async fn no_longer(&self, text: &str) -> Result<()> {
        let path = format!("//body//*[not(self::script) and contains(normalize-space(),{})]", quote(text));
        let gone = self.page.query(By::XPath(path)).wait(PATIENCE, GLANCE).not_exists().await?;
        ensure!(gone, "\"{text}\" stays on the page");
        Ok(())
    }

    /// Picks the card of a choice by its heading.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) async fn pick(&self, heading: &str) -> Result<()> {
        let path = format!("//*[@role='radio'][contains(., {})]", quote(heading));
        let card = self.see(By::XPath(path)).await.with_context(|| format!("no choice \"{heading}\""))?;
        Ok(card.click().await?)
    }

    /// Waits for something outside the page.
    ///
    /// # Errors
    /// When it does not come about.
    pub(crate) async fn until(&self, is_so: impl Fn() -> bool) -> Result<()> {
        let waiting = async {
            while !is_so() {
                tokio::time::sleep(GLANCE).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.context("it did not come about")
    }

    /// Asks the API as the page would, and answers status and body.
    ///
    /// # Errors
    /// When the page cannot ask.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &Value) -> Result<(u64, Value)> {
        let script = r"
            const [method, path, body, done] = arguments;
            const headers = { 'content-type': 'application/json' };
            fetch(path, { method, headers, body: body === null ? undefined : JSON.stringify(body) })
                .then(async (answer) => done([answer.status, await answer.text()]))
                .catch((error) => done([0, String(error)]));";
        let answer = self.page.execute_async(script, vec![json!(method), json!(path), body.clone()]).await?;
        let (status, text): (u64, String) = answer.convert()?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    /// Calls a command of the shell as the page would; the error is what the page gets.
    ///
    /// # Errors
    /// When the page cannot call.
    pub(crate) async fn invoke(&self, command: &str, arguments: &Value) -> Result<Result<Value, Value>> {
        let script = r"
            const [command, given, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, given)
                .then((value) => done([true, value ?? null]), (error) => done([false, error]));";
        let answer = self.page.execute_async(script, vec![json!(command), arguments.clone()]).await?;
        let (succeeded, value): (bool, Value) = answer.convert()?;
        Ok(if succeeded { Ok(value) } else { Err(value) })
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // The client would end the window by itself, and block for two minutes the very thread that has to answer it. The
        // driver below does it instead.
        drop(self.page.clone().leak());
    }
}

/// Keeps a picture of the screen, menus and all. The driver's own pictures never come from a screen without a
/// graphics card, so the display is asked.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn picture(name: &str) -> Result<()> {
    let folder = bench::path("STOLPE_PICTURES")?;
    std::fs::create_dir_all(&folder)?;
    let status = Command::new("import").args(["-window", "root"]).arg(folder.join(format!("{name}.png"))).status()?;
    ensure!(status.success(), "no picture of {name}");
    Ok(())
}

/// Ends with the test, however that ends, and takes the window with it.
struct Driver {
    process: Child,
    port: u16,
    /// What the desk works on; no two desks have the same.
    folder: PathBuf,
    /// Known once the window is open.
    window: Option<String>,
}

impl Driver {
    /// The desks that run on the folder, by their process. The driver of the web view says that a window is closed before
    /// its program has ended, and whoever ends that driver too soon leaves the program running.
    fn programs(&self) -> Vec<String> {
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let is_ours = |number: &String| {
            let command = std::fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
            let mut words = command.split(|byte| *byte == 0);
            words.next().is_some_and(|program| program.ends_with(b"/stolpe"))
                && words.any(|word| word == self.folder.as_os_str().as_encoded_bytes())
        };
        processes.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(is_ours).collect()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A window that a failed test leaves open would keep the next one from opening. Closed already, this changes
        // nothing, and the answer is waited for only to know that the program has ended.
        if let (Some(window), Ok(mut line)) = (&self.window, TcpStream::connect(("127.0.0.1", self.port))) {
            let request = format!("DELETE /session/{window} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
            drop(line.set_read_timeout(Some(PATIENCE)));
            drop(line.write_all(request.as_bytes()).and_then(|()| line.read_to_end(&mut Vec::new())));
        }
        // A program that has not ended by itself would keep the next one from opening, too.
        for program in self.programs() {
            drop(Command::new("kill").args(["-9", &program]).status());
        }
        // Killed outright it would leave the driver of the web view behind; asked to end, it ends that one too.
        let asked = Command::new("kill").arg(self.process.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            drop(self.process.kill());
        }
        drop(self.process.wait());
    }
}

/// A text as `XPath` writes it, which knows no way to escape a quote.
fn quote(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}

/// A port that nobody listens on.
///
/// # Errors
/// When there is none.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

async fn until_listening(port: u16) -> Result<()> {
    let listening = async {
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(GLANCE).await;
        }
    };
    tokio::time::timeout(PATIENCE, listening).await.context("tauri-driver does not listen")
}
