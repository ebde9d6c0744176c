//! SMS gateways: where each is asked unless somebody says otherwise, and how an account is opened.

mod elks;
mod exchange;
mod twilio;

pub use elks::Elks;
pub use twilio::Twilio;

use std::str::FromStr as _;
use std::sync::Arc;
use stolpe_domain::sms::SmsProvider;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::sms::{SmsAccount, SmsGateway, SmsGateways};
use url::Url;

/// The address of each gateway: its own, or that of whatever stands before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmsAddresses {
    elks: Option<Url>,
    twilio: Option<Url>,
}

/// Not the address of a gateway.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not PROVIDER=URL with a provider of 46elks and twilio")]
pub struct NoSmsAddress;

impl SmsAddresses {
    /// With another address for one gateway, as `46elks=https://proxy.example/`.
    ///
    /// # Errors
    /// [`NoSmsAddress`] for an unknown gateway and for what is no `http` or `https` address.
    pub fn with(mut self, written: &str) -> Result<Self, NoSmsAddress> {
        let (provider, address) = written.split_once('=').ok_or(NoSmsAddress)?;
        let address = Url::from_str(address).ok().filter(|it| matches!(it.scheme(), "http" | "https"));
        let place = match SmsProvider::from_word(provider).ok_or(NoSmsAddress)? {
            SmsProvider::Elks => &mut self.elks,
            SmsProvider::Twilio => &mut self.twilio,
        };
        *place = Some(address.ok_or(NoSmsAddress)?);
        Ok(self)
    }

    fn of(&self, provider: SmsProvider) -> Result<Url, PortError> {
        let (other, own) = match provider {
            SmsProvider::Elks => (&self.elks, "https://api.46elks.com/"),
            SmsProvider::Twilio => (&self.twilio, "https://api.twilio.com/"),
        };
        let own = || {
            Url::from_str(own)
                .map_err(|error| PortError::new(PortErrorKind::Misconfigured, exchange::WHAT, error.to_string()))
        };
        other.clone().map_or_else(own, Ok)
    }
}

/// Every gateway, at its address.
#[derive(Clone, Debug, Default)]
pub struct Gateways {
    addresses: SmsAddresses,
}

impl Gateways {
    /// The gateways at these addresses.
    pub const fn at(addresses: SmsAddresses) -> Self {
        Self { addresses }
    }
}

impl SmsGateways for Gateways {
    fn open(&self, account: &SmsAccount) -> Result<Arc<dyn SmsGateway>, PortError> {
        let address = self.addresses.of(account.provider)?;
        Ok(match account.provider {
            SmsProvider::Elks => Arc::new(Elks::open(address, account.clone())),
            SmsProvider::Twilio => Arc::new(Twilio::open(address, account.clone())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_asked_where_somebody_said_and_else_at_its_own_address() {
        let addresses = SmsAddresses::default().with("twilio=http://localhost:81").expect("an address");
        assert_eq!(addresses.of(SmsProvider::Twilio).expect("an address").as_str(), "http://localhost:81/");
        assert_eq!(addresses.of(SmsProvider::Elks).expect("an address").as_str(), "https://api.46elks.com/");
        for wrong in ["", "46elks", "46elks=x", "twilio=ftp://x.example", "other=https://x.example"] {
            assert_eq!(SmsAddresses::default().with(wrong), Err(NoSmsAddress), "{wrong}");
        }
    }
}
