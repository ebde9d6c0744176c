//! Where a Postgres server is, and that nobody between here and there reads along or answers in its place.

use crate::error::{Result, StoreError};
use percent_encoding::percent_decode_str;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::net::IpAddr;
use tokio::process::Command;
use url::Url;

/// The one protection that keeps out whoever stands between: the certificate is checked, and the name in it.
const PROTECTED: &str = "verify-full";

/// The address of a server: `postgres://user:password@host/database`. The password is never shown.
#[derive(Clone)]
pub struct Server {
    options: PgConnectOptions,
    url: Url,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("host", &self.options.get_host()).finish_non_exhaustive()
    }
}

impl Server {
    /// Reads an address. A server that is not on this computer is reached by TLS with a certificate that is checked
    /// against `sslrootcert`, or against the public authorities without it.
    ///
    /// # Errors
    /// [`StoreError::Unprotected`] when the address asks for less.
    pub fn parse(address: &str) -> Result<Self> {
        let malformed = |error: url::ParseError| StoreError::Driver(sqlx::Error::Configuration(error.into()));
        let url: Url = address.parse().map_err(malformed)?;
        let mut options: PgConnectOptions = address.parse()?;
        if !is_here(&options) {
            let asked = parameter(&url, &["sslmode", "ssl-mode"]);
            if asked.is_some_and(|asked| asked != PROTECTED) {
                return Err(StoreError::Unprotected);
            }
            // The driver's own choice, also where the environment makes it, falls back to no protection at all.
            options = options.ssl_mode(PgSslMode::VerifyFull);
        }
        Ok(Self { options, url })
    }

    /// What the driver wants to know.
    pub(crate) fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// One of the server's own tools, with the address as its argument after this flag. The password goes through the
    /// environment: arguments are shown to everybody on this computer.
    pub(crate) fn tool(&self, name: &str, flag: &str) -> Command {
        let mut command = Command::new(name);
        let (mut url, password) = (self.url.clone(), self.password());
        let others: Vec<&str> = self.url.query().into_iter().flat_map(|all| all.split('&')).collect();
        let others: Vec<&str> = others.into_iter().filter(|it| !it.starts_with("password=")).collect();
        url.set_query((!others.is_empty()).then(|| others.join("&")).as_deref());
        // An address without a host has no place for a password, and none to take away.
        let _ = url.set_password(None);
        command.arg(format!("{flag}={url}"));
        if let Some(password) = password {
            command.env("PGPASSWORD", password);
        }
        if !is_here(&self.options) {
            // The library of the tools looks into a file of the user's own unless it is told where to look.
            let roots = parameter(&self.url, &["sslrootcert"]).unwrap_or_else(|| "system".into());
            command.env("PGSSLMODE", PROTECTED).env("PGSSLROOTCERT", roots);
        }
        command
    }

    fn password(&self) -> Option<String> {
        let asked = parameter(&self.url, &["password"]);
        asked.or_else(|| Some(percent_decode_str(self.url.password()?).decode_utf8_lossy().into_owned()))
    }
}

/// Whether the way to the server does not leave this computer.
fn is_here(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The last value of a parameter, which is the one that counts.
fn parameter(url: &Url, names: &[&str]) -> Option<String> {
    let all = url.query_pairs().filter(|(name, _)| names.contains(&&**name));
    all.last().map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(address: &str) -> PgSslMode {
        Server::parse(address).unwrap().options.get_ssl_mode()
    }

    #[test]
    fn a_server_elsewhere_must_prove_who_it_is() {
        for address in [
            "postgres://stolpe@db.example/stolpe",
            "postgres://stolpe@10.0.0.7/stolpe?sslmode=verify-full",
            "postgres://stolpe@db.example/stolpe?sslrootcert=/etc/ours.pem",
            "postgres://localhost/stolpe?host=db.example",
        ] {
            assert!(matches!(mode(address), PgSslMode::VerifyFull), "{address}");
        }
        for weaker in ["disable", "allow", "prefer", "require", "verify-ca"] {
            for name in ["sslmode", "ssl-mode"] {
                let address = format!("postgres://stolpe@db.example/stolpe?{name}={weaker}");
                assert!(matches!(Server::parse(&address), Err(StoreError::Unprotected)), "{address}");
            }
        }
        let twice = "postgres://stolpe@db.example/stolpe?sslmode=verify-full&sslmode=disable";
        assert!(matches!(Server::parse(twice), Err(StoreError::Unprotected)));
    }

    #[test]
    fn a_server_on_this_computer_needs_no_protection() {
        for host in ["localhost", "127.0.0.1:5433", "[::1]", "%2Frun%2Fpostgresql"] {
            assert!(!matches!(mode(&format!("postgres://stolpe@{host}/stolpe")), PgSslMode::VerifyFull), "{host}");
        }
        assert!(!matches!(mode("postgres:///stolpe?host=/run/postgresql"), PgSslMode::VerifyFull));
        assert!(matches!(mode("postgres://localhost/stolpe?sslmode=disable"), PgSslMode::Disable));
    }

    #[test]
    fn a_tool_is_given_the_password_where_nobody_sees_it() {
        for address in [
            "postgres://stolpe:hem%20lig@db.example/stolpe",
            "postgres://stolpe@db.example/stolpe?password=hem%20lig&sslrootcert=system",
        ] {
            let server = Server::parse(address).unwrap();
            let command = server.tool("pg_dump", "--dbname");
            let shown = format!("{:?} {server:?}", command.as_std().get_args().collect::<Vec<_>>());
            assert!(shown.contains("db.example") && !shown.contains("hem") && !shown.contains("lig"), "{shown}");
            let told = |name: &str| {
                let mut all = command.as_std().get_envs().filter(|(it, _)| *it == name);
                all.next().and_then(|(_, value)| value?.to_str().map(str::to_owned))
            };
            assert_eq!(told("PGPASSWORD").as_deref(), Some("hem lig"), "{address}");
            assert_eq!(told("PGSSLMODE").as_deref(), Some("verify-full"));
            assert_eq!(told("PGSSLROOTCERT").as_deref(), Some("system"));
        }
    }
}
