//! Installs what this computer lacks. Each need is looked for first, so a second run does nothing.
//!
//! On Debian and its relatives apt does it; elsewhere the missing things are named, with the command that brings them.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::command::{cargo, program};
use crate::machine;

/// Something that building or testing needs, how to see that it is here, and the Debian packages that bring it.
struct Need {
    what: &'static str,
    is_here: fn() -> bool,
    packages: &'static [&'static str],
}

const BUILDING: &[Need] = &[
    Need { what: "a C compiler", is_here: || machine::which("cc").is_some(), packages: &["build-essential"] },
    Need { what: "pkg-config", is_here: || machine::which("pkg-config").is_some(), packages: &["pkg-config"] },
    Need { what: "WebKitGTK", is_here: || has_library("webkit2gtk-4.1"), packages: &["libwebkit2gtk-4.1-dev"] },
    Need { what: "librsvg", is_here: || has_library("librsvg-2.0"), packages: &["librsvg2-dev"] },
    Need { what: "Node.js", is_here: || machine::which("node").is_some(), packages: &["nodejs"] },
    Need { what: "npm", is_here: || machine::which("npm").is_some(), packages: &["npm"] },
];

const TESTING: &[Need] = &[
    Need { what: "Postgres", is_here: has_postgres, packages: &["postgresql"] },
    Need { what: "Chromium", is_here: has_chromium, packages: &["chromium"] },
    Need {
        what: "WebKitWebDriver",
        is_here: || machine::which("WebKitWebDriver").is_some(),
        packages: &["webkit2gtk-driver"],
    },
    Need { what: "Xvfb", is_here: || machine::which("xvfb-run").is_some(), packages: &["xvfb", "xauth"] },
    Need { what: "a D-Bus session", is_here: || machine::which("dbus-run-session").is_some(), packages: &["dbus"] },
    Need {
        what: "a keychain",
        is_here: || machine::which("gnome-keyring-daemon").is_some(),
        packages: &["gnome-keyring"],
    },
    Need { what: "gdbus", is_here: || machine::which("gdbus").is_some(), packages: &["libglib2.0-bin"] },
    // A display without a window manager gives no window the focus.
    Need { what: "a window manager", is_here: || machine::which("openbox").is_some(), packages: &["openbox"] },
    Need { what: "xdotool", is_here: || machine::which("xdotool").is_some(), packages: &["xdotool"] },
    Need { what: "ImageMagick", is_here: || machine::which("import").is_some(), packages: &["imagemagick"] },
    Need {
        what: "Python's venv",
        is_here: || program("python3").args(["-c", "import ensurepip"]).succeeds(),
        packages: &["python3-venv"],
    },
    Need { what: "an SMTP server", is_here: has_smtp_server, packages: &["python3-aiosmtpd"] },
    Need { what: "an IMAP server", is_here: || Path::new("/usr/sbin/dovecot").exists(), packages: &["dovecot-imapd"] },
    // A journey lets days go by in the data of its host.
    Need { what: "the shell of SQLite", is_here: || machine::which("sqlite3").is_some(), packages: &["sqlite3"] },
    Need { what: "unzip", is_here: || machine::which("unzip").is_some(), packages: &["unzip"] },
    Need { what: "pdftotext", is_here: || machine::which("pdftotext").is_some(), packages: &["poppler-utils"] },
];

/// The interface is built with Vite, which says this is the oldest Node it runs on.
const NODE_MIN: (u32, u32) = (20, 19);
/// The bridge between WebDriver clients and the window. 3.0 alphas are on the registry; they do not know Tauri 2.
const TAURI_DRIVER: &str = "2.1.0";

/// The Mobility House's charge point, with the official JSON schemas; and the sockets that it speaks over.
const OCPP_PYTHON: &str = "ocpp==2.1.0";
const WEBSOCKETS: &str = "websockets==17.4";

/// Schemas by libxml2, and the rules of e-invoices by Saxon: they are in XSLT 2, which nothing smaller runs.
const PAPERS_PYTHON: [&str; 2] = ["lxml==6.1.3", "saxonche==13.1.1"];

/// Installs what building needs.
///
/// # Errors
/// When something is missing that cannot be installed from here; the message names it.
pub(crate) fn for_building() -> Result<()> {
    install_missing(BUILDING)?;
    check_node()
}

/// Installs what building and testing need.
///
/// # Errors
/// As [`for_building`].
pub(crate) fn for_testing() -> Result<()> {
    install_missing(BUILDING)?;
    check_node()?;
    if cfg!(target_os = "linux") {
        install_missing(TESTING)?;
        install_tauri_driver()?;
        install_charge_points()?;
        install_judges_of_papers()?;
    }
    Ok(())
}

/// Where the WebDriver bridge is.
///
/// # Errors
/// When cargo cannot read the workspace.
pub(crate) fn tauri_driver() -> Result<std::path::PathBuf> {
    Ok(tools()?.join("bin").join(format!("tauri-driver{}", std::env::consts::EXE_SUFFIX)))
}

