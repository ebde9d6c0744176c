//! What can go wrong in the shell. Each has a stable code that the page puts into words.

use std::path::PathBuf;

use serde::Serialize;
use serde::ser::SerializeStruct;
use stolpe_host::StartError;

use crate::keychain::KeychainError;

/// Why the shell could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShellError {
    /// Nobody has said yet where the data lives.
    #[error("no place for the data is chosen")]
    NoPlace,
    /// The address of the other host or database cannot be used.
    #[error("the address cannot be used")]
    Address,
    /// A host elsewhere would get passwords over a line that anyone can read.
    #[error("the address is not protected by TLS")]
    Unprotected,
    /// The host elsewhere does not answer, or its certificate is not to be trusted.
    #[error("the host does not answer")]
    Unreachable(#[source] reqwest::Error),
    /// What answers there is no host of ours, or one that speaks another version.
    #[error("the host speaks version {theirs}, this desk {ours}")]
    Version {
        /// The version of the host.
        theirs: String,
        /// The version of this desk.
        ours: &'static str,
    },
    /// The keychain of the operating system.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The host in this desk did not start.
    #[error("the host did not start")]
    Host(#[from] StartError),
    /// The host in this desk began an answer and did not finish it.
    #[error("the answer broke off")]
    Broken(#[source] axum::Error),
    /// A file or folder.
    #[error("cannot use {}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file of the user that the host would refuse for its size.
    #[error("the file is too large")]
    TooLarge,
    /// The page asked for something that makes no sense.
    #[error("not understood: {0}")]
    Request(&'static str),
    /// The window system.
    #[error("the window system refused")]
    Window(#[from] tauri::Error),
}

impl ShellError {
    /// The word that the page knows it by.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NoPlace => "place.not_chosen",
            Self::Address => "place.address",
            Self::Unprotected => "place.unprotected",
            Self::Unreachable(_) => "place.unreachable",
            Self::Version { .. } => "place.version",
            Self::Keychain(error) => error.code(),
            Self::Host(error) => error.code(),
            Self::Broken(_) => "shell.broken_off",
            Self::File { .. } => "shell.file",
            Self::TooLarge => "import.too_large",
            Self::Request(_) => "shell.request",
            Self::Window(_) => "shell.window",
        }
    }

    /// A file operation that failed at a path.
    pub(crate) fn at(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// The whole chain in one line, for logs and for the fold-out of an error message.
    pub(crate) fn chain(&self) -> String {
        let mut line = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(inner) = cause {
            line = format!("{line}: {inner}");
            cause = inner.source();
        }
        line
    }
}

impl Serialize for ShellError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("ShellError", 2)?;
        object.serialize_field("code", self.code())?;
        object.serialize_field("detail", &self.chain())?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_gets_the_code_and_the_whole_chain() {
        let error = ShellError::at("/data/desk.json")(std::io::Error::other("no space left"));
        let sent = serde_json::to_value(&error).unwrap();
        assert_eq!(sent["code"], "shell.file");
        assert_eq!(sent["detail"], "cannot use /data/desk.json: no space left");
    }
}
