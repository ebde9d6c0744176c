//! Lists in and out of files, from the command line.

mod export;
mod import;

pub(crate) use export::{Export, export};
pub(crate) use import::{Import, import};

use anyhow::{Context, bail};
use std::process::ExitCode;
use stolpe_app::{App, AppError, Ctx};
use stolpe_domain::facility::{Facility, fold_code};
use stolpe_domain::organisation::Organisation;

/// Exit status: nothing was done.
const NOTHING: u8 = 2;

/// Says why nothing was done.
fn nothing(error: &anyhow::Error) -> ExitCode {
    if let Some(AppError::Invalid(faults)) = error.downcast_ref() {
        for (field, code) in &faults.0 {
            tracing::error!("{field}: {code}");
        }
    }
    tracing::error!("{error:#}");
    ExitCode::from(NOTHING)
}

async fn facility(app: &App, ctx: &Ctx, code: &str) -> anyhow::Result<Facility> {
    let all = app.list_facilities(ctx).await?;
    let found = all.into_iter().find(|it| fold_code(&it.code) == fold_code(code));
    found.with_context(|| format!("there is no facility {code}"))
}

/// The organisation of a facility; the only one there is when none is named.
async fn organisation(app: &App, ctx: &Ctx, code: Option<&str>) -> anyhow::Result<Organisation> {
    let mut all = app.list_organisations(ctx).await?;
    if let Some(code) = code {
        let owner = facility(app, ctx, code).await?.organisation_id;
        return all.into_iter().find(|it| it.id == owner).context("the facility belongs to nobody");
    }
    all.retain(|one| !one.training);
    match all.len() {
        1 => all.pop().context("there is one"),
        count => bail!("there are {count} organisations: say which facility with --facility"),
    }
}
