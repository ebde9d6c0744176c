//! Live changes: what became stale, told to whoever may see it.

use serde::Serialize;
use stolpe_domain::event::Event;
use stolpe_domain::id::{FacilityId, LoginId, OrganisationId};
use tokio::sync::broadcast;
use uuid::Uuid;

/// How many changes a slow listener may fall behind before it is told to read everything anew.
const BACKLOG: usize = 1_024;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happened, as a stable word.
    pub action: &'static str,
    /// Which caches are stale.
    pub tags: &'static [&'static str],
    /// The thing itself, if it has an id.
    pub subject: Option<Uuid>,
    /// Whose it is; none for the installation.
    pub organisation: Option<OrganisationId>,
    /// Where it is.
    pub facility: Option<FacilityId>,
    /// Only for this login, for changes that concern nobody else.
    pub only: Option<LoginId>,
}

/// What goes over the wire of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// What happened, as a stable word.
    pub kind: &'static str,
    /// Which caches are stale: kinds, and one thing as `kind:id`.
    pub tags: Vec<String>,
}

impl Change {
    /// The change that a fact makes.
    pub fn of(event: &Event) -> Self {
        Self {
            action: event.action.word(),
            tags: event.action.tags(),
            subject: event.subject.id(),
            organisation: event.organisation,
            facility: event.facility,
            only: None,
        }
    }

    /// What is told of it.
    pub fn told(&self) -> Told {
        let mut tags: Vec<String> = self.tags.iter().map(|tag| (*tag).to_owned()).collect();
        if let (Some(tag), Some(id)) = (self.tags.first(), self.subject) {
            tags.push(format!("{tag}:{id}"));
        }
        Told { kind: self.action, tags }
    }
}

/// Where changes are published and listened to.
#[derive(Clone, Debug)]
pub struct Feed(broadcast::Sender<Change>);

impl Default for Feed {
    fn default() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }
}

impl Feed {
    /// Tells every listener; with none, nothing happens.
    pub fn publish(&self, change: Change) {
        let _ = self.0.send(change);
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Change> {
        self.0.subscribe()
    }
}
