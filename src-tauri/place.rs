//! Where the data of this desk lives, and how that is remembered between two starts.
//!
//! The file holds no secret: a password in a database address goes to the keychain and comes back from there.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use url::{Host, Url};
use zeroize::Zeroizing;

use crate::error::ShellError;
use crate::keychain;
use crate::network::Network;
use crate::trust::Fingerprint;

/// Where the data lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Place {
    /// In a file on this computer; the host runs inside the desk.
    Embedded,
    /// In a database that several hosts share; the host runs inside the desk.
    Postgres {
        /// `postgres://user@host/database`.
        url: Url,
    },
    /// At a host elsewhere, over HTTPS.
    Remote {
        /// `https://host/`.
        url: Url,
    },
}

/// Where the key of the vault is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum KeyPlace {
    /// In the keychain of the operating system.
    #[default]
    Keychain,
    /// In a file that only this user may read: the user was asked, and chose the folder for it.
    File {
        /// Where the file is. Its name is made from the data it belongs to, so that no key ever takes another's place.
        folder: PathBuf,
    },
}

/// What the desk remembers between two starts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Memory {
    /// Where the data lives, once that is chosen.
    pub(crate) place: Option<Place>,
    /// Where the key of the vault is kept.
    pub(crate) key: KeyPlace,
    /// Certificates that this computer does not trust and the user has accepted, by the address of their host.
    pub(crate) certificates: BTreeMap<String, Fingerprint>,
    /// Whom this computer lets in while a host runs in the desk.
    pub(crate) network: Network,
    /// The language of the menus; that of the operating system until someone signs in.
    pub(crate) language: Option<String>,
}

impl Memory {
    /// Reads what was remembered. A file that is missing or cannot be understood is as good as none: the user is asked
    /// again, and nothing is lost but the answer.
    pub(crate) fn read(folder: &Path) -> Self {
        let Ok(text) = fs::read(file(folder)) else { return Self::default() };
        serde_json::from_slice(&text).unwrap_or_else(|error| {
            tracing::warn!(%error, "what the desk remembered cannot be read");
            Self::default()
        })
    }

    /// Whom this computer lets in at a place: who was let in to one says nothing of another, which may not even have an owner
    /// yet.
    pub(crate) fn network_at(&self, place: &Place) -> Network {
        if self.place.as_ref() == Some(place) { self.network.clone() } else { Network::default() }
    }

    /// Remembers, whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), ShellError> {
        let path = file(folder);
        let write = || {
            fs::create_dir_all(folder)?;
            let mut file = NamedTempFile::new_in(folder)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)
        };
        write().map(drop).map_err(ShellError::at(&path))
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("desk.json")
}

impl Place {
    /// The address by which a host elsewhere is known, with its port.
    pub(crate) fn host(&self) -> Option<String> {
        match self {
            Self::Remote { url } => Some(url.origin().ascii_serialization()),
            Self::Embedded | Self::Postgres { .. } => None,
        }
    }

    /// Checks the address, and moves a password in it to the keychain. Blocks on the keychain.
    ///
    /// # Errors
    /// When the address is of the wrong kind or unprotected, or the keychain cannot take the password.
    pub(crate) fn settle(self, key: &KeyPlace) -> Result<Self, ShellError> {
        match self {
            Self::Embedded => Ok(Self::Embedded),
            Self::Remote { url } => Ok(Self::Remote { url: remote_address(url)? }),
            Self::Postgres { url } => {
                let (url, password) = postgres_address(url)?;
                if let Some(password) = password {
                    if matches!(key, KeyPlace::File { .. }) {
                        return Err(ShellError::PasswordUnkept);
                    }
                    keychain::write(&password_name(&url), password.as_bytes())?;
                }
                Ok(Self::Postgres { url })
            }
        }
    }
}

/// The address of a database with its password, as the driver wants it. Blocks on the keychain.
///
/// # Errors
/// When the keychain cannot be read.
pub(crate) fn with_password(url: &Url, key: &KeyPlace) -> Result<Zeroizing<String>, ShellError> {
    let mut whole = url.clone();
    if *key == KeyPlace::Keychain
        && let Some(password) = keychain::read_text(&password_name(url))?
    {
        whole.set_password(Some(&password)).map_err(|()| ShellError::Address)?;
    }
    Ok(Zeroizing::new(whole.to_string()))
}

fn password_name(url: &Url) -> String {
    format!("database {url}")
}

fn postgres_address(mut url: Url) -> Result<(Url, Option<Zeroizing<String>>), ShellError> {
    // On this computer a database is reached by a socket as well, whose folder stands behind the address.
    let has_socket = url.query_pairs().any(|(name, _)| name == "host");
    if !matches!(url.scheme(), "postgres" | "postgresql") || !(url.has_host() || has_socket) {
        return Err(ShellError::Address);
    }
    if url.query_pairs().any(|(name, _)| name == "password") {
        return Err(ShellError::Address);
    }
    let is_weaker =
        |(name, mode): (Cow<'_, str>, Cow<'_, str>)| matches!(&*name, "sslmode" | "ssl-mode") && mode != "verify-full";
    let told = url.query_pairs().filter(|(name, _)| name == "host").last();
    let is_here = told.map_or_else(|| is_here(&url), |(_, host)| host.starts_with('/') || host == "localhost");
    if !is_here && url.query_pairs().any(is_weaker) {
        return Err(ShellError::UnprotectedDatabase);
    }
    let password = url.password().map(|password| Zeroizing::new(password.to_owned()));
    if password.is_some() {
        url.set_password(None).map_err(|()| ShellError::Address)?;
    }
    // The password leaves percent-encoded and goes back in the same way.
    Ok((url, password))
}

