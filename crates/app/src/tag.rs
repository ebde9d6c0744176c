//! Tags: whose they are, and whether they are taken.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde::Serialize;
use stolpe_domain::access::{Permission, Place, Reach};
use stolpe_domain::charging::tag::IdTag;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{FacilityId, OrganisationId, PersonId, TagId};
use stolpe_domain::tag::{Tag, TagDraft};
use stolpe_store::page::{Page, Stretch, Total};
use stolpe_store::tag::{ListedTag, TagFilter};

/// A tag for the audit log.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts<'a> {
    id_tag: &'a str,
    #[serde(flatten)]
    draft: &'a TagDraft,
}

impl App {
    /// The tags of an organisation, or of one person, in the order of what they read.
    ///
    /// Who works in single facilities sees the tags of the people there, and those that are nobody's.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the organisation or the person is not the actor's to see.
    pub async fn list_tags(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        person: Option<PersonId>,
        prefix: &str,
        Stretch { backwards, after, limit }: Stretch<'_, (String, TagId)>,
    ) -> Result<(Page<ListedTag>, Option<Total>)> {
        let filter = self.tag_filter(ctx, organisation, person, prefix).await?;
        let mut conn = self.read().await?;
        let page = if backwards {
            conn.list_tags_backwards(&filter, after, limit).await?
        } else {
            conn.list_tags(&filter, after, limit).await?
        };
        let total = if after.is_none() { Some(page.total(conn.count_tags(&filter)).await?) } else { None };
        Ok((page, total))
    }

    /// The tags of an organisation, or of one person, that the actor may see.
    pub(crate) async fn tag_filter(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        person: Option<PersonId>,
        prefix: &str,
    ) -> Result<TagFilter> {
        let reach = ctx.reach(Permission::ReadCharging)?;
        let facilities = self.facilities_of_reach(&reach, organisation).await?;
        let whole = ctx.actor.may(Permission::ReadCharging, Place::Organisation(organisation));
        if !whole && facilities.is_empty() {
            return Err(AppError::NotFound);
        }
        if let Some(id) = person {
            self.person_for(ctx, id, Permission::ReadPerson).await?;
        }
        Ok(TagFilter {
            organisations: if whole { vec![organisation] } else { Vec::new() },
            facilities,
            organisation: Some(organisation),
            person,
            prefix: prefix.trim().to_ascii_uppercase(),
        })
    }

    /// Cuts a list of tags to those that the actor may export.
    ///
    /// # Errors
    /// [`AppError::Denied`] when there are none.
    pub(crate) async fn cut_to_exported(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        filter: &mut TagFilter,
    ) -> Result<()> {
        let reach = ctx.reach(Permission::Export)?;
        if ctx.actor.may(Permission::Export, Place::Organisation(organisation)) {
            return Ok(());
        }
        let exported = self.facilities_of_reach(&reach, organisation).await?;
        if exported.is_empty() {
            return Err(AppError::Denied);
        }
        if filter.organisations.is_empty() {
            filter.facilities.retain(|id| exported.contains(id));
        } else {
            filter.organisations.clear();
            filter.facilities = exported;
        }
        Ok(())
    }

    /// The single facilities of a reach that belong to an organisation.
    async fn facilities_of_reach(&self, reach: &Reach, organisation: OrganisationId) -> Result<Vec<FacilityId>> {
        let mut conn = self.read().await?;
        let mut facilities = Vec::new();
        for id in &reach.facilities {
            let its = conn.find_facility(*id).await?.filter(|it| it.organisation_id == organisation);
            facilities.extend(its.map(|it| it.id));
        }
        Ok(facilities)
    }

