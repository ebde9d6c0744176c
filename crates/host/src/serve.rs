//! Listening: on this computer alone unless told otherwise, and to others only over TLS or behind a proxy that has it.

use crate::Host;
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Requests that are running when the host stops may take so long to end.
const GRACE: Duration = Duration::from_secs(10);

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
    let site: Router = host.site();
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
