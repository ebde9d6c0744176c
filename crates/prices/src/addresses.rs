//! Where the sources are, unless somebody says otherwise.

use std::str::FromStr;
use url::Url;

/// The address of each source: its own, or that of whatever stands before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceAddresses {
    elprisetjustnu: Option<Url>,
    hvakosterstrommen: Option<Url>,
    entsoe: Option<Url>,
    ecb: Option<Url>,
}

/// Not the address of a source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not SOURCE=URL with a source of elprisetjustnu, hvakosterstrommen, entsoe and ecb")]
pub struct NoAddress;

impl PriceAddresses {
    /// With another address for one source, as `entsoe=https://proxy.example/entsoe`.
    ///
    /// # Errors
    /// [`NoAddress`] for an unknown source and for what is no `http` or `https` address.
    pub fn with(mut self, written: &str) -> Result<Self, NoAddress> {
        let (source, address) = written.split_once('=').ok_or(NoAddress)?;
        let address = Url::from_str(address).ok().filter(|it| matches!(it.scheme(), "http" | "https"));
        let place = match source {
            "elprisetjustnu" => &mut self.elprisetjustnu,
            "hvakosterstrommen" => &mut self.hvakosterstrommen,
            "entsoe" => &mut self.entsoe,
            "ecb" => &mut self.ecb,
            _ => return Err(NoAddress),
        };
        *place = Some(address.ok_or(NoAddress)?);
        Ok(self)
    }

    pub(crate) fn elprisetjustnu(&self) -> &str {
        self.elprisetjustnu.as_ref().map_or("https://www.elprisetjustnu.se", Url::as_str)
    }

    pub(crate) fn hvakosterstrommen(&self) -> &str {
        self.hvakosterstrommen.as_ref().map_or("https://www.hvakosterstrommen.no", Url::as_str)
    }

    pub(crate) fn entsoe(&self) -> &str {
        self.entsoe.as_ref().map_or("https://web-api.tp.entsoe.eu", Url::as_str)
    }

    pub(crate) fn ecb(&self) -> &str {
        self.ecb.as_ref().map_or("https://www.ecb.europa.eu", Url::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_asked_where_somebody_said_and_else_at_its_own_address() {
        let addresses = PriceAddresses::default().with("entsoe=http://proxy.example:81/entsoe").expect("an address");
        assert_eq!(addresses.entsoe(), "http://proxy.example:81/entsoe");
        assert_eq!(addresses.elprisetjustnu(), "https://www.elprisetjustnu.se");
        for wrong in ["", "entsoe", "entsoe=proxy", "entsoe=ftp://proxy.example", "nordpool=https://proxy.example"] {
            assert_eq!(PriceAddresses::default().with(wrong), Err(NoAddress), "{wrong}");
        }
    }
}
