//! The books of an organisation for its accountant: which accounts are meant, what a month has moved, and the files.

mod chart;
mod closing;
mod package;
mod saft;
mod vouchers;

pub use chart::{ChartDraft, ChartRow};
pub use closing::{Closing, OpenMatter};
pub use vouchers::{BookedMonth, BooksForm, Turnover};

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::id::OrganisationId;
use stolpe_domain::organisation::Organisation;

impl App {
    /// An organisation whose books the actor keeps.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the organisation, [`AppError::Denied`] for those who do not keep
    /// the books of all of it: they are of no single facility.
    async fn books_of(&self, ctx: &Ctx, id: OrganisationId) -> Result<Organisation> {
        ctx.reach(Permission::KeepBooks)?;
        let organisation = self.organisation(ctx, id).await?;
        ctx.may(Permission::KeepBooks, Place::Organisation(id))?;
        Ok(organisation)
    }
}

impl From<stolpe_domain::money::MoneyError> for AppError {
    fn from(error: stolpe_domain::money::MoneyError) -> Self {
        Self::internal(error)
    }
}
