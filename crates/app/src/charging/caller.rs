//! Who calls: a charge point that is known and brings its key, or somebody who waits to be adopted.

use super::Note;
use crate::App;
use crate::error::Result;
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use stolpe_domain::charge_point::identity::Identity;
use stolpe_domain::charge_point::{Nameplate, TurnedAway};
use stolpe_domain::id::{ChargePointId, ConnectionId, FacilityId, OrganisationId, uuid_at};
use stolpe_ocpp::credentials::Credentials;
use stolpe_store::charge_point::{Opened, WaitingCall};

/// What a call comes to.
#[derive(Debug)]
pub enum Entrance {
    /// It is one of ours.
    Open(Caller),
    /// Nobody of that name is known; it waits to be adopted.
    Unknown,
    /// It has not brought its key, or has none yet.
    WrongKey,
}

/// A charge point on one connection.
#[derive(Debug)]
pub struct Caller {
    pub(crate) charge_point: ChargePointId,
    pub(crate) organisation: OrganisationId,
    pub(crate) facility: FacilityId,
    pub(crate) connection: ConnectionId,
    /// Whether something was asked whose effect has not been seen: then each report is looked at for it.
    expecting: AtomicBool,
}

impl Caller {
    pub(crate) fn expects(&self) -> bool {
        self.expecting.load(Ordering::Relaxed)
    }

    pub(crate) fn expect(&self, expecting: bool) {
        self.expecting.store(expecting, Ordering::Relaxed);
    }
}

impl App {
    /// Looks at a charge point that calls, and notes that it did.
    ///
    /// # Errors
    /// [`crate::AppError::Unavailable`] when the database cannot be reached.
    pub async fn receive_call(
        &self,
        identity: Identity,
        credentials: Option<&Credentials>,
        address: Option<IpAddr>,
    ) -> Result<Entrance> {
        let at = self.now();
        let remote_address = address.map(|address| address.to_string());
        let Some(mut found) = self.read().await?.find_calling_charge_point(&identity).await? else {
            let presented_credential = credentials.is_some();
            let nameplate = Nameplate::default();
            let call = WaitingCall { identity, at, remote_address, presented_credential, nameplate, counts: true };
            self.charging.note(Note::Waiting(call));
            return Ok(Entrance::Unknown);
        };
        let brings = |digest: Option<&[u8]>| {
            // Digests of random keys are compared: how far two of them agree tells nothing of either key.
            credentials.is_some_and(|it| {
                it.user == identity.as_str().as_bytes()
                    && it.candidates().any(|key| Some(Sha256::digest(key).as_slice()) == digest)
            })
        };
        if let Some(digest) = found.next_digest.take()
            && brings(Some(&digest))
        {
            self.take_over_key(&found, &digest).await?;
            // Somebody may have given it another one meanwhile: then that one counts.
            let now = self.read().await?.find_calling_charge_point(&identity).await?;
            found.credential_digest = now.and_then(|it| it.credential_digest);
        }
        if !brings(found.credential_digest.as_deref()) {
            tracing::info!(%identity, "a charge point is turned away: its key is not the right one");
            self.charging.note(Note::TurnedAway(found.id, TurnedAway { at, count: 1, remote_address }));
            return Ok(Entrance::WrongKey);
        }
        let connection = ConnectionId(uuid_at(at, crate::random::bytes()));
        self.charging.note_once(Note::Opened(Opened { charge_point: found.id, connection, at, remote_address })).await;
        Ok(Entrance::Open(Caller {
            charge_point: found.id,
            organisation: found.organisation_id,
            facility: found.facility_id,
            connection,
            expecting: AtomicBool::new(true),
        }))
    }
}