/// Whether the way there does not leave this computer.
fn is_here(url: &Url) -> bool {
    match url.host() {
        // Addresses of databases keep their host as it is written, an address in numbers or a percent-encoded socket.
        Some(Host::Domain(name)) => {
            name == "localhost"
                || name.to_ascii_lowercase().starts_with("%2f")
                || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn remote_address(mut url: Url) -> Result<Url, ShellError> {
    if url.host().is_none() {
        return Err(ShellError::Address);
    }
    match url.scheme() {
        "https" => {}
        "http" if is_here(&url) => {}
        "http" => return Err(ShellError::Unprotected),
        _ => return Err(ShellError::Address),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ShellError::Address);
    }
    // People paste the address of a page; the host is what counts.
    url.set_path("/");
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Reach;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_remembered_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config");
        assert_eq!(Memory::read(&config), Memory::default());
        let memory = Memory {
            place: Some(Place::Remote { url: url("https://office.example/") }),
            key: KeyPlace::File { folder: "/home/asa/keys".into() },
            certificates: BTreeMap::new(),
            network: Network { reach: Reach::ChargePoints, port: 9443, certificate: None },
            language: Some("nb".into()),
        };
        memory.write(&config).unwrap();
        assert_eq!(Memory::read(&config), memory);
    }

    #[test]
    fn who_was_let_in_to_one_place_is_not_let_in_to_another() {
        let network = Network { reach: Reach::Everybody, ..Network::default() };
        let memory = Memory { place: Some(Place::Embedded), network: network.clone(), ..Memory::default() };
        assert_eq!(memory.network_at(&Place::Embedded), network);
        let other = Place::Postgres { url: url("postgres://stolpe@db.example/stolpe") };
        assert_eq!(memory.network_at(&other).reach, Reach::ThisComputer);
    }

    #[test]
    fn a_memory_that_is_garbage_asks_again() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("desk.json"), "{\"place\": 7}").unwrap();
        assert_eq!(Memory::read(folder.path()).place, None);
    }

    #[test]
    fn a_password_does_not_stay_in_a_database_address() {
        let (kept, password) = postgres_address(url("postgres://stolpe:hem%20lig@db.example/stolpe")).unwrap();
        assert_eq!(kept.as_str(), "postgres://stolpe@db.example/stolpe");
        assert_eq!(password.unwrap().as_str(), "hem%20lig");
        for address in
            ["mysql://db.example/stolpe", "postgres:///stolpe", "postgres://db.example/stolpe?password=hemlig"]
        {
            assert!(matches!(postgres_address(url(address)), Err(ShellError::Address)), "{address}");
        }
        assert!(postgres_address(url("postgres:///stolpe?host=/run/postgresql&user=stolpe")).is_ok());
    }

    #[test]
    fn a_database_elsewhere_is_not_reached_with_less_than_a_checked_certificate() {
        for weaker in ["disable", "allow", "prefer", "require", "verify-ca"] {
            let address = format!("postgres://stolpe@db.example/stolpe?sslmode={weaker}");
            assert!(matches!(postgres_address(url(&address)), Err(ShellError::UnprotectedDatabase)), "{address}");
        }
        for address in [
            "postgres://stolpe@db.example/stolpe",
            "postgres://stolpe@db.example/stolpe?sslmode=verify-full&sslrootcert=/etc/ours.pem",
            "postgres://stolpe@localhost/stolpe?sslmode=disable",
            "postgres://stolpe@127.0.0.1/stolpe?sslmode=disable",
            "postgres://stolpe@[::1]/stolpe?sslmode=disable",
            "postgres://stolpe@%2Frun%2Fpostgresql/stolpe?sslmode=disable",
            "postgres:///stolpe?host=/run/postgresql&sslmode=disable",
        ] {
            assert!(postgres_address(url(address)).is_ok(), "{address}");
        }
    }

    #[test]
    fn a_host_elsewhere_is_reached_by_tls_only() {
        assert_eq!(
            remote_address(url("https://office.example/admin/?a=b#c")).unwrap().as_str(),
            "https://office.example/"
        );
        assert!(matches!(remote_address(url("http://office.example/")), Err(ShellError::Unprotected)));
        assert!(remote_address(url("http://127.0.0.1:8443/")).is_ok());
        assert!(remote_address(url("http://[::1]:8443/")).is_ok());
        for address in ["ftp://office.example/", "https://me:secret@office.example/", "data:text/plain,x"] {
            assert!(matches!(remote_address(url(address)), Err(ShellError::Address)), "{address}");
        }
    }
}