fn tools() -> Result<std::path::PathBuf> {
    Ok(machine::target()?.join("tools"))
}

/// Kept beside the artefacts rather than in the user's own folder of programs: it is this repository's tool.
fn install_tauri_driver() -> Result<()> {
    let is_here = program(tauri_driver()?).arg("--help").succeeds();
    if is_here {
        return Ok(());
    }
    println!("tauri-driver is missing: installing {TAURI_DRIVER}");
    cargo().args(["install", "--locked", "--root"]).arg(tools()?).arg(format!("tauri-driver@{TAURI_DRIVER}")).run()
}

/// Charge points that others have written.
fn install_charge_points() -> Result<()> {
    install_python("ocpp", "import ocpp, websockets", &[OCPP_PYTHON, WEBSOCKETS])
}

/// What judges the files that go to authorities and to other programs.
fn install_judges_of_papers() -> Result<()> {
    install_python("papers", "import lxml, saxonche", &PAPERS_PYTHON)
}

/// Python packages, kept beside the artefacts in a Python of their own.
fn install_python(name: &str, there: &str, packages: &[&str]) -> Result<()> {
    let folder = tools()?.join(name);
    let python = folder.join("bin/python");
    if program(&python).args(["-c", there]).succeeds() {
        return Ok(());
    }
    println!("Python packages are missing: installing {}", packages.join(" "));
    program("python3").args(["-m", "venv"]).arg(&folder).run()?;
    program(&python).args(["-m", "pip", "install", "--quiet"]).args(packages).run()
}

fn install_missing(needs: &[Need]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        // The system libraries are part of Windows and macOS; only the programs can be missing.
        return missing_programs_elsewhere();
    }
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.is_here)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|need| need.what).collect::<Vec<_>>().join(", ");
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    println!("missing: {names}");
    if machine::which("apt-get").is_none() {
        bail!("{names} missing, and this system has no apt-get: install what Debian calls {}", packages.join(" "));
    }
    let is_root = program("id").arg("-u").read()?.trim() == "0";
    if !is_root && !program("sudo").args(["-n", "true"]).succeeds() {
        bail!("{names} missing: run `sudo apt-get install {}` and try again", packages.join(" "));
    }
    let apt = || {
        let apt = if is_root { program("apt-get") } else { program("sudo").args(["-n", "apt-get"]) };
        // Debian's front end must not ask: there may be nobody to answer.
        apt.with("DEBIAN_FRONTEND", "noninteractive")
    };
    apt().args(["update", "--quiet"]).run()?;
    apt().args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(&packages).run()?;
    match missing.iter().find(|need| !(need.is_here)()) {
        Some(need) => bail!("{} is still not to be found after installing {}", need.what, need.packages.join(" ")),
        None => Ok(()),
    }
}

fn missing_programs_elsewhere() -> Result<()> {
    if machine::which("node").is_some() {
        return Ok(());
    }
    if cfg!(target_os = "macos") {
        bail!("Node.js is missing: `brew install node`; the compiler comes with `xcode-select --install`");
    }
    bail!(
        "Node.js is missing: `winget install OpenJS.NodeJS.LTS`; the linker comes with the Visual Studio Build Tools \
         (C++ workload), the window with WebView2, which Windows 11 has"
    );
}

fn check_node() -> Result<()> {
    let version = program("node").arg("--version").read()?;
    let found = parse_version(&version).with_context(|| format!("cannot read the Node.js version {version:?}"))?;
    if found < NODE_MIN {
        bail!(
            "Node.js {} is too old: the interface is built with {}.{} or newer",
            version.trim(),
            NODE_MIN.0,
            NODE_MIN.1
        );
    }
    Ok(())
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().trim_start_matches('v').split('.').map(str::parse::<u32>);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn has_library(name: &str) -> bool {
    program("pkg-config").args(["--exists", name]).succeeds()
}

fn has_chromium() -> bool {
    ["chromium", "chromium-browser", "google-chrome"].iter().any(|name| machine::which(name).is_some())
}

/// Debian's own Python has it; another one on the search path may not.
fn has_smtp_server() -> bool {
    ["/usr/bin/python3", "python3"].iter().any(|python| program(python).args(["-c", "import aiosmtpd"]).succeeds())
}

/// Debian keeps the server out of the search path, one folder for each version.
fn has_postgres() -> bool {
    let debian = Path::new("/usr/lib/postgresql");
    let versions = std::fs::read_dir(debian).into_iter().flatten().flatten();
    machine::which("initdb").is_some()
        || versions.into_iter().any(|version| version.path().join("bin/initdb").is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_version_is_compared_by_number() {
        assert_eq!(parse_version("v20.20.2\n"), Some((20, 20)));
        assert!(parse_version("v20.9.0").unwrap() < NODE_MIN);
        assert!(parse_version("v22.1.0").unwrap() > NODE_MIN);
        assert_eq!(parse_version("nightly"), None);
    }
}