    /// One tag.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn tag(&self, ctx: &Ctx, id: TagId) -> Result<ListedTag> {
        self.tag_for(ctx, id, Permission::ReadCharging).await
    }

    /// One tag, for somebody who may do this with it.
    async fn tag_for(&self, ctx: &Ctx, id: TagId, permission: Permission) -> Result<ListedTag> {
        ctx.reach(Permission::ReadCharging)?;
        let it = self.read().await?.find_tag(id).await?.ok_or(AppError::NotFound)?;
        if !self.tag_is_in_reach(ctx, &it.tag, Permission::ReadCharging).await? {
            return Err(AppError::NotFound);
        }
        if self.tag_is_in_reach(ctx, &it.tag, permission).await? { Ok(it) } else { Err(AppError::Denied) }
    }

    async fn tag_is_in_reach(&self, ctx: &Ctx, it: &Tag, permission: Permission) -> Result<bool> {
        if ctx.actor.may(permission, Place::Organisation(it.organisation_id)) {
            return Ok(true);
        }
        let mine = self.facilities_of_reach(&ctx.actor.reach(permission), it.organisation_id).await?;
        let Some(person) = it.person_id else { return Ok(!mine.is_empty()) };
        let theirs = self.read().await?.facilities_of(person).await?;
        Ok(theirs.iter().any(|id| mine.contains(id)))
    }

    /// Adds a tag to an organisation.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Conflict`] `tag.taken`.
    pub async fn add_tag(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        id_tag: &str,
        draft: TagDraft,
    ) -> Result<ListedTag> {
        let read = ctx.reach(Permission::ReadCharging)?;
        let place = Place::Organisation(organisation);
        let sees = ctx.actor.may(Permission::ReadCharging, place)
            || !self.facilities_of_reach(&read, organisation).await?.is_empty();
        if !sees {
            return Err(AppError::NotFound);
        }
        let changes = ctx.actor.may(Permission::ManageTag, place)
            || !self.facilities_of_reach(&ctx.actor.reach(Permission::ManageTag), organisation).await?.is_empty();
        if !changes {
            return Err(AppError::Denied);
        }
        if let Some(id) = self.replayed(ctx).await? {
            return self.tag(ctx, id).await;
        }
        let id_tag = IdTag::parse(id_tag).map_err(|refusal| AppError::field("idTag", refusal.code()))?;
        let it = draft.check()?;
        self.check_holder(ctx, organisation, it.person_id).await?;
        let id: TagId = ctx.new_id();
        let mut tx = self.write().await?;
        tx.insert_tag(id, organisation, id_tag.as_str(), &it, ctx.at).await?;
        let event = Event::new(Action::TagAdded, Subject::Tag(id))
            .organisation(organisation)
            .after(&Facts { id_tag: id_tag.as_str(), draft: &it });
        tx.commit(ctx, [event]).await?;
        self.tag(ctx, id).await
    }

    /// Changes a tag that is still at that version.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Changed`] when somebody was faster.
    pub async fn change_tag(&self, ctx: &Ctx, id: TagId, row_version: i64, draft: TagDraft) -> Result<ListedTag> {
        let before = self.tag_for(ctx, id, Permission::ManageTag).await?.tag;
        let it = draft.check()?;
        if it.person_id != before.person_id {
            self.check_holder(ctx, before.organisation_id, it.person_id).await?;
        }
        let mut tx = self.write().await?;
        tx.update_tag(id, row_version, &it, ctx.at).await?;
        let event = Event::new(Action::TagChanged, Subject::Tag(id))
            .organisation(before.organisation_id)
            .before(&Facts { id_tag: &before.id_tag, draft: &TagDraft::from(&before) })
            .after(&Facts { id_tag: &before.id_tag, draft: &it });
        tx.commit(ctx, [event]).await?;
        self.read().await?.find_tag(id).await?.ok_or(AppError::NotFound)
    }

    /// Removes a tag; sessions keep what the reader read.
    ///
    /// # Errors
    /// [`AppError::Changed`] when somebody was faster.
    pub async fn remove_tag(&self, ctx: &Ctx, id: TagId, row_version: i64) -> Result<()> {
        let before = self.tag_for(ctx, id, Permission::ManageTag).await?.tag;
        let mut tx = self.write().await?;
        tx.delete_tag(id, row_version).await?;
        let event = Event::new(Action::TagRemoved, Subject::Tag(id))
            .organisation(before.organisation_id)
            .before(&Facts { id_tag: &before.id_tag, draft: &TagDraft::from(&before) });
        tx.commit(ctx, [event]).await
    }

    /// Stops unless whoever shall hold a tag is in the register of its organisation, and the actor may see them.
    pub(crate) async fn check_holder(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        holder: Option<PersonId>,
    ) -> Result<()> {
        let Some(id) = holder else { return Ok(()) };
        let unknown = || AppError::field("personId", "person.unknown");
        match self.person_for(ctx, id, Permission::ReadPerson).await {
            Ok((person, _)) if person.organisation_id == organisation && person.erased_at.is_none() => Ok(()),
            Ok(_) | Err(AppError::NotFound | AppError::Denied | AppError::Refused { .. }) => Err(unknown()),
            Err(error) => Err(error),
        }
    }
}
