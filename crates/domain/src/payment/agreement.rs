//! What an owner has agreed with a provider: what may be shown of it, and the keys that may not.

use super::PaymentProvider;
use crate::faults::Faults;
use crate::payment_account::{AccountKind, PaymentAccount};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The longest name or key that a provider gives out; a longer text is something else that was pasted.
const LONGEST_KEY: usize = 300;
/// The longest text of certificates.
const LONGEST_CERTIFICATES: usize = 32_000;

/// What may be shown of an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "provider", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum AgreementSettings {
    /// With Swish.
    Swish {
        /// The number that is paid to.
        payee: String,
        /// Our certificate and those that lead to its authority, in PEM.
        certificates: String,
    },
    /// With Vipps.
    Vipps {
        /// Names the sales unit's keys.
        client_id: String,
        /// The sales unit.
        merchant_serial_number: String,
    },
    /// With Payson.
    Payson {
        /// Who we are.
        agent_id: String,
    },
}

/// The keys of an agreement, which are sealed and never shown.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "provider", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum AgreementKeys {
    /// With Swish.
    Swish {
        /// The private key of our certificate, in PEM.
        key: Zeroizing<String>,
    },
    /// With Vipps.
    Vipps {
        /// Opens the sales unit's keys.
        client_secret: Zeroizing<String>,
        /// The key of the subscription.
        subscription_key: Zeroizing<String>,
        /// Signs what Vipps sends; nothing before a webhook was registered.
        webhook_secret: Option<Zeroizing<String>>,
    },
    /// With Payson.
    Payson {
        /// Proves who we are.
        api_key: Zeroizing<String>,
    },
}

impl std::fmt::Debug for AgreementKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgreementKeys").finish_non_exhaustive()
    }
}

impl AgreementSettings {
    /// With whom.
    pub const fn provider(&self) -> PaymentProvider {
        match self {
            Self::Swish { .. } => PaymentProvider::Swish,
            Self::Vipps { .. } => PaymentProvider::Vipps,
            Self::Payson { .. } => PaymentProvider::Payson,
        }
    }

    /// Who the owner is there. What was agreed with a provider as somebody is nobody else's.
    pub fn account(&self) -> &str {
        match self {
            Self::Swish { payee, .. } => payee,
            Self::Vipps { merchant_serial_number, .. } => merchant_serial_number,
            Self::Payson { agent_id } => agent_id,
        }
    }
}

/// An agreement as it is written down by somebody: of each field what its provider wants, and keys only where they are new.
#[derive(Default)]
pub struct AgreementDraft {
    /// The number that Swish pays to.
    pub payee: Option<String>,
    /// Our certificates at Swish.
    pub certificates: Option<String>,
    /// Who we are at Vipps.
    pub client_id: Option<String>,
    /// The sales unit at Vipps.
    pub merchant_serial_number: Option<String>,
    /// Who we are at Payson.
    pub agent_id: Option<String>,
    /// The private key of Swish's certificate, the client secret of Vipps or the API key of Payson.
    pub secret: Option<Zeroizing<String>>,
    /// The key of the subscription at Vipps.
    pub subscription_key: Option<Zeroizing<String>>,
    /// What signs the webhooks of Vipps.
    pub webhook_secret: Option<Zeroizing<String>>,
}

impl std::fmt::Debug for AgreementDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgreementDraft").finish_non_exhaustive()
    }
}

fn text(faults: &mut Faults, name: &str, value: Option<&str>, longest: usize) -> String {
    let value = value.unwrap_or_default().trim();
    if value.is_empty() {
        faults.add(name, "required");
    } else if value.len() > longest {
        faults.add(name, "too_long");
    }
    value.to_owned()
}

fn key(
    faults: &mut Faults,
    name: &str,
    value: Option<Zeroizing<String>>,
    before: Option<Zeroizing<String>>,
    longest: usize,
) -> Zeroizing<String> {
    let fresh = value.filter(|it| !it.trim().is_empty()).map(|it| Zeroizing::new(it.trim().to_owned()));
    match fresh.or(before) {
        Some(key) if key.len() <= longest => key,
        Some(_) => {
            faults.add(name, "too_long");
            Zeroizing::default()
        }
        None => {
            faults.add(name, "required");
            Zeroizing::default()
        }
    }
}

