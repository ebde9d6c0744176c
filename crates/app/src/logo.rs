//! The logo of an organisation: set, removed, and handed to whatever draws its papers.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use stolpe_documents::logo::{Logo, clean_logo};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{LogoId, OrganisationId};
use stolpe_domain::logo::LogoKind;
use stolpe_store::logo::{KeptLogo, NewLogo};

/// How many logos stay unpacked, at a megabyte or two each; then all are forgotten. An organisation has one at a time.
const UNPACKED: usize = 16;

/// Logos that were drawn lately: a month run unpacks each once. What an id stands for never changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logos(Arc<Mutex<HashMap<LogoId, Logo>>>);

impl Logos {
    fn find(&self, id: LogoId) -> Option<Logo> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    fn keep(&self, id: LogoId, logo: &Logo) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= UNPACKED {
            kept.clear();
        }
        kept.insert(id, logo.clone());
    }
}

/// What the audit log keeps of a logo.
fn told(it: &KeptLogo) -> Value {
    let digest = hex::encode(&it.digest);
    json!({ "mediaType": it.kind.media_type(), "width": it.width, "height": it.height, "sha256": digest })
}

impl App {
    /// The logo of an organisation.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the organisation, too.
    pub async fn logo(&self, ctx: &Ctx, id: OrganisationId) -> Result<Option<KeptLogo>> {
        self.organisation(ctx, id).await?;
        Ok(self.read().await?.logo_of(id).await?.logo)
    }

    /// The picture itself.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is none, and for those who may not see the organisation.
    pub async fn logo_file(&self, ctx: &Ctx, id: OrganisationId) -> Result<(LogoKind, Vec<u8>)> {
        let logo = self.logo(ctx, id).await?.ok_or(AppError::NotFound)?;
        self.read().await?.logo_content(logo.id).await?.ok_or(AppError::NotFound)
    }

    /// Sets the logo of an organisation from a file: what is issued from now on carries it, and what was issued before stays
    /// as it is. The logo that holds already is not set again.
    ///
    /// # Errors
    /// [`AppError::Refused`] with the code of [`stolpe_domain::logo::LogoRefusal`]; [`AppError::Changed`] when somebody was
    /// faster; [`AppError::NotFound`] and [`AppError::Denied`] as for changing the organisation.
    pub async fn set_logo(&self, ctx: &Ctx, id: OrganisationId, content: Vec<u8>) -> Result<KeptLogo> {
        self.organisation(ctx, id).await?;
        ctx.may(Permission::ChangeOrganisation, Place::Organisation(id))?;
        let clean = self.reading.ask(move || clean_logo(&content)).await?;
        let clean = clean.map_err(|refusal| AppError::refused(refusal.code()))?;
        let next = KeptLogo {
            id: ctx.new_id(),
            kind: clean.kind,
            width: i64::from(clean.width),
            height: i64::from(clean.height),
            digest: clean.digest.to_vec(),
            created_at: ctx.at,
        };
        let mut tx = self.write().await?;
        let stand = tx.logo_of(id).await?;
        if let Some(logo) = stand.logo.as_ref().filter(|logo| logo.digest == next.digest) {
            return Ok(logo.clone());
        }
        tx.insert_logo(&NewLogo {
            id: next.id,
            organisation: id,
            place: stand.place + 1,
            by: ctx.signed().ok().map(|signed| signed.login),
            at: ctx.at,
            logo: Some((&next, &clean.content)),
        })
        .await?;
        let mut event = Event::new(Action::LogoSet, Subject::Organisation(id)).organisation(id).after(&told(&next));
        if let Some(before) = &stand.logo {
            event = event.before(&told(before));
        }
        tx.commit(ctx, [event]).await?;
        Ok(next)
    }

    /// Removes the logo of an organisation; what was issued under it keeps it. Where there is none, nothing happens.
    ///
    /// # Errors
    /// As [`App::set_logo`].
    pub async fn remove_logo(&self, ctx: &Ctx, id: OrganisationId) -> Result<()> {
        self.organisation(ctx, id).await?;
        ctx.may(Permission::ChangeOrganisation, Place::Organisation(id))?;
        let mut tx = self.write().await?;
        let stand = tx.logo_of(id).await?;
        let Some(before) = stand.logo else { return Ok(()) };
        tx.insert_logo(&NewLogo {
            id: ctx.new_id(),
            organisation: id,
            place: stand.place + 1,
            by: ctx.signed().ok().map(|signed| signed.login),
            at: ctx.at,
            logo: None,
        })
        .await?;
        let event = Event::new(Action::LogoRemoved, Subject::Organisation(id)).organisation(id).before(&told(&before));
        tx.commit(ctx, [event]).await
    }

    /// The logo that holds, ready to be drawn.
    pub(crate) async fn current_logo(&self, organisation: OrganisationId) -> Result<Option<Logo>> {
        let holds = self.read().await?.logo_of(organisation).await?.holds();
        self.drawn_logo(holds).await
    }

    /// The logo under which something was issued, ready to be drawn.
    pub(crate) async fn drawn_logo(&self, id: Option<LogoId>) -> Result<Option<Logo>> {
        let Some(id) = id else { return Ok(None) };
        if let Some(logo) = self.logos.find(id) {
            return Ok(Some(logo));
        }
        let Some((kind, content)) = self.read().await?.logo_content(id).await? else { return Ok(None) };
        let logo = tokio::task::spawn_blocking(move || Logo::read(kind, content)).await.map_err(AppError::internal)?;
        let logo = logo.map_err(AppError::internal)?;
        self.logos.keep(id, &logo);
        Ok(Some(logo))
    }
}
