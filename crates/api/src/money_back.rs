//! What whoever paid was told of money on its way back to them.

use crate::document::DocumentNoticeView;
use chrono::{DateTime, Utc};
use serde::Serialize;
use stolpe_app::{ToldOfMoney, Unreached};
use stolpe_domain::id::PersonId;
use stolpe_domain::money_back::{MoneyNewsKind, Untold};
use utoipa::ToSchema;

/// What somebody was told of money on its way back to them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MoneyWordView {
    news: MoneyNewsKind,
    at: DateTime<Utc>,
    /// The message that brought it; none where there was none, or where it went when somebody was erased.
    notice: Option<DocumentNoticeView>,
    /// Why nobody was told.
    untold: Option<Untold>,
}

impl From<ToldOfMoney> for MoneyWordView {
    fn from(it: ToldOfMoney) -> Self {
        Self { news: it.news, at: it.at, notice: it.notice.map(Into::into), untold: it.untold }
    }
}

/// Whoever gets some money and cannot be told of it as things are now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UnreachedView {
    why: Untold,
    /// In whose record an address can be given.
    person_id: Option<PersonId>,
}

impl From<Unreached> for UnreachedView {
    fn from(it: Unreached) -> Self {
        Self { why: it.why, person_id: it.at }
    }
}