impl AgreementDraft {
    /// Reads an agreement; keys that are not given stay what they were.
    ///
    /// # Errors
    /// Every fault, field by field.
    pub fn check(
        self,
        provider: PaymentProvider,
        before: Option<AgreementKeys>,
    ) -> Result<(AgreementSettings, AgreementKeys), Faults> {
        let mut faults = Faults::default();
        let faults_of = &mut faults;
        let read = match provider {
            PaymentProvider::Swish => {
                let payee = text(faults_of, "payee", self.payee.as_deref(), LONGEST_KEY);
                let payee = match PaymentAccount::parse(AccountKind::Swish, &payee) {
                    Ok(number) => number.digits().to_owned(),
                    Err(_) if payee.is_empty() => payee,
                    Err(error) => {
                        faults_of.add("payee", error.code());
                        payee
                    }
                };
                let certificates = text(faults_of, "certificates", self.certificates.as_deref(), LONGEST_CERTIFICATES);
                if !certificates.is_empty() && !certificates.contains("-----BEGIN CERTIFICATE-----") {
                    faults_of.add("certificates", "payment_agreement.no_certificate");
                }
                let before = match before {
                    Some(AgreementKeys::Swish { key }) => Some(key),
                    _ => None,
                };
                let key = key(faults_of, "secret", self.secret, before, LONGEST_CERTIFICATES);
                if !key.is_empty() && !key.contains("PRIVATE KEY-----") {
                    faults_of.add("secret", "payment_agreement.no_key");
                }
                (AgreementSettings::Swish { payee, certificates }, AgreementKeys::Swish { key })
            }
            PaymentProvider::Vipps => {
                let client_id = text(faults_of, "clientId", self.client_id.as_deref(), LONGEST_KEY);
                let number = self.merchant_serial_number.as_deref();
                let merchant_serial_number = text(faults_of, "merchantSerialNumber", number, LONGEST_KEY);
                let (secret, subscription, webhook) = match before {
                    Some(AgreementKeys::Vipps { client_secret, subscription_key, webhook_secret }) => {
                        (Some(client_secret), Some(subscription_key), webhook_secret)
                    }
                    _ => (None, None, None),
                };
                let client_secret = key(faults_of, "secret", self.secret, secret, LONGEST_KEY);
                let subscription_key =
                    key(faults_of, "subscriptionKey", self.subscription_key, subscription, LONGEST_KEY);
                let webhook_secret = self.webhook_secret.filter(|it| !it.trim().is_empty()).or(webhook);
                let webhook_secret =
                    webhook_secret.map(|it| key(faults_of, "webhookSecret", Some(it), None, LONGEST_KEY));
                (
                    AgreementSettings::Vipps { client_id, merchant_serial_number },
                    AgreementKeys::Vipps { client_secret, subscription_key, webhook_secret },
                )
            }
            PaymentProvider::Payson => {
                let agent_id = text(faults_of, "agentId", self.agent_id.as_deref(), LONGEST_KEY);
                let before = match before {
                    Some(AgreementKeys::Payson { api_key }) => Some(api_key),
                    _ => None,
                };
                let api_key = key(faults_of, "secret", self.secret, before, LONGEST_KEY);
                (AgreementSettings::Payson { agent_id }, AgreementKeys::Payson { api_key })
            }
        };
        faults.none().map(|()| read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Zeroizing<String> {
        Zeroizing::new(text.to_owned())
    }

    #[test]
    fn keys_that_are_not_given_anew_stay() {
        let draft = || AgreementDraft { agent_id: Some(" 4 ".to_owned()), ..AgreementDraft::default() };
        let (settings, keys) = AgreementDraft { secret: Some(secret("one")), ..draft() }
            .check(PaymentProvider::Payson, None)
            .expect("sound");
        assert_eq!(settings, AgreementSettings::Payson { agent_id: "4".to_owned() });
        let (_, kept) = draft().check(PaymentProvider::Payson, Some(keys)).expect("sound");
        assert!(matches!(&kept, AgreementKeys::Payson { api_key } if api_key.as_str() == "one"));
        assert!(draft().check(PaymentProvider::Payson, None).is_err(), "there is none to stay");
        assert!(!format!("{kept:?}").contains("one"));
    }

    #[test]
    fn an_agreement_with_swish_wants_its_number_and_a_certificate_with_its_key() {
        let draft = AgreementDraft {
            payee: Some("555".to_owned()),
            certificates: Some("x".to_owned()),
            secret: Some(secret("y")),
            ..AgreementDraft::default()
        };
        let faults = draft.check(PaymentProvider::Swish, None).expect_err("unsound");
        assert_eq!(format!("{faults:?}").matches("payment_").count(), 3, "{faults:?}");
    }
}
