//! Live changes over server-sent events; the desktop shell sends the same through its own channel.

use crate::extract::Caller;
use crate::problem::Answer;
use crate::router::Api;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use stolpe_app::{App, Change, Ctx, Listener, Told};
use stolpe_domain::access::{Actor, Scope};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How often it is looked whether the sign-in still holds; what ends one here is noticed at once.
const LOOK_EVERY: Duration = Duration::from_mins(1);

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(listen))
}

/// Whether a change concerns somebody.
fn visible(actor: &Actor, change: &Change) -> bool {
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
        Scope::Own => is_own(actor, change),
    })
}

fn is_own(actor: &Actor, change: &Change) -> bool {
    let Actor::Person(signed) = actor else { return false };
    change.subject == Some(signed.person.uuid()) || change.subject == Some(signed.login.uuid())
}

/// Whether the thing itself is surely within somebody's scope. A person of an organisation may have nothing to do with
/// the facility of whoever listens: then they hear that something changed, and not what.
fn is_within(actor: &Actor, change: &Change) -> bool {
    let Actor::Person(signed) = actor else { return false };
    change.only == Some(signed.login)
        || is_own(actor, change)
        || signed.memberships.iter().any(|membership| match membership.scope {
            Scope::Host => true,
            Scope::Organisation(id) => change.organisation == Some(id),
            Scope::Facility { facility, .. } => change.facility == Some(facility),
            Scope::Department { .. } | Scope::Own => false,
        })
}

/// What somebody is told of a change.
fn told(actor: &Actor, change: &Change) -> Option<Told> {
    let known = Change { subject: change.subject.filter(|_| is_within(actor, change)), ..change.clone() };
    visible(actor, change).then(|| known.told())
}

/// Somebody who listens.
struct Listening {
    app: App,
    ctx: Ctx,
    changes: Receiver<Change>,
    waiting: VecDeque<Told>,
    look: Interval,
    _place: Listener,
}

impl Listening {
    /// What is to be told next; none when the sign-in has ended.
    async fn next(&mut self) -> Option<Told> {
        loop {
            if let Some(told) = self.waiting.pop_front() {
                return Some(told);
            }
            let first = tokio::select! {
                change = self.changes.recv() => match change {
                    Ok(change) => Ok(change),
                    Err(RecvError::Lagged(_)) => Err(()),
                    Err(RecvError::Closed) => return None,
                },
                _ = self.look.tick() => {
                    self.ctx = self.app.look_again(&self.ctx).await.ok()?;
                    continue;
                }
            };
            // What came at one go is judged at one go: an import would ask the database for every row.
            let mut lagged = first.is_err();
            let mut some = Vec::from_iter(first.ok());
            loop {
                match self.changes.try_recv() {
                    Ok(change) => some.push(change),
                    Err(TryRecvError::Lagged(_)) => lagged = true,
                    Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                }
            }
            if lagged || some.iter().any(Change::touches_access) {
                self.ctx = self.app.look_again(&self.ctx).await.ok()?;
            }
            if lagged {
                // Whoever fell behind reads everything anew.
                self.waiting.push_back(Told { kind: "lagged", tags: vec!["*".into()] });
            } else {
                self.waiting.extend(some.iter().filter_map(|change| told(&self.ctx.actor, change)));
            }
        }
    }
}

/// Tells what became stale, until the caller leaves, their sign-in ends or the host stops. A login may listen from ten
/// places at a time.
#[utoipa::path(get, path = "/events", tag = "system", responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn listen(
    State(api): State<Api>,
    Caller(ctx): Caller,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let place = api.app.take_place(&ctx)?;
    let changes = api.app.feed().listen();
    let mut look = interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stopping = api.app.stopping();
    let listening = Listening { app: api.app, ctx, changes, waiting: VecDeque::new(), look, _place: place };
    let told = futures::stream::unfold(listening, |mut listening| async {
        let told = listening.next().await?;
        Some((told, listening))
    });
    let events = told.filter_map(async |told| Event::default().event("change").json_data(told).ok().map(Ok));
    // A stream without an end would hold up the host when it stops.
    Ok(Sse::new(events.take_until(stopping)).keep_alive(KeepAlive::default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stolpe_domain::access::{Membership, Role, Signed};
    use stolpe_domain::id::{FacilityId, LoginId, MembershipId, OrganisationId, PersonId};
    use uuid::Uuid;

    const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(1));
    const FACILITY: FacilityId = FacilityId(Uuid::from_u128(2));
    const NEXT_DOOR: FacilityId = FacilityId(Uuid::from_u128(3));

    fn somebody(scope: Scope) -> Actor {
        Actor::Person(Signed {
            login: LoginId(Uuid::from_u128(4)),
            person: PersonId(Uuid::from_u128(5)),
            name: "Åsa Öberg".to_owned(),
            memberships: vec![Membership { id: MembershipId(Uuid::from_u128(6)), role: Role::Clerk, scope }],
            must_change_password: false,
        })
    }

    fn change(organisation: Option<OrganisationId>, facility: Option<FacilityId>) -> Change {
        let subject = Some(Uuid::from_u128(7));
        Change { action: "person.changed", tags: &["person"], subject, organisation, facility, only: None }
    }

    /// Whether somebody hears of a change at all, and of whom.
    fn hears(scope: Scope, change: &Change) -> (bool, bool) {
        let told = told(&somebody(scope), change);
        (told.is_some(), told.is_some_and(|told| told.tags.iter().any(|tag| tag.contains(':'))))
    }

    #[test]
    fn staff_of_a_facility_do_not_hear_whom_the_rest_of_the_organisation_is_at_work_on() {
        let here = Scope::Facility { organisation: ORGANISATION, facility: FACILITY };
        let all = Scope::Organisation(ORGANISATION);
        let somewhere = change(Some(ORGANISATION), None);
        assert_eq!((hears(here, &somewhere), hears(all, &somewhere)), ((true, false), (true, true)));
        let at_home = change(Some(ORGANISATION), Some(FACILITY));
        assert_eq!((hears(here, &at_home), hears(all, &at_home)), ((true, true), (true, true)));
        let next_door = change(Some(ORGANISATION), Some(NEXT_DOOR));
        assert_eq!((hears(here, &next_door), hears(all, &next_door)), ((false, false), (true, true)));
        let of_the_host = change(None, None);
        assert_eq!((hears(here, &of_the_host), hears(all, &of_the_host)), ((true, false), (true, false)));
        assert_eq!(hears(Scope::Host, &of_the_host), (true, true));
    }

    #[test]
    fn whoever_sees_only_themselves_hears_only_of_themselves() {
        let mut mine = change(Some(ORGANISATION), Some(FACILITY));
        assert_eq!(hears(Scope::Own, &mine), (false, false));
        mine.subject = Some(Uuid::from_u128(5));
        assert_eq!(hears(Scope::Own, &mine), (true, true));
    }
}
