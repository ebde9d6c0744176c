//! The certificate that the host shows, and the one that takes its place on disk when it is renewed.

use super::fingerprint_of_file;
use axum_server::tls_rustls::RustlsConfig;
use sha2::{Digest as _, Sha256};
use std::convert::Infallible;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// How often the files are looked at; certificates are renewed days before the old ones end.
pub(super) const LOOK_EVERY: Duration = Duration::from_mins(1);

/// A certificate and its key, and where they are.
pub(super) struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    /// The digest of both files as they were looked at last.
    seen: [u8; 32],
    config: RustlsConfig,
}

impl Certificate {
    /// Reads a certificate and its key.
    ///
    /// # Errors
    /// When a file cannot be read, or the two are no pair.
    pub(super) async fn read(chain: PathBuf, key: PathBuf) -> io::Result<Self> {
        let (content, of_key) = (tokio::fs::read(&chain).await?, tokio::fs::read(&key).await?);
        let seen = digest(&content, &of_key);
        Ok(Self { chain, key, seen, config: RustlsConfig::from_pem(content, of_key).await? })
    }

    /// What a listener shows; it follows the files as long as [`Certificate::renew`] runs.
    pub(super) fn config(&self) -> RustlsConfig {
        self.config.clone()
    }

    /// Takes up what is renewed on disk. Lines that are open stay as they are.
    pub(super) async fn renew(mut self) -> Infallible {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            match self.look().await {
                Ok(false) => {}
                Ok(true) => {
                    let fingerprint = fingerprint_of_file(&self.chain).unwrap_or_default();
                    tracing::info!(%fingerprint, "the certificate is a new one");
                }
                Err(error) => tracing::warn!(%error, "the certificate on disk cannot be shown: the old one stays"),
            }
        }
    }

    /// Whether another pair is there, which is shown from now on. What cannot be shown is told once: a certificate comes
    /// before its key or after it, and the pair is looked at again when it has changed.
    async fn look(&mut self) -> io::Result<bool> {
        let (content, of_key) = (tokio::fs::read(&self.chain).await?, tokio::fs::read(&self.key).await?);
        let found = digest(&content, &of_key);
        if found == self.seen {
            return Ok(false);
        }
        self.seen = found;
        self.config.reload_from_pem(content, of_key).await?;
        Ok(true)
    }
}

fn digest(chain: &[u8], key: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update((chain.len() as u64).to_be_bytes());
    hash.update(chain);
    hash.update(key);
    hash.finalize().into()
}
