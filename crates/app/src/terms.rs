//! What payers accept by paying: written by the organisation, valid from a day on, shown to everybody, and kept with what
//! was paid.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use serde_json::json;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::country::Country;
use stolpe_domain::dated::{Standing, in_force, standing_of};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::default_time_zone;
use stolpe_domain::id::{OrganisationId, PersonId, TermsId};
use stolpe_domain::organisation::Organisation;
use stolpe_domain::terms::{Terms, TermsKind, TermsTexts};
use stolpe_store::Conn;
use stolpe_store::terms::AcceptedTerms;

/// How much of what somebody has accepted is shown.
const SHOWN: i64 = 100;

/// Terms as they stand today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTerms {
    /// The terms.
    pub terms: Terms,
    /// Where they stand.
    pub standing: Standing,
}

/// Everything that an organisation has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationTerms {
    /// Today at the organisation.
    pub today: NaiveDate,
    /// Where everybody can read those that hold.
    pub address: String,
    /// By kind, the latest day first.
    pub written: Vec<ListedTerms>,
}

/// What holds today, for whoever wants to know before they pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicTerms {
    /// Whose they are.
    pub organisation: String,
    /// In whose language they are written at least.
    pub country: Country,
    /// Those that hold, by kind.
    pub terms: Vec<Terms>,
}

/// Terms that are about to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsDraft {
    /// What they are about.
    pub kind: TermsKind,
    /// The first day.
    pub applies_from: NaiveDate,
    /// What they say.
    pub texts: TermsTexts,
}

/// Where everybody can read the terms of an organisation.
pub(crate) fn address(base: &str, organisation: OrganisationId) -> String {
    format!("{base}/terms/{}", organisation.uuid())
}

/// The terms of an organisation that hold at an instant, by kind.
pub(crate) async fn terms_in_force(conn: &mut Conn, organisation: &Organisation, ctx: &Ctx) -> Result<Vec<Terms>> {
    let written = conn.terms_of(organisation.id).await?;
    let today = today(ctx, organisation);
    let of_kind = |kind: &TermsKind| in_force(&of(&written, *kind), today).cloned();
    Ok(TermsKind::ALL.iter().filter_map(of_kind).collect())
}

impl App {
    /// Everything that an organisation has written, and where each of it stands.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the organisation, too.
    pub async fn organisation_terms(&self, ctx: &Ctx, id: OrganisationId) -> Result<OrganisationTerms> {
        let organisation = self.organisation(ctx, id).await?;
        let base = self.public_url().await?;
        let written = self.read().await?.terms_of(id).await?;
        let today = today(ctx, &organisation);
        let mut listed = Vec::new();
        for kind in TermsKind::ALL {
            let mut all = of(&written, *kind);
            let standings: Vec<_> = all.iter().map(|it| standing_of(&all, it, today)).collect();
            let mut stand: Vec<_> = all.drain(..).zip(standings).collect();
            stand.sort_by_key(|(it, _)| std::cmp::Reverse((it.applies_from, it.place)));
            listed.extend(stand.into_iter().map(|(terms, standing)| ListedTerms { terms, standing }));
        }
        Ok(OrganisationTerms { today, address: address(&base, id), written: listed })
    }

    /// Writes terms that hold from a day on. `row_version` says how many of their kind were written before. What was
    /// written is never changed: whoever wants it otherwise writes it anew.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Changed`] when somebody was faster.
    pub async fn write_terms(
        &self,
        ctx: &Ctx,
        id: OrganisationId,
        row_version: i64,
        draft: TermsDraft,
    ) -> Result<OrganisationTerms> {
        let organisation = self.organisation(ctx, id).await?;
        ctx.may(Permission::ChangeOrganisation, Place::Organisation(id))?;
        if self.done_before(ctx).await? {
            return self.organisation_terms(ctx, id).await;
        }
        let texts = draft.texts.check(organisation.country)?;
        if draft.applies_from < today(ctx, &organisation) {
            return Err(AppError::field("appliesFrom", "terms.past"));
        }
        let mut tx = self.write().await?;
        let written = of(&tx.terms_of(id).await?, draft.kind);
        if i64::try_from(written.len()).unwrap_or(i64::MAX) != row_version {
            return Err(AppError::Changed);
        }
        let next = Terms {
            id: ctx.new_id(),
            kind: draft.kind,
            place: row_version + 1,
            applies_from: draft.applies_from,
            texts,
            created_at: ctx.at,
        };
        tx.insert_terms(id, &next).await?;
        let event = Event::new(Action::TermsWritten, Subject::Organisation(id)).organisation(id).after(&json!({
            "kind": next.kind, "version": next.place, "appliesFrom": next.applies_from, "termsId": next.id,
        }));
        tx.commit(ctx, [event]).await?;
        self.organisation_terms(ctx, id).await
    }

    /// What holds at an organisation today. Anybody may read it: whoever is about to accept something must be able to.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nothing holds, as where there is no such organisation.
    pub async fn public_terms(&self, ctx: &Ctx, id: OrganisationId) -> Result<PublicTerms> {
        let mut conn = self.read().await?;
        let organisation = conn.find_organisation(id).await?.ok_or(AppError::NotFound)?;
        let terms = terms_in_force(&mut conn, &organisation, ctx).await?;
        if terms.is_empty() {
            return Err(AppError::NotFound);
        }
        Ok(PublicTerms { organisation: organisation.name, country: organisation.country, terms })
    }

    /// Which terms somebody has accepted by paying, the latest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see what the person pays, too.
    pub async fn terms_accepted_by(&self, ctx: &Ctx, id: PersonId) -> Result<Vec<AcceptedTerms>> {
        let (person, _) = self.person_for(ctx, id, Permission::ReadPerson).await?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(person.organisation_id))?;
        Ok(self.read().await?.accepted_by(id, SHOWN).await?)
    }
}

/// The ids of terms, in an order of their own.
pub(crate) fn sorted_ids(ids: impl Iterator<Item = TermsId>) -> Vec<TermsId> {
    let mut ids: Vec<TermsId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn of(written: &[Terms], kind: TermsKind) -> Vec<Terms> {
    written.iter().filter(|it| it.kind == kind).cloned().collect()
}

fn today(ctx: &Ctx, organisation: &Organisation) -> NaiveDate {
    ctx.at.with_timezone(&crate::export::zone_of(default_time_zone(organisation.country))).date_naive()
}
