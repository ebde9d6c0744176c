//! Listening: on this computer alone unless told otherwise, and to others only over TLS or behind a proxy that has it.

use crate::Host;
use axum::extract::{ConnectInfo, Request};
use axum::{Router, middleware};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use sha2::{Digest as _, Sha256};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Requests that are running when the host stops may take so long to end.
const GRACE: Duration = Duration::from_secs(10);

/// Where a proxy says for whom it asks; the header that every common one sets.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// How the listener protects what goes over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Nothing: right for this computer alone.
    None,
    /// A proxy in front has TLS.
    Proxy,
    /// A certificate and its key, in PEM.
    Tls {
        /// Certificate chain.
        certificate: PathBuf,
        /// Private key.
        key: PathBuf,
    },
}

/// Why the host does not listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Others could read along.
    #[error("{0} can be reached from other computers: give --tls-certificate and --tls-key, or --behind-proxy")]
    Unprotected(SocketAddr),
    /// The address cannot be used.
    #[error("cannot listen")]
    Io(#[from] std::io::Error),
}

/// Puts the address that the proxy saw in place of the proxy's own. Only the last one counts: the proxy has added it
/// itself, and whatever stands before it the caller may have made up.
async fn believe_proxy(mut request: Request) -> Request {
    let told = request.headers().get_all(FORWARDED_FOR).iter().next_back();
    let last = told.and_then(|value| value.to_str().ok()).and_then(|value| value.rsplit(',').next());
    if let Some(address) = last.and_then(|address| address.trim().parse::<IpAddr>().ok()) {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address, 0)));
    }
    request
}

/// The SHA-256 of a certificate (DER), as people compare it: `AB:CD:…`.
pub fn fingerprint(certificate: &[u8]) -> String {
    let pairs: Vec<String> = Sha256::digest(certificate).iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

/// The fingerprint of the certificate that a host shows: the first of its chain.
///
/// # Errors
/// When the file cannot be read or holds no certificate.
pub fn fingerprint_of_file(chain: &Path) -> std::io::Result<String> {
    let certificate = CertificateDer::from_pem_file(chain).map_err(std::io::Error::other)?;
    Ok(fingerprint(&certificate))
}

/// Listens until `stop` ends; calls `listening` once with the address.
///
/// # Errors
/// [`ListenError`].
pub async fn serve(
    host: &Host,
    address: SocketAddr,
    protection: Protection,
    listening: impl FnOnce(SocketAddr) + Send,
    stop: impl Future<Output = ()>,
) -> Result<(), ListenError> {
    if !address.ip().is_loopback() && protection == Protection::None {
        return Err(ListenError::Unprotected(address));
    }
    let handle = Handle::new();
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    listening(listener.local_addr()?);
    let site: Router = match protection {
        Protection::Proxy => host.site().layer(middleware::map_request(believe_proxy)),
        Protection::None | Protection::Tls { .. } => host.site(),
    };
    let service = site.into_make_service_with_connect_info::<SocketAddr>();
    let running = async {
        match protection {
            Protection::None | Protection::Proxy => {
                axum_server::from_tcp(listener)?.handle(handle.clone()).serve(service).await
            }
            Protection::Tls { certificate, key } => {
                // A second call says that a provider is there already, which is all that is wanted.
                let _ = rustls::crypto::ring::default_provider().install_default();
                let config = RustlsConfig::from_pem_file(certificate, key).await?;
                axum_server::from_tcp_rustls(listener, config)?.handle(handle.clone()).serve(service).await
            }
        }
    };
    let stopping = async {
        stop.await;
        // Requests come to their end by themselves; streams of live changes must be told.
        host.begin_to_stop();
        handle.graceful_shutdown(Some(GRACE));
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = running => ended?,
        () = stopping => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    async fn seen(told: &[&str]) -> Option<IpAddr> {
        let mut request = Request::new(Body::empty());
        for value in told {
            request.headers_mut().append(FORWARDED_FOR, value.parse().unwrap());
        }
        let proxy = SocketAddr::from(([127, 0, 0, 1], 9));
        request.extensions_mut().insert(ConnectInfo(proxy));
        let seen = believe_proxy(request).await.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        seen.filter(|address| *address != proxy.ip())
    }

    #[tokio::test]
    async fn behind_a_proxy_the_address_is_the_one_that_the_proxy_added() {
        assert_eq!(seen(&["192.0.2.7"]).await, "192.0.2.7".parse().ok());
        assert_eq!(seen(&["10.1.1.1, 192.0.2.7"]).await, "192.0.2.7".parse().ok(), "the first is the caller's word");
        assert_eq!(seen(&["10.1.1.1", "2001:db8::7"]).await, "2001:db8::7".parse().ok());
        assert_eq!(seen(&["nonsense"]).await, None);
        assert_eq!(seen(&[]).await, None);
    }

    #[test]
    fn a_fingerprint_is_written_as_other_programs_write_it() {
        let of_nothing =
            "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55";
        assert_eq!(fingerprint(b""), of_nothing);
    }
}
