//! Live changes over server-sent events; the desktop shell sends the same through its own channel.

use crate::extract::Caller;
use crate::problem::Answer;
use crate::router::Api;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt};
use std::convert::Infallible;
use stolpe_app::{Change, Told};
use stolpe_domain::access::{Actor, Scope};
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(listen))
}

/// Whether a change concerns somebody.
pub fn visible(actor: &Actor, change: &Change) -> bool {
    let Actor::Person(signed) = actor else { return false };
    if let Some(only) = change.only {
        return only == signed.login;
    }
    signed.memberships.iter().any(|membership| match membership.scope {
        Scope::Host => true,
        Scope::Organisation(id) => change.organisation.is_none_or(|its| its == id),
        Scope::Facility { organisation, facility } => {
            change.organisation.is_none_or(|its| its == organisation)
                && change.facility.is_none_or(|its| its == facility)
        }
        Scope::Department { organisation, .. } => change.organisation.is_none_or(|its| its == organisation),
        Scope::Own => change.subject == Some(signed.person.uuid()) || change.subject == Some(signed.login.uuid()),
    })
}

/// Tells what became stale, until the caller leaves or the host stops.
#[utoipa::path(get, path = "/events", tag = "system", responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn listen(
    State(api): State<Api>,
    Caller(ctx): Caller,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let changes = BroadcastStream::new(api.app.feed().listen()).filter_map(move |change| {
        let told = match change {
            Ok(change) => visible(&ctx.actor, &change).then(|| change.told()),
            // Whoever fell behind reads everything anew.
            Err(BroadcastStreamRecvError::Lagged(_)) => Some(Told { kind: "lagged", tags: vec!["*".into()] }),
        };
        let event = told.and_then(|told| Event::default().event("change").json_data(told).ok()).map(Ok);
        std::future::ready(event)
    });
    // A stream without an end would hold up the host when it stops.
    let changes = changes.take_until(api.app.stopping());
    Ok(Sse::new(changes).keep_alive(KeepAlive::default()))
}
