//! What belongs to a host as a whole: the charge points that nobody has adopted, and the prices of the market.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use stolpe_domain::access::Permission;

impl App {
    /// Stops unless the actor may do this for the whole host: by a role that reaches all of it, or, where only one property
    /// owner is at home, by one that reaches anything there. Otherwise one owner could adopt the charge point of another,
    /// or change the prices that another's tenants are charged.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who may do it nowhere, [`AppError::Refused`] `access.shared_host` for those who may
    /// do it for some of several owners only.
    pub(crate) async fn may_for_host(&self, ctx: &Ctx, permission: Permission) -> Result<()> {
        if ctx.reach(permission)?.everything || self.read().await?.count_property_owners().await? <= 1 {
            return Ok(());
        }
        Err(AppError::refused("access.shared_host"))
    }
}
