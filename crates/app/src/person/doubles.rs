//! Two records of one person: pointing them out, and making one of them.

use super::{OpenPerson, required_reason};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
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
    /// What they share: `email`, `phone`.
    pub why: Vec<&'static str>,
}

impl App {
    /// Records of a register that may be one person.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the register is not the actor's to see.
    pub async fn likely_doubles(&self, ctx: &Ctx, organisation: OrganisationId) -> Result<Vec<Likely>> {
        ctx.may_see(Permission::MergePerson, Place::Organisation(organisation))?;
        let pairs = self.read().await?.likely_doubles(organisation, DOUBLES_LIMIT).await?;
        let mut likely = Vec::with_capacity(pairs.len());
        for (a, b) in pairs {
            let people = self.read().await?.people(&[a, b]).await?;
            let opened = self.open_all(Page { items: people, more: false }).await?.items;
            if let Ok(people) = <[OpenPerson; 2]>::try_from(opened) {
                let [one, other] = &people;
                let mut why = Vec::new();
                if one.person.draft.email.is_some() && one.person.draft.email == other.person.draft.email {
                    why.push("email");
                }
                if one.person.draft.phone.is_some() && one.person.draft.phone == other.person.draft.phone {
                    why.push("phone");
                }
                likely.push(Likely { people: people.map(OpenPerson::veiled), why });
            }
        }
        Ok(likely)
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
