//! Every provider: where it is asked unless somebody says otherwise, and how an agreement with it is opened.

use crate::{Payson, PaysonAgreement, Swish, SwishAgreement, Vipps, VippsAgreement};
use std::str::FromStr as _;
use std::sync::Arc;
use stolpe_domain::payment::{AgreementKeys, AgreementSettings, PaymentProvider};
use stolpe_domain::payment_account::{AccountKind, PaymentAccount};
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::payments::{PaymentProviders, Payments};
use stolpe_web::{Proof, Trust};
use url::Url;

/// The address of each provider: its own, or that of whatever stands before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentAddresses {
    swish: Option<Url>,
    vipps: Option<Url>,
    payson: Option<Url>,
}

/// Not the address of a provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not PROVIDER=URL with a provider of swish, vipps and payson")]
pub struct NoAddress;

impl PaymentAddresses {
    /// With another address for one provider, as `payson=https://proxy.example/2.0/`.
    ///
    /// # Errors
    /// [`NoAddress`] for an unknown provider and for what is no `http` or `https` address.
    pub fn with(mut self, written: &str) -> Result<Self, NoAddress> {
        let (provider, address) = written.split_once('=').ok_or(NoAddress)?;
        let address = Url::from_str(address).ok().filter(|it| matches!(it.scheme(), "http" | "https"));
        let place = match PaymentProvider::from_word(provider) {
            Some(PaymentProvider::Swish) => &mut self.swish,
            Some(PaymentProvider::Vipps) => &mut self.vipps,
            Some(PaymentProvider::Payson) => &mut self.payson,
            None => return Err(NoAddress),
        };
        *place = Some(address.ok_or(NoAddress)?);
        Ok(self)
    }

    fn of(&self, provider: PaymentProvider, is_training: bool) -> Result<Url, PortError> {
        let (other, own) = match (provider, is_training) {
            (PaymentProvider::Swish, false) => (&self.swish, "https://cpc.getswish.net/swish-cpcapi/"),
            (PaymentProvider::Swish, true) => (&self.swish, "https://mss.cpc.getswish.net/swish-cpcapi/"),
            (PaymentProvider::Vipps, false) => (&self.vipps, "https://api.vipps.no/"),
            (PaymentProvider::Vipps, true) => (&self.vipps, "https://apitest.vipps.no/"),
            (PaymentProvider::Payson, false) => (&self.payson, "https://api.payson.se/2.0/"),
            (PaymentProvider::Payson, true) => (&self.payson, "https://test-api.payson.se/2.0/"),
        };
        other.clone().map_or_else(|| Url::from_str(own).map_err(|error| misconfigured(error.to_string())), Ok)
    }
}

/// Every provider, at its address.
#[derive(Clone, Debug)]
pub struct Providers {
    addresses: PaymentAddresses,
    trust: Trust,
}

impl Providers {
    /// The providers at these addresses. With `authorities` nobody else is trusted to be one of them: whatever stands
    /// before a provider may have an authority of its own.
    pub fn at(addresses: PaymentAddresses, authorities: Option<String>) -> Self {
        Self { addresses, trust: authorities.map_or(Trust::System, Trust::Only) }
    }
}

fn misconfigured(words: impl Into<String>) -> PortError {
    PortError::new(PortErrorKind::Misconfigured, crate::exchange::WHAT, words.into())
}

impl PaymentProviders for Providers {
    fn open(
        &self,
        settings: &AgreementSettings,
        keys: &AgreementKeys,
        is_training: bool,
    ) -> Result<Arc<dyn Payments>, PortError> {
        let (address, trust) = (self.addresses.of(settings.provider(), is_training)?, self.trust.clone());
        match (settings.clone(), keys.clone()) {
            (AgreementSettings::Swish { payee, certificates }, AgreementKeys::Swish { key }) => {
                let payee = PaymentAccount::parse(AccountKind::Swish, &payee)
                    .map_err(|error| misconfigured(error.to_string()))?;
                let proof = Proof { certificates, key };
                Ok(Arc::new(Swish::open(SwishAgreement { address, trust, proof, payee })))
            }
            (
                AgreementSettings::Vipps { client_id, merchant_serial_number },
                AgreementKeys::Vipps { client_secret, subscription_key, webhook_secret },
            ) => Ok(Arc::new(Vipps::open(VippsAgreement {
                address,
                trust,
                client_id,
                client_secret,
                subscription_key,
                merchant_serial_number,
                webhook_secrets: webhook_secret.into_iter().collect(),
            }))),
            (AgreementSettings::Payson { agent_id }, AgreementKeys::Payson { api_key }) => {
                Ok(Arc::new(Payson::open(PaysonAgreement { address, trust, agent_id, api_key })))
            }
            _ => Err(misconfigured("the keys are those of another provider")),
        }
    }

    fn frames_from(&self, is_training: bool) -> Option<String> {
        let address = self.addresses.of(PaymentProvider::Payson, is_training).ok()?;
        Some(address.origin().ascii_serialization())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_asked_where_somebody_said_and_else_at_its_own_address() {
        let addresses = PaymentAddresses::default().with("vipps=http://localhost:81").expect("an address");
        let at = |provider, is_training| addresses.of(provider, is_training).map(String::from).expect("an address");
        assert_eq!(at(PaymentProvider::Vipps, false), "http://localhost:81/");
        assert_eq!(at(PaymentProvider::Swish, false), "https://cpc.getswish.net/swish-cpcapi/");
        assert_eq!(at(PaymentProvider::Payson, true), "https://test-api.payson.se/2.0/");
        for wrong in ["", "vipps", "vipps=x", "vipps=ftp://x.example", "klarna=https://x.example"] {
            assert_eq!(PaymentAddresses::default().with(wrong), Err(NoAddress), "{wrong}");
        }
    }
}
