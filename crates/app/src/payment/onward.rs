//! How a payer goes on, as it is kept beside a try or a card.

use crate::error::{AppError, Result};
use serde::{Deserialize, Serialize};
use stolpe_ports::payments::Onward;

/// [`Onward`] as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum KeptOnward {
    Phone,
    App { token: String },
    Page { address: String },
    Frame { html: String },
}

impl From<Onward> for KeptOnward {
    fn from(it: Onward) -> Self {
        match it {
            Onward::Phone => Self::Phone,
            Onward::App { token } => Self::App { token },
            Onward::Page { address } => Self::Page { address },
            Onward::Frame { html } => Self::Frame { html },
        }
    }
}

impl From<KeptOnward> for Onward {
    fn from(it: KeptOnward) -> Self {
        match it {
            KeptOnward::Phone => Self::Phone,
            KeptOnward::App { token } => Self::App { token },
            KeptOnward::Page { address } => Self::Page { address },
            KeptOnward::Frame { html } => Self::Frame { html },
        }
    }
}

/// As it is kept.
pub(crate) fn kept_onward(it: Onward) -> Result<String> {
    serde_json::to_string(&KeptOnward::from(it)).map_err(AppError::internal)
}

/// What was kept.
pub(super) fn read_onward(kept: &str) -> Result<Onward> {
    serde_json::from_str::<KeptOnward>(kept).map(Onward::from).map_err(AppError::internal)
}
