//! Charge points: prepared, adopted, changed, given a key, taken out of service.

mod tree;
mod waiting;

pub use tree::{ChargingTree, OpenChargePoint};

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::person::required_reason;
use crate::random;
use crate::work::Tx;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use stolpe_domain::access::Permission;
use stolpe_domain::charge_point::identity::Identity;
use stolpe_domain::charge_point::{ChargePoint, ChargePointDraft, Nameplate};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::{Facility, fold_code};
use stolpe_domain::faults::Faults;
use stolpe_domain::id::{ChargePointId, FacilityId, OrganisationId};
use stolpe_domain::person::words;
use stolpe_store::charge_point::{ChargePointFilter, ChargePointKey};
use stolpe_store::page::{Page, Stretch, Total};
use zeroize::Zeroizing;

/// Charge points of a facility that are looked at together: beyond it, it is no facility but a town.
pub(crate) const MOST_OF_FACILITY: i64 = 10_000;
/// Bytes of a key: what OCPP 1.6 allows at most (security whitepaper, A00.FR.205).
pub(crate) const KEY_LENGTH: usize = 20;

/// The digest by which a charge point's key is known again.
///
/// A key is 160 random bits: nobody tries them one by one, so that a quick digest without salt tells nothing.
pub fn key_digest(key: &[u8]) -> [u8; 32] {
    Sha256::digest(key).into()
}

impl App {
    /// Charge points in the order of their names, wherever the actor may see them.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the facility is not the actor's to see, [`AppError::Denied`] for those who see none.
    pub async fn list_charge_points(
        &self,
        ctx: &Ctx,
        facility: Option<FacilityId>,
        mut filter: ChargePointFilter,
        stretch: Stretch<'_, ChargePointKey>,
    ) -> Result<(Page<OpenChargePoint>, Option<ChargePointKey>, Option<Total>)> {
        filter.facilities = if let Some(id) = facility {
            vec![self.facility_for(ctx, id, Permission::ReadCharging).await?.id]
        } else {
            ctx.reach(Permission::ReadCharging)?;
            self.facilities_with(ctx, Permission::ReadCharging).await?.into_iter().map(|it| it.id).collect()
        };
        let begins = stretch.after.is_none();
        let (page, next) = self.charge_points_page(&filter, stretch, ctx.at).await?;
        let total =
            if begins { Some(page.total(self.read().await?.count_charge_points(&filter)).await?) } else { None };
        Ok((page, next, total))
    }

    /// A page of charge points with what is known of them at that moment, and where the list goes on.
    pub(crate) async fn charge_points_page(
        &self,
        filter: &ChargePointFilter,
        Stretch { backwards, after, limit }: Stretch<'_, ChargePointKey>,
        now: DateTime<Utc>,
    ) -> Result<(Page<OpenChargePoint>, Option<ChargePointKey>)> {
        let mut conn = self.read().await?;
        let page = if backwards {
            conn.list_charge_points_backwards(filter, after, limit).await?
        } else {
            conn.list_charge_points(filter, after, limit).await?
        };
        drop(conn);
        let next = page.items.last().filter(|_| page.more).map(|last| last.key.clone());
        let items = page.items.into_iter().map(|listed| listed.charge_point).collect();
        Ok((Page { items: self.open_charge_points(items, now).await?, more: page.more }, next))
    }

