//! The sources of prices as they are on the network: which address is asked, and what each status means there.

use async_trait::async_trait;
use chrono_tz::Tz;
use reqwest::header::IF_NONE_MATCH;
use reqwest::{Method, StatusCode};
use std::time::Duration;
use stolpe_domain::market_price::PriceSource;
use stolpe_ports::error::PortError;
use stolpe_ports::prices::{PriceAnswer, PriceMarket, PriceQuestion};
use stolpe_web::Answer;

use crate::{PriceAddresses, central_bank, day_list, entsoe};

/// Delivery days are those of central Europe, in every area.
pub(crate) const MARKET_ZONE: Tz = chrono_tz::Europe::Stockholm;

/// From the first byte of the question to the last of the answer. A day of quarters is a dozen kilobytes; ENTSO-E takes
/// its time to put a document together.
const TIMEOUT: Duration = Duration::from_secs(30);
/// What is asked, as failures tell it.
const WHAT: &str = "ask for prices";

/// The sources as they are on the network.
#[derive(Clone, Debug)]
pub struct Web {
    web: stolpe_web::Web,
    addresses: PriceAddresses,
}

impl Web {
    /// Asks at these addresses, in the time that is usual.
    pub fn at(addresses: PriceAddresses) -> Self {
        Self::within(addresses, TIMEOUT)
    }

    /// Asks at these addresses and waits no longer than this for a whole answer.
    pub fn within(addresses: PriceAddresses, timeout: Duration) -> Self {
        Self { web: stolpe_web::Web::new(timeout), addresses }
    }

    async fn ask(&self, address: &str, known: Option<&str>) -> Result<Answer, PortError> {
        let mut question = self.web.ask(Method::GET, address)?;
        if let Some(known) = known {
            question = question.header(IF_NONE_MATCH, known);
        }
        stolpe_web::answer(question).await.map_err(|failure| failure.of(WHAT))
    }
}

#[async_trait]
impl PriceMarket for Web {
    async fn day(&self, question: &PriceQuestion) -> Result<PriceAnswer, PortError> {
        let PriceQuestion { source, area, day, .. } = *question;
        let address = match source {
            PriceSource::Elprisetjustnu => day_list::address(self.addresses.elprisetjustnu(), area, day),
            PriceSource::Hvakosterstrommen => day_list::address(self.addresses.hvakosterstrommen(), area, day),
            PriceSource::Entsoe => {
                let token = question.token.as_deref().map_or("", String::as_str);
                entsoe::address(self.addresses.entsoe(), area, day, token)
            }
        };
        let answer = self.ask(&address, question.known.as_deref()).await?;
        let name = answer.header("etag").map(str::to_owned);
        match (answer.status, source) {
            (StatusCode::NOT_MODIFIED, _) => Ok(PriceAnswer::AsBefore),
            (StatusCode::NOT_FOUND, PriceSource::Elprisetjustnu | PriceSource::Hvakosterstrommen) => {
                Ok(PriceAnswer::Nothing)
            }
            (StatusCode::OK, _) => Ok(PriceAnswer::Document { content: answer.content, name }),
            // The platform says in a document what it has not got, with either status.
            (StatusCode::BAD_REQUEST, PriceSource::Entsoe) if is_xml(&answer.content) => {
                Ok(PriceAnswer::Document { content: answer.content, name: None })
            }
            (status, _) => Err(stolpe_web::said(WHAT, status)),
        }
    }

    async fn euro_rates(&self) -> Result<Vec<u8>, PortError> {
        let answer = self.ask(&central_bank::address(self.addresses.ecb()), None).await?;
        match answer.status {
            StatusCode::OK => Ok(answer.content),
            status => Err(stolpe_web::said(WHAT, status)),
        }
    }
}

fn is_xml(content: &[u8]) -> bool {
    content.trim_ascii_start().first() == Some(&b'<')
}
