//! Asking for the prices of the day-ahead market.

use crate::error::PortError;
use async_trait::async_trait;
use chrono::NaiveDate;
use stolpe_domain::market_price::{PriceArea, PriceSource};
use zeroize::Zeroizing;

/// Which prices are asked for, and of whom.
#[derive(Clone, Debug)]
pub struct PriceQuestion {
    /// Of whom.
    pub source: PriceSource,
    /// The area.
    pub area: PriceArea,
    /// The day of delivery, by the calendar of the market.
    pub day: NaiveDate,
    /// Lets us in, where the source asks for it.
    pub token: Option<Zeroizing<String>>,
    /// What the source called the answer that is known already.
    pub known: Option<String>,
}

/// What a source answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PriceAnswer {
    /// There is nothing for that day, or not yet.
    Nothing,
    /// The same as before.
    AsBefore,
    /// A document that has yet to be read.
    Document {
        /// As it came.
        content: Vec<u8>,
        /// What the source calls this answer (`ETag`), for the next question.
        name: Option<String>,
    },
}

/// Asks sources on the network.
#[async_trait]
pub trait PriceMarket: Send + Sync {
    /// Asks for the prices of a day.
    ///
    /// # Errors
    /// `Unavailable` when another try may work, `Misconfigured` when the source does not know the token, `Refused` and
    /// `Unexpected` for what it should not say.
    async fn day(&self, question: &PriceQuestion) -> Result<PriceAnswer, PortError>;

    /// Asks the European Central Bank what a euro has cost on the last banking days; the document has yet to be read.
    ///
    /// # Errors
    /// As [`PriceMarket::day`].
    async fn euro_rates(&self) -> Result<Vec<u8>, PortError>;
}
