//! Who asks, when, from where, and which request this is.

use crate::error::{AppError, Result};
use crate::random;
use chrono::{DateTime, NaiveDate, Utc};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use stolpe_domain::access::{Actor, Permission, Place, Reach, Signed};
use stolpe_domain::id::{Correlation, SignInId, uuid_at, uuid_in_order};
use uuid::Uuid;

/// The circumstances of one request or duty. Only the API, the desktop shell, [`Ctx::system`] and
/// [`Ctx::command_line`] make one.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// With which sign-in.
    pub sign_in: Option<SignInId>,
    /// From where, in words for the audit log: `desk 127.0.0.1`.
    pub origin: String,
    /// The network address that it came from; none in process.
    pub address: Option<IpAddr>,
    /// What ties everything together that this request does.
    pub correlation: Correlation,
    /// The present instant; the same for the whole request.
    pub at: DateTime<Utc>,
    /// The caller's key for "do this once".
    pub idempotency: Option<Idempotency>,
}

/// A caller's promise that the same key is the same request.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// The key.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub request_digest: [u8; 32],
    /// Whether the answer is that of an earlier request.
    pub replayed: Replayed,
}

/// Set once a request turns out to have been carried out before; whoever renders the answer looks at it.
#[derive(Clone, Debug, Default)]
pub struct Replayed(Arc<AtomicBool>);

impl Replayed {
    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Ctx {
    /// The product itself, for a named duty.
    pub fn system(duty: &'static str, at: DateTime<Utc>) -> Self {
        Self {
            actor: Actor::System(duty),
            sign_in: None,
            origin: "host".into(),
            address: None,
            correlation: Correlation(uuid_at(at, random::bytes())),
            at,
            idempotency: None,
        }
    }

    /// Whoever runs a command of `stolpe-host`: they hold the data and its key, so they may what an owner of the
    /// installation may. Nobody has signed in, and the audit log names the command line.
    pub fn command_line(at: DateTime<Utc>) -> Self {
        Self { origin: "command line".into(), ..Self::system("stolpe-host", at) }
    }

    /// A fresh id of any kind.
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        T::from(uuid_at(self.at, random::bytes()))
    }

    /// A fresh id that sorts after those with a lower place, of many things that one request makes.
    pub fn id_in_order<T: From<Uuid>>(&self, place: usize) -> T {
        T::from(uuid_in_order(self.at, u32::try_from(place).unwrap_or(u32::MAX), random::bytes()))
    }

    /// Today's date in universal time, for rules that are not tied to a place.
    pub fn today(&self) -> NaiveDate {
        self.at.date_naive()
    }

    /// Stops unless the actor may do this at that place.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] for nobody, [`AppError::Denied`] otherwise.
    pub fn may(&self, permission: Permission, place: Place<'_>) -> Result<()> {
        match &self.actor {
            Actor::Nobody => Err(AppError::SignedOut),
            actor if actor.may(permission, place) => Ok(()),
            _ => Err(AppError::Denied),
        }
    }

    /// Stops unless the actor may see this; what may not be seen is not there.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] for nobody, [`AppError::NotFound`] otherwise.
    pub fn may_see(&self, permission: Permission, place: Place<'_>) -> Result<()> {
        self.may(permission, place).map_err(|error| match error {
            AppError::Denied => AppError::NotFound,
            other => other,
        })
    }

    /// Stops unless the actor may do this somewhere; answers where.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] for nobody, [`AppError::Denied`] when it is nowhere.
    pub fn reach(&self, permission: Permission) -> Result<Reach> {
        if matches!(self.actor, Actor::Nobody) {
            return Err(AppError::SignedOut);
        }
        let reach = self.actor.reach(permission);
        if reach.is_empty() { Err(AppError::Denied) } else { Ok(reach) }
    }

    /// The person who signed in, whatever they may do.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when nobody did.
    pub const fn signed(&self) -> Result<&Signed> {
        match &self.actor {
            Actor::Person(signed) => Ok(signed),
            _ => Err(AppError::SignedOut),
        }
    }
}
