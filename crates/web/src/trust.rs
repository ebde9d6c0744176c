//! Whom a connection trusts, and how it proves who we are where the other side asks (mutual TLS).

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::error::Error;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Whom a connection trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Whom the operating system trusts.
    System,
    /// Nobody but these authorities, in PEM: test systems have authorities of their own.
    Only(String),
}

/// The certificate by which the other side knows us.
#[derive(Clone)]
pub struct Proof {
    /// Our certificate, and after it those that lead to its authority, in PEM.
    pub certificates: String,
    /// Its private key, in PEM.
    pub key: Zeroizing<String>,
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proof").finish_non_exhaustive()
    }
}

pub(crate) fn tls(trust: &Trust, proof: Option<&Proof>) -> Result<ClientConfig, Box<dyn Error>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let tls = match trust {
        Trust::System => tls.with_platform_verifier()?,
        Trust::Only(authorities) => {
            let mut roots = RootCertStore::empty();
            for authority in CertificateDer::pem_slice_iter(authorities.as_bytes()) {
                roots.add(authority?)?;
            }
            tls.with_root_certificates(roots)
        }
    };
    match proof {
        None => Ok(tls.with_no_client_auth()),
        Some(proof) => {
            let certificates: Vec<_> =
                CertificateDer::pem_slice_iter(proof.certificates.as_bytes()).collect::<Result<_, _>>()?;
            if certificates.is_empty() {
                return Err("there is no certificate in the file".into());
            }
            Ok(tls.with_client_auth_cert(certificates, PrivateKeyDer::from_pem_slice(proof.key.as_bytes())?)?)
        }
    }
}