    /// One charge point with what is known of it now.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn charge_point(&self, ctx: &Ctx, id: ChargePointId) -> Result<OpenChargePoint> {
        let (it, _) = self.charge_point_for(ctx, id, Permission::ReadCharging).await?;
        self.open_charge_points(vec![it], ctx.at).await?.pop().ok_or(AppError::NotFound)
    }

    /// One charge point, for somebody who may do this with it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, [`AppError::Denied`] for those who may but not do this.
    pub async fn charge_point_for(
        &self,
        ctx: &Ctx,
        id: ChargePointId,
        permission: Permission,
    ) -> Result<(ChargePoint, Facility)> {
        ctx.reach(Permission::ReadCharging)?;
        let it = self.read().await?.find_charge_point(id).await?.ok_or(AppError::NotFound)?;
        let facility = self.facility_for(ctx, it.facility_id, permission).await?;
        Ok((it, facility))
    }

    /// Prepares a charge point before it ever calls.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Conflict`] `charge_point.identity_taken` or
    /// `charge_point.name_taken`.
    pub async fn prepare_charge_point(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        draft: ChargePointDraft,
    ) -> Result<OpenChargePoint> {
        let place = self.facility_for(ctx, facility, Permission::ManageCharging).await?;
        if let Some(id) = self.replayed(ctx).await? {
            return self.charge_point(ctx, id).await;
        }
        let mut tx = self.write().await?;
        let it = draft.check(&tx.hold_circuits(facility).await?)?;
        let identity = it.identity().ok_or(AppError::field("identity", "required"))?;
        let id = self.insert_charge_point(&mut tx, ctx, &place, &identity, &it, &Nameplate::default()).await?;
        let event = Event::new(Action::ChargePointAdded, Subject::ChargePoint(id))
            .organisation(place.organisation_id)
            .facility(facility)
            .after(&it);
        tx.commit(ctx, [event]).await?;
        self.charge_point(ctx, id).await
    }

    async fn insert_charge_point(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        place: &Facility,
        identity: &Identity,
        it: &ChargePointDraft,
        nameplate: &Nameplate,
    ) -> Result<ChargePointId> {
        if tx.find_calling_charge_point(identity).await?.is_some() {
            return Err(AppError::Conflict("charge_point.identity_taken"));
        }
        let id: ChargePointId = ctx.new_id();
        tx.insert_charge_point(id, place.id, identity, it, nameplate, ctx.at).await?;
        put_terms(tx, place.organisation_id, id, identity, &it.name).await?;
        tx.delete_waiting_charge_point(identity).await?;
        Ok(id)
    }

    /// Changes a charge point in service that is still at that version.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Changed`] when somebody was faster, [`AppError::Refused`]
    /// `charge_point.decommissioned`, [`AppError::Conflict`] when the name or the identity is in use.
    pub async fn change_charge_point(
        &self,
        ctx: &Ctx,
        id: ChargePointId,
        row_version: i64,
        draft: ChargePointDraft,
    ) -> Result<OpenChargePoint> {
        let (before, place) = self.charge_point_for(ctx, id, Permission::ManageCharging).await?;
        let was = before.draft().ok_or(AppError::refused("charge_point.decommissioned"))?;
        let mut tx = self.write().await?;
        let it = draft.check(&tx.hold_circuits(place.id).await?)?;
        let identity = it.identity().unwrap_or_else(|| before.identity.clone());
        if identity != before.identity {
            // Whoever has called under an identity is known by it; another one is another charge point.
            if !tx.contacts(&[id]).await?.is_empty() {
                return Err(Faults::one("identity", "identity.in_use").into());
            }
            if tx.find_calling_charge_point(&identity).await?.is_some() {
                return Err(AppError::Conflict("charge_point.identity_taken"));
            }
        }
        tx.update_charge_point(id, row_version, &it, (before.meter_kind, before.meter_kind_set_by_hand)).await?;
        put_terms(&mut tx, place.organisation_id, id, &identity, &it.name).await?;
        let event = Event::new(Action::ChargePointChanged, Subject::ChargePoint(id))
            .organisation(place.organisation_id)
            .facility(place.id)
            .before(&was)
            .after(&it);
        tx.commit(ctx, [event]).await?;
        self.charge_point(ctx, id).await
    }

    /// Gives a charge point a new key and answers it, in hexadecimal digits; it is never told again, and the one before
    /// opens nothing any more.
    ///
    /// # Errors
    /// [`AppError::Refused`] `charge_point.decommissioned`.
    pub async fn set_charge_point_key(&self, ctx: &Ctx, id: ChargePointId) -> Result<Zeroizing<String>> {
        let (it, place) = self.charge_point_for(ctx, id, Permission::ManageCharging).await?;
        if it.circuit_id.is_none() {
            return Err(AppError::refused("charge_point.decommissioned"));
        }
        // A key is told once: the same request again makes another one.
        let ctx = &Ctx { idempotency: None, ..ctx.clone() };
        let key = Zeroizing::new(random::bytes::<KEY_LENGTH>());
        let mut tx = self.write().await?;
        tx.set_charge_point_key(id, &key_digest(&*key), ctx.at).await?;
        let event = Event::new(Action::ChargePointKeySet, Subject::ChargePoint(id))
            .organisation(place.organisation_id)
            .facility(place.id);
        tx.commit(ctx, [event]).await?;
        Ok(Zeroizing::new(hex::encode_upper(*key)))
    }

    /// Takes a charge point out of service for good; its history stays, and the device can be adopted again (EVC-25).
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a reason, [`AppError::Changed`] when somebody was faster, [`AppError::Refused`]
    /// `charge_point.decommissioned` when it is that already.
    pub async fn decommission_charge_point(
        &self,
        ctx: &Ctx,
        id: ChargePointId,
        row_version: i64,
        reason: &str,
    ) -> Result<OpenChargePoint> {
        let (before, place) = self.charge_point_for(ctx, id, Permission::ManageCharging).await?;
        if self.done_before(ctx).await? {
            return self.charge_point(ctx, id).await;
        }
        let was = before.draft().ok_or(AppError::refused("charge_point.decommissioned"))?;
        let reason = required_reason(reason)?;
        let mut tx = self.write().await?;
        tx.decommission_charge_point(id, row_version, reason, ctx.at).await?;
        let event = Event::new(Action::ChargePointDecommissioned, Subject::ChargePoint(id))
            .organisation(place.organisation_id)
            .facility(place.id)
            .before(&was)
            .because(reason);
        tx.commit(ctx, [event]).await?;
        self.charge_point(ctx, id).await
    }

    /// Where charge points call: what is typed into one, which adds its identity. As long as the address of the
    /// installation leads nowhere from other computers, it is where this very host lets them in.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who see no charge points anywhere.
    pub async fn charging_address(&self, ctx: &Ctx) -> Result<String> {
        ctx.reach(Permission::ReadCharging)?;
        let (address, _) = self.address_setting().await?;
        let own = self.charging.address().filter(|_| is_local(&address.public_url));
        Ok(own.unwrap_or_else(|| calling_address(&address.public_url)))
    }

    /// Says where charge points reach this very host, such as `ws://192.0.2.7:8443/ocpp/`.
    pub fn let_charge_points_in_at(&self, address: Option<String>) {
        self.charging.put_address(address);
    }
}

