//! What endpoints take from a request: who calls, ids, versions, filters and bodies, each with its problem.

use crate::correlation;
use crate::idempotency::Keyed;
use crate::problem::Problem;
use crate::router::Api;
use axum::Json;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::net::SocketAddr;
use stolpe_app::Ctx;
use stolpe_domain::access::Actor;

/// The cookie that keeps a browser signed in.
pub const SIGN_IN_COOKIE: &str = "stolpe_sign_in";
/// A request that signs in by cookie must carry this header to change anything; another site cannot set it.
const OWN_PAGE: (&str, &str) = ("x-requested-with", "stolpe");

/// Through which door a request came, as the log says it; the desktop shell says so itself, a page cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channel(&'static str);

impl Channel {
    /// A browser, or a program beside it.
    const WEB: Self = Self("web");
    /// The window of the desktop.
    pub const DESKTOP: Self = Self("desktop");
}

/// Somebody who may have signed in, with the circumstances of the request.
pub(crate) struct Caller(pub(crate) Ctx);

/// A caller who was found once already for this request.
#[derive(Clone)]
struct Known(Ctx);

/// The circumstances of a request that needs no sign-in.
pub(crate) struct Anyone(pub(crate) Ctx);

impl FromRequestParts<Api> for Anyone {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        Ok(Self(circumstances(parts, api)))
    }
}

impl FromRequestParts<Api> for Caller {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let mut ctx = match parts.extensions.get::<Known>() {
            Some(Known(ctx)) => ctx.clone(),
            None => find(parts, api).await?,
        };
        // Strangers share no keys: one would learn from the answer what another has done.
        ctx.idempotency = parts.extensions.get::<Keyed>().map(|keyed| keyed.0.clone());
        Ok(Self(ctx))
    }
}

async fn find(parts: &mut Parts, api: &Api) -> Result<Ctx, Problem> {
    let mut ctx = circumstances(parts, api);
    let signed_out = || Problem::new(StatusCode::UNAUTHORIZED, "access.signed_out", "not signed in");
    let token = if let Some(token) = bearer(&parts.headers) {
        token
    } else {
        let token = cookie(&parts.headers).ok_or_else(signed_out)?;
        let own_page = parts.headers.get(OWN_PAGE.0).is_some_and(|value| value == OWN_PAGE.1);
        if !own_page && !matches!(parts.method, Method::GET | Method::HEAD) {
            return Err(Problem::new(StatusCode::FORBIDDEN, "access.foreign_page", "not from our own page"));
        }
        token
    };
    let (signed, sign_in) = api.app.authenticate(&token, ctx.at).await?;
    ctx.actor = Actor::Person(signed);
    ctx.sign_in = Some(sign_in);
    parts.extensions.insert(Known(ctx.clone()));
    Ok(ctx)
}

fn circumstances(parts: &Parts, api: &Api) -> Ctx {
    let at = api.app.now();
    let channel = parts.extensions.get::<Channel>().unwrap_or(&Channel::WEB).0;
    let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let mut ctx = Ctx::system("anyone", at);
    ctx.actor = Actor::Nobody;
    ctx.origin = address.map_or_else(|| channel.to_owned(), |address| format!("{channel} {address}"));
    ctx.address = address;
    if let Some(id) = correlation::of(parts) {
        ctx.correlation = id;
    }
    ctx
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(|token| token.trim().to_owned())
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == SIGN_IN_COOKIE && !value.is_empty()).then(|| value.to_owned())
        })
}

/// What a device calls itself, from its browser's long story.
pub(crate) fn device(headers: &HeaderMap) -> String {
    let story = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let find =
        |words: &[(&str, &'static str)]| words.iter().find(|(word, _)| story.contains(word)).map(|(_, name)| *name);
    // The order matters: every browser also claims to be several others.
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("Windows", "Windows"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("Android", "Android"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => story.chars().take(60).collect(),
    }
}

/// The version that a change is based on, from `If-Match`.
pub(crate) struct RowVersion(pub(crate) i64);

impl<S: Sync> FromRequestParts<S> for RowVersion {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let value = parts.headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()).ok_or_else(|| {
            Problem::new(StatusCode::PRECONDITION_REQUIRED, "precondition.required", "If-Match is missing")
        })?;
        let malformed = || Problem::new(StatusCode::BAD_REQUEST, "precondition.malformed", "If-Match is not a version");
        value.trim().trim_start_matches("W/").trim_matches('"').parse().map(Self).map_err(|_| malformed())
    }
}

/// An id in the path; one that cannot be read names nothing that exists.
pub(crate) struct Id<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Path::<T>::from_request_parts(parts, state)
            .await
            .map(|Path(id)| Self(id))
            .map_err(|_| Problem::new(StatusCode::NOT_FOUND, "not_found", "not found"))
    }
}

/// The query of a list.
pub(crate) struct Filter<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Filter<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Query::<T>::from_request_parts(parts, state)
            .await
            .map(|Query(filter)| Self(filter))
            .map_err(|rejection| Problem::new(StatusCode::BAD_REQUEST, "invalid.query", rejection.body_text()))
    }
}

/// The body of a request.
pub(crate) struct Input<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Input<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Json::<T>::from_request(request, state).await.map(|Json(input)| Self(input)).map_err(|rejection| {
            let other = || match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => crate::limit::too_large(),
                status => Problem::new(status, "invalid.body", rejection.body_text()),
            };
            crate::limit::unread(&rejection).unwrap_or_else(other)
        })
    }
}

/// A draft after a merge patch (RFC 7396) over the thing as it is: fields that are not named stay.
pub(crate) fn merged<D: Serialize + DeserializeOwned>(current: &D, patch: &serde_json::Value) -> Result<D, Problem> {
    let malformed =
        |error: serde_json::Error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid.body", error.to_string());
    let mut value = serde_json::to_value(current).map_err(malformed)?;
    merge(&mut value, patch);
    serde_json::from_value(value).map_err(malformed)
}

fn merge(target: &mut serde_json::Value, patch: &serde_json::Value) {
    match (target, patch) {
        (serde_json::Value::Object(target), serde_json::Value::Object(patch)) => {
            for (name, value) in patch {
                merge(target.entry(name.clone()).or_insert(serde_json::Value::Null), value);
            }
        }
        (target, patch) => *target = patch.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patch_leaves_what_it_does_not_name_and_clears_what_it_nulls() {
        let current = json!({"name": "Ek", "contact": {"phone": "+46", "email": "a@b.se"}});
        let after = merged(&current, &json!({"contact": {"phone": null}})).unwrap();
        assert_eq!(after, json!({"name": "Ek", "contact": {"phone": null, "email": "a@b.se"}}));
    }

    #[test]
    fn a_device_is_named_by_its_browser_and_system() {
        let mut headers = HeaderMap::new();
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
        headers.insert(header::USER_AGENT, edge.parse().unwrap());
        assert_eq!(device(&headers), "Edge, Windows");
    }
}
