//! Two records of one person: pointing them out, and making one of them.

use super::{OpenPerson, required_reason};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::ledger::hand_over_prepaid;
use crate::sorting::Sorter;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{OrganisationId, PersonId};
use stolpe_domain::person::{PersonDraft, search_terms};
use stolpe_store::page::Page;

/// Pairs of likely doubles that are shown at a time.
const DOUBLES_LIMIT: i64 = 50;

/// Records that may be one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likely {
    /// The two records.
    pub people: [OpenPerson; 2],
    /// What they share: `name`, `email`, `phone`, `unit`.
    pub why: Vec<&'static str>,
}

impl App {
    /// Records of a register that may be one person, or, when `apart`, those of which somebody has said that they are not.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the register is not the actor's to see.
    pub async fn likely_doubles(&self, ctx: &Ctx, organisation: OrganisationId, apart: bool) -> Result<Vec<Likely>> {
        ctx.may_see(Permission::MergePerson, Place::Organisation(organisation))?;
        let mut conn = self.read().await?;
        let pairs = if apart {
            conn.people_apart(organisation, DOUBLES_LIMIT).await?
        } else {
            conn.likely_doubles(organisation, DOUBLES_LIMIT).await?
        };
        drop(conn);
        let mut likely = Vec::with_capacity(pairs.len());
        for (a, b) in pairs {
            let people = self.read().await?.people(&[a, b]).await?;
            let opened = self.open_all(Page { items: people, more: false }).await?.items;
            if let Ok(people) = <[OpenPerson; 2]>::try_from(opened) {
                let [one, other] = &people;
                let mut why = Vec::new();
                if one.person.name().to_lowercase() == other.person.name().to_lowercase() {
                    why.push("name");
                }
                if one.person.draft.email.is_some() && one.person.draft.email == other.person.draft.email {
                    why.push("email");
                }
                if one.person.draft.phone.is_some() && one.person.draft.phone == other.person.draft.phone {
                    why.push("phone");
                }
                let unit = |of: &OpenPerson| of.tenancies.iter().map(|it| it.tenancy.unit_id).collect::<Vec<_>>();
                if unit(one).iter().any(|id| unit(other).contains(id)) {
                    why.push("unit");
                }
                likely.push(Likely { people: people.map(OpenPerson::veiled), why });
            }
        }
        Ok(likely)
    }

    /// Notes that two records are two people: they are not offered as doubles again.
    ///
    /// # Errors
    /// [`AppError::Refused`] `person.not_mergeable` for two registers or one record.
    pub async fn tell_apart(&self, ctx: &Ctx, one: PersonId, other: PersonId) -> Result<()> {
        let (organisation, by) = (self.register_of_both(ctx, one, other).await?, ctx.signed()?.login);
        let mut tx = self.write().await?;
        if !tx.tell_apart(organisation, (one, other), by, ctx.at).await? {
            return Ok(());
        }
        tx.commit(ctx, of_both(Action::PersonToldApart, organisation, one, other)).await
    }

    /// Takes it back that two records are two people: they may be offered again.
    ///
    /// # Errors
    /// As [`App::tell_apart`].
    pub async fn undo_tell_apart(&self, ctx: &Ctx, one: PersonId, other: PersonId) -> Result<()> {
        let organisation = self.register_of_both(ctx, one, other).await?;
        let mut tx = self.write().await?;
        if !tx.undo_tell_apart(one, other).await? {
            return Ok(());
        }
        tx.commit(ctx, of_both(Action::PersonToldApartUndone, organisation, one, other)).await
    }

    /// The register that two records stand in.
    async fn register_of_both(&self, ctx: &Ctx, one: PersonId, other: PersonId) -> Result<OrganisationId> {
        let (first, _) = self.person_for(ctx, one, Permission::MergePerson).await?;
        let (second, _) = self.person_for(ctx, other, Permission::MergePerson).await?;
        if one == other || first.organisation_id != second.organisation_id {
            return Err(AppError::refused("person.not_mergeable"));
        }
        Ok(first.organisation_id)
    }

    /// Makes one record of two: everything of `from` moves to `into`, which stays.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a reason, [`AppError::Refused`] for two registers or one record, and for somebody
    /// at the desk whom the actor does not manage.
    pub async fn merge_people(&self, ctx: &Ctx, into: PersonId, from: PersonId, reason: &str) -> Result<OpenPerson> {
        let (kept, _) = self.person_for(ctx, into, Permission::MergePerson).await?;
        if self.done_before(ctx).await? {
            return self.person(ctx, into).await;
        }
        let (closed, _) = self.person_for(ctx, from, Permission::MergePerson).await?;
        self.may_change_record(ctx, into).await?;
        self.may_change_record(ctx, from).await?;
        let reason = required_reason(reason)?;
        if into == from || kept.organisation_id != closed.organisation_id {
            return Err(AppError::refused("person.not_mergeable"));
        }
        if kept.merged_into.is_some() || closed.merged_into.is_some() {
            return Err(AppError::refused("person.merged"));
        }
        if kept.personal_number.is_some() && closed.personal_number.is_some() {
            return Err(AppError::refused("person.two_personal_numbers"));
        }
        let mut tx = self.write().await?;
        if closed.personal_number.is_some() {
            tx.take_personal_number(from, into).await?;
        }
        tx.merge_person(from, closed.row_version, into).await?;
        hand_over_prepaid(&mut tx, ctx, kept.organisation_id, (from, into)).await?;
        // What the kept record lacks is taken over, so that no contact is lost.
        let (have, other) = (kept.draft.clone(), &closed.draft);
        let filled = PersonDraft {
            email: have.email.clone().or_else(|| other.email.clone()),
            phone: have.phone.clone().or_else(|| other.phone.clone()),
            street: have.street.clone().or_else(|| other.street.clone()),
            postal_code: have.postal_code.clone().or_else(|| other.postal_code.clone()),
            city: have.city.clone().or_else(|| other.city.clone()),
            note: have.note.clone().or_else(|| other.note.clone()),
            department_id: have.department_id.or(other.department_id),
            staff_number: have.staff_number.clone().or_else(|| other.staff_number.clone()),
            payer: have.payer.clone().or_else(|| other.payer.clone()),
            channel: have.channel.or(other.channel),
            protected_identity: have.protected_identity || other.protected_identity,
            ..have
        };
        let owner = tx.find_organisation(kept.organisation_id).await?.ok_or(AppError::NotFound)?;
        let key = Sorter::new(owner.country).person_key(&filled.given_name, &filled.family_name);
        tx.update_person(into, kept.row_version, &filled, &key).await?;
        tx.put_search_terms(kept.organisation_id, "person", into.uuid(), &search_terms(&filled)).await?;
        let event = |subject, before: &PersonDraft| {
            Event::new(Action::PersonMerged, Subject::Person(subject))
                .organisation(kept.organisation_id)
                .because(reason)
                .before(before)
                .after(&filled)
        };
        tx.commit(ctx, [event(into, &kept.draft), event(from, &closed.draft)]).await?;
        self.person(ctx, into).await
    }
}

/// A fact about two records, for the timeline of each.
fn of_both(action: Action, organisation: OrganisationId, one: PersonId, other: PersonId) -> [Event; 2] {
    [(one, other), (other, one)].map(|(subject, other)| {
        Event::new(action, Subject::Person(subject))
            .organisation(organisation)
            .after(&serde_json::json!({ "otherId": other }))
    })
}
