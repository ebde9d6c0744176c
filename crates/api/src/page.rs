//! Pages on the wire: items, where the list goes on, and how many there are.

use crate::problem::Problem;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use stolpe_app::{Order, Stretch};
use utoipa::{IntoParams, ToSchema};

/// Rows of a page unless asked for otherwise.
const USUAL: i64 = 50;
/// Rows of a page at most.
const MOST: i64 = 200;

/// Where a list goes on, and how far.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Window {
    /// `next` of the page before.
    after: Option<String>,
    /// Rows of the page: 1 to 200, 50 unless given.
    limit: Option<i64>,
}

impl Window {
    /// Rows of the page.
    pub(crate) fn limit(&self) -> i64 {
        self.limit.unwrap_or(USUAL).clamp(1, MOST)
    }

    /// The key of the last row of the page before.
    pub(crate) fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        let Some(text) = self.after.as_deref().filter(|text| !text.is_empty()) else { return Ok(None) };
        let key = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        key.map(Some).ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "invalid.after", "not the end of a page"))
    }
}

/// Which end of a list over time comes first.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OrderWord {
    /// What happened last.
    #[default]
    Newest,
    /// What happened first.
    Oldest,
}

impl From<OrderWord> for Order {
    fn from(it: OrderWord) -> Self {
        match it {
            OrderWord::Newest => Self::Newest,
            OrderWord::Oldest => Self::Oldest,
        }
    }
}

/// The order of a list over time.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Ordered {
    /// Which end comes first; the newest unless given. The list can be read in no other order.
    #[param(inline)]
    order: Option<OrderWord>,
}

impl Ordered {
    /// The order.
    pub(crate) fn order(&self) -> Order {
        self.order.unwrap_or_default().into()
    }
}

/// From which end a list by name is read.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Ends {
    /// From the last row to the first: how one looks at the end of a long list.
    #[serde(default)]
    backwards: bool,
}

impl Ends {
    /// What is asked of the list.
    pub(crate) fn stretch<'a, K>(&self, window: &Window, after: Option<&'a K>) -> Stretch<'a, K> {
        Stretch { backwards: self.backwards, after, limit: window.limit() }
    }
}

/// The key of a row as the `next` of a page.
pub(crate) fn cursor(key: &impl Serialize) -> Option<String> {
    serde_json::to_vec(key).ok().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// How many rows there are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Total {
    /// How many.
    count: i64,
    /// Counted to the end; else there are at least that many.
    exact: bool,
}

impl From<stolpe_app::Total> for Total {
    fn from(it: stolpe_app::Total) -> Self {
        Self { count: it.count, exact: it.exact }
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The rows, in order.
    pub(crate) items: Vec<T>,
    /// Where the list goes on; none at its end.
    pub(crate) next: Option<String>,
    /// How many rows there are; on the first page only.
    pub(crate) total: Option<Total>,
}

/// A short list, whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Items<T> {
    /// The rows, in order.
    pub(crate) items: Vec<T>,
}

impl<T> Items<T> {
    /// A list of views.
    pub(crate) fn of<U>(items: impl IntoIterator<Item = U>) -> Self
    where
        T: From<U>,
    {
        Self { items: items.into_iter().map(T::from).collect() }
    }
}
