//! What can go wrong in the shell. Each has a stable code that the page puts into words.

use std::path::PathBuf;

use serde::Serialize;
use serde::ser::SerializeStruct;
use serde_json::{Value, json};
use stolpe_host::{AppError, StartError};

use crate::keychain::KeychainError;
use crate::trust::Stranger;

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
    /// A database elsewhere would get passwords from whoever stands between.
    #[error("the address asks for less than sslmode=verify-full")]
    UnprotectedDatabase,
    /// The host elsewhere does not answer.
    #[error("the host does not answer")]
    Unreachable(#[source] reqwest::Error),
    /// The host elsewhere shows a certificate that nobody vouches for.
    #[error("the certificate of the host is not trusted: {0:?}")]
    Stranger(Box<Stranger>),
    /// No TLS can be spoken from here.
    #[error("TLS cannot be used")]
    Tls(#[source] rustls::Error),
    /// What answers there is no host of ours.
    #[error("what answers at the address is no host of ours")]
    NoHost,
    /// The host elsewhere is too old to be understood.
    #[error("the host has version {theirs}, which is too old for this desk, {ours}")]
    OlderHost {
        /// The version of the host.
        theirs: String,
        /// The version of this desk.
        ours: &'static str,
    },
    /// The host elsewhere is too new to be understood.
    #[error("the host has version {theirs}, which is too new for this desk, {ours}")]
    NewerHost {
        /// The version of the host.
        theirs: String,
        /// The version of this desk.
        ours: &'static str,
    },
    /// The data was on this computer and is not where it was.
    #[error("the data is not in {}", .0.display())]
    DataGone(PathBuf),
    /// The password of the database has nowhere to be kept.
    #[error("without a keychain, the password of the database cannot be kept")]
    PasswordUnkept,
    /// The key of the vault would lie beside what it locks.
    #[error("the key would lie with the data")]
    KeyWithData,
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
    /// Another program listens there.
    #[error("the port {port} is taken")]
    PortTaken {
        /// Which port.
        port: u16,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The operating system does not let this program listen there.
    #[error("the port {port} cannot be used")]
    PortRefused {
        /// Which port.
        port: u16,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Everybody is let in over TLS only.
    #[error("there is no certificate to show")]
    NoCertificate,
    /// The certificate or its key cannot be read, or the two are no pair.
    #[error("the certificate cannot be used")]
    Certificate(#[source] std::io::Error),
    /// Whoever is signed in may not change it.
    #[error("the sign-in does not allow it")]
    Denied,
    /// The host in this desk did not write down what was changed.
    #[error("it was not written down")]
    Unwritten(#[from] AppError),
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
            Self::UnprotectedDatabase => "place.database_unprotected",
            Self::Unreachable(_) => "place.unreachable",
            Self::Stranger(stranger) if stranger.known.is_some() => "place.certificate_changed",
            Self::Stranger(_) => "place.certificate",
            Self::Tls(_) => "place.tls",
            Self::NoHost => "place.no_host",
            Self::OlderHost { .. } => "place.older_host",
            Self::NewerHost { .. } => "place.newer_host",
            Self::DataGone(_) => "place.data_gone",
            Self::PasswordUnkept => "place.password_unkept",
            Self::KeyWithData => "place.key_with_data",
            Self::PortTaken { .. } => "network.port_taken",
            Self::PortRefused { .. } => "network.port_refused",
            Self::NoCertificate => "network.no_certificate",
            Self::Certificate(_) => "network.certificate",
            Self::Denied | Self::Unwritten(AppError::Denied | AppError::SignedOut) => "access.denied",
            Self::Unwritten(_) => "network.unwritten",
            Self::Keychain(error) => error.code(),
            Self::Host(error) => error.code(),
            Self::Broken(_) => "shell.broken_off",
            Self::File { .. } => "shell.file",
            Self::TooLarge => "import.too_large",
            Self::Request(_) => "shell.request",
            Self::Window(_) => "shell.window",
        }
    }

    /// What the text of the error names, for the page; an empty object when it names nothing.
    pub(crate) fn params(&self) -> Value {
        match self {
            Self::Stranger(stranger) => json!(stranger),
            Self::OlderHost { theirs, ours } | Self::NewerHost { theirs, ours } => {
                json!({ "theirs": theirs, "ours": ours })
            }
            Self::PortTaken { port, .. } | Self::PortRefused { port, .. } => json!({ "port": port }),
            Self::DataGone(path) | Self::File { path, .. } => json!({ "path": path.to_string_lossy() }),
            _ => json!({}),
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
        let mut object = serializer.serialize_struct("ShellError", 3)?;
        object.serialize_field("code", self.code())?;
        object.serialize_field("detail", &self.chain())?;
        object.serialize_field("params", &self.params())?;
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
        assert_eq!(sent["params"]["path"], "/data/desk.json");
    }
}
