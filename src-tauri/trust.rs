//! Whom a host elsewhere must prove to be: one whose certificate this computer trusts, or exactly the one whose
//! fingerprint the user has compared. A certificate that is neither ends the connection before anything is sent.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use serde::{Deserialize, Serialize};
use stolpe_host::fingerprint;

/// The SHA-256 of a certificate, as people compare it: `AB:CD:…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fingerprint(String);

impl Fingerprint {
    fn of(certificate: &CertificateDer<'_>) -> Self {
        Self(fingerprint(certificate))
    }
}

/// Why this computer does not trust a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Doubt {
    /// Nobody whom this computer trusts has signed it.
    Unknown,
    /// Its time is over, or has not begun.
    Expired,
    /// It is for another address.
    Name,
    /// Anything else.
    Other,
}

impl From<&Error> for Doubt {
    fn from(error: &Error) -> Self {
        let Error::InvalidCertificate(reason) = error else { return Self::Other };
        match reason {
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => Self::Expired,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Self::Name,
            // A certificate that signs itself as an authority would is used as a server's all the time.
            CertificateError::UnknownIssuer | CertificateError::Other(_) => Self::Unknown,
            _ => Self::Other,
        }
    }
}

/// A certificate that is not trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stranger {
    /// What identifies it.
    pub(crate) fingerprint: Fingerprint,
    /// Why it is not trusted.
    pub(crate) reason: Doubt,
    /// The one that was accepted for this host before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) known: Option<Fingerprint>,
}

/// Decides about the certificate of one host.
#[derive(Debug)]
pub(crate) struct Trust {
    /// None on a computer that trusts nobody, which leaves the fingerprint.
    system: Option<Verifier>,
    provider: Arc<CryptoProvider>,
    accepted: Option<Fingerprint>,
    refused: Mutex<Option<Stranger>>,
}

impl Trust {
    /// Trusts whom this computer trusts, and the certificate that was accepted for the host.
    pub(crate) fn new(accepted: Option<Fingerprint>) -> Arc<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let system = Verifier::new(Arc::clone(&provider))
            .inspect_err(|error| tracing::warn!(%error, "this computer trusts no certificate authority"))
            .ok();
        Arc::new(Self { system, provider, accepted, refused: Mutex::new(None) })
    }

    /// What the HTTP client is to do.
    ///
    /// # Errors
    /// When the library knows no version of TLS.
    pub(crate) fn client(self: &Arc<Self>) -> Result<ClientConfig, Error> {
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::<Self>::clone(self))
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    /// The certificate that ended the last try, if one did.
    pub(crate) fn take_refused(&self) -> Option<Stranger> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let by_system = match &self.system {
            Some(system) => system.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            None => Err(CertificateError::UnknownIssuer.into()),
        };
        let Err(error) = by_system else { return by_system };
        let fingerprint = Fingerprint::of(end_entity);
        if self.accepted.as_ref() == Some(&fingerprint) {
            return Ok(ServerCertVerified::assertion());
        }
        let stranger = Stranger { fingerprint, reason: Doubt::from(&error), known: self.accepted.clone() };
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(stranger);
        Err(error)
    }

    // A fingerprint says which certificate it is; that the host holds its key is proven here as ever.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubts_are_told_apart_as_the_user_can_act_on_them() {
        let doubt = |error: CertificateError| Doubt::from(&Error::from(error));
        assert_eq!(doubt(CertificateError::UnknownIssuer), Doubt::Unknown);
        assert_eq!(doubt(CertificateError::Expired), Doubt::Expired);
        assert_eq!(doubt(CertificateError::NotValidForName), Doubt::Name);
        assert_eq!(doubt(CertificateError::BadSignature), Doubt::Other);
    }

    #[test]
    fn only_the_accepted_certificate_is_taken_and_the_other_is_remembered_beside_it() {
        let known = CertificateDer::from(vec![1; 8]);
        let other = CertificateDer::from(vec![2; 8]);
        let trust = Trust::new(Some(Fingerprint::of(&known)));
        let name = ServerName::try_from("office.example").unwrap();
        let ask = |certificate| trust.verify_server_cert(certificate, &[], &name, &[], UnixTime::now());
        assert!(ask(&known).is_ok());
        assert!(trust.take_refused().is_none());
        assert!(ask(&other).is_err());
        let stranger = trust.take_refused().unwrap();
        assert_eq!((stranger.fingerprint, stranger.known), (Fingerprint::of(&other), Some(Fingerprint::of(&known))));
    }
}
