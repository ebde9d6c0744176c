//! The waiting room: who calls and is not known here is adopted, or sent away.

use super::OpenChargePoint;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde_json::json;
use stolpe_domain::access::Permission;
use stolpe_domain::charge_point::identity::Identity;
use stolpe_domain::charge_point::{ChargePointDraft, WaitingChargePoint};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::FacilityId;

impl App {
    /// Who calls and is not known here, the latest caller first. Nobody knows yet whose they are, so on a host that several
    /// owners share only those see them whose role reaches all of it; the others prepare theirs by its identity.
    ///
    /// # Errors
    /// As of [`App::may_for_host`].
    pub async fn list_waiting_charge_points(&self, ctx: &Ctx) -> Result<Vec<WaitingChargePoint>> {
        self.may_for_host(ctx, Permission::ManageCharging).await?;
        Ok(self.read().await?.list_waiting_charge_points().await?)
    }

    /// Adopts a charge point that has called.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when nobody waits under this identity, [`AppError::Invalid`] with every fault,
    /// [`AppError::Conflict`] `charge_point.name_taken`, and as of [`App::may_for_host`].
    pub async fn adopt_charge_point(
        &self,
        ctx: &Ctx,
        identity: &Identity,
        facility: FacilityId,
        draft: ChargePointDraft,
    ) -> Result<OpenChargePoint> {
        let place = self.facility_for(ctx, facility, Permission::ManageCharging).await?;
        self.may_for_host(ctx, Permission::ManageCharging).await?;
        if let Some(id) = self.replayed(ctx).await? {
            return self.charge_point(ctx, id).await;
        }
        let mut tx = self.write().await?;
        let waiting = tx.find_waiting_charge_point(identity).await?.ok_or(AppError::NotFound)?;
        let draft = ChargePointDraft { identity: Some(identity.as_str().to_owned()), ..draft };
        let it = draft.check(&tx.hold_circuits(facility).await?)?;
        let id = self.insert_charge_point(&mut tx, ctx, &place, identity, &it, &waiting.nameplate).await?;
        let event = Event::new(Action::ChargePointAdopted, Subject::ChargePoint(id))
            .organisation(place.organisation_id)
            .facility(facility)
            .after(&it);
        tx.commit(ctx, [event]).await?;
        self.charge_point(ctx, id).await
    }

    /// Sends somebody away who waits; if they call again, they wait again.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when nobody waits under this identity, and as of [`App::may_for_host`].
    pub async fn dismiss_charge_point(&self, ctx: &Ctx, identity: &Identity) -> Result<()> {
        self.may_for_host(ctx, Permission::ManageCharging).await?;
        let mut tx = self.write().await?;
        if tx.delete_waiting_charge_point(identity).await? == 0 {
            return Err(AppError::NotFound);
        }
        let event = Event::new(Action::WaitingDismissed, Subject::Host).before(&json!({"identity": identity}));
        tx.commit(ctx, [event]).await
    }
}
