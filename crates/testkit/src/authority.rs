//! An authority that signs certificates for servers of a test; nobody trusts it unless told to.

use rcgen::{CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, KeyPair};
use std::path::{Path, PathBuf};

/// An authority that was made for one test.
#[derive(Debug)]
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Default for Authority {
    fn default() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, "An authority of this test");
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }
}

impl Authority {
    /// Its own certificate, in PEM.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Signs a certificate for a server on this computer; answers it and its key, in PEM.
    ///
    /// # Panics
    /// When there is no randomness.
    pub fn sign(&self) -> (String, String) {
        self.sign_for(ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// Signs a certificate for somebody who asks; answers it and its key, in PEM.
    ///
    /// # Panics
    /// When there is no randomness.
    pub fn sign_client(&self) -> (String, String) {
        self.sign_for(ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn sign_for(&self, purpose: ExtendedKeyUsagePurpose) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        params.extended_key_usages.push(purpose);
        (params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem())
    }

    /// Signs a certificate and writes it and its key into a folder; answers where they are.
    ///
    /// # Panics
    /// When they cannot be written.
    pub fn certify(&self, folder: &Path) -> (PathBuf, PathBuf) {
        let (certificate, key) = (folder.join("leaf.pem"), folder.join("leaf.key"));
        let (leaf, of_leaf) = self.sign();
        std::fs::write(&certificate, leaf).unwrap();
        std::fs::write(&key, of_leaf).unwrap();
        (certificate, key)
    }
}