/// Whether an address means the computer itself, so that it leads nowhere from any other.
fn is_local(public_url: &str) -> bool {
    let host = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or(host, |(name, _)| name);
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The address for web sockets of the host that people reach there.
fn calling_address(public_url: &str) -> String {
    // `https` becomes `wss`, and `http` becomes `ws`.
    format!("{}/ocpp/", public_url.replacen("http", "ws", 1))
}

/// What a charge point is found by: its name, and what it calls itself.
pub(crate) async fn put_terms(
    tx: &mut stolpe_store::Tx,
    organisation: OrganisationId,
    id: ChargePointId,
    identity: &Identity,
    name: &str,
) -> Result<()> {
    let mut terms: Vec<String> = words(name).chain(words(identity.as_str())).collect();
    terms.extend([fold_code(name), fold_code(identity.as_str())]);
    terms.sort();
    terms.dedup();
    Ok(tx.put_search_terms(organisation, "charge_point", id.uuid(), &terms).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charge_points_call_where_people_do() {
        assert_eq!(calling_address("https://stolpe.example.se"), "wss://stolpe.example.se/ocpp/");
        assert_eq!(calling_address("http://127.0.0.1:8443"), "ws://127.0.0.1:8443/ocpp/");
    }

    #[test]
    fn an_address_that_means_the_computer_itself_is_told_from_one_that_others_reach() {
        for here in ["http://127.0.0.1:8443", "http://localhost", "http://[::1]:8443/", "https://127.9.9.9/stolpe"] {
            assert!(is_local(here), "{here}");
        }
        for there in
            ["https://stolpe.example.se", "http://192.0.2.7:8443", "http://[2001:db8::7]", "http://localhost.example"]
        {
            assert!(!is_local(there), "{there}");
        }
    }

    #[test]
    fn a_key_is_known_by_its_bytes() {
        assert_eq!(hex::encode(key_digest(b"")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
