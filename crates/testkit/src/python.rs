//! The Python in which programs of others run that tests talk to.

use std::path::Path;

/// Debian installs packages for its own Python; another one may come first on the search path.
pub(crate) fn python() -> &'static str {
    let debian = "/usr/bin/python3";
    if Path::new(debian).exists() { debian } else { "python3" }
}
