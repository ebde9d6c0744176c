//! The register of people.

mod doubles;
mod erasure;

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::sorting::Sorter;
use crate::vault::Purpose;
use crate::work::Tx;
pub use doubles::Likely;
pub use erasure::ErasureRow;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{DepartmentId, FacilityId, OrganisationId, PersonId};
use stolpe_domain::login::Login;
use stolpe_domain::organisation::Department;
use stolpe_domain::person::{
    MaskedPersonalNumber, Person, PersonDraft, PersonalNumberChange, VEIL, query_terms, search_terms,
};
use stolpe_domain::personal_number::PersonalNumber;
use stolpe_store::audit::{AuditEntry, AuditFilter};
use stolpe_store::page::{Order, Page, Stretch, Total};
use stolpe_store::person::{ListedPerson, PeopleFilter, PersonKey, Register, SealedPersonalNumber};
use stolpe_store::tenancy::PlacedTenancy;
use zeroize::Zeroizing;

/// People that a search shows at most; who needs more types another letter.
const SEARCH_LIMIT: i64 = 100;
/// Rows of a timeline.
const TIMELINE_LIMIT: i64 = 200;

/// A person with everything that hangs on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPerson {
    /// The person.
    pub person: Person,
    /// Where they live and lived.
    pub tenancies: Vec<PlacedTenancy>,
    /// How they sign in.
    pub logins: Vec<Login>,
    /// Where they are employed.
    pub department: Option<Department>,
}

impl OpenPerson {
    /// The person as lists show them: of somebody with protected identity neither contact data nor where they live. The
    /// username goes, too: it is often the code of the unit.
    pub(crate) fn veiled(mut self) -> Self {
        if self.person.draft.protected_identity {
            self.person.draft = self.person.draft.veiled();
            self.person.personal_number = None;
            self.tenancies.clear();
            for login in &mut self.logins {
                VEIL.clone_into(&mut login.username);
            }
        }
        self
    }
}

/// Several people as lists show them.
fn veiled(people: Page<OpenPerson>) -> Page<OpenPerson> {
    Page { more: people.more, items: people.items.into_iter().map(OpenPerson::veiled).collect() }
}

impl App {
    /// The people of a register by name, or those that a query finds.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the register is not the actor's to see.
    pub async fn list_people(
        &self,
        ctx: &Ctx,
        register: Register,
        mut filter: PeopleFilter,
        query: &str,
        Stretch { backwards, after, limit }: Stretch<'_, PersonKey>,
    ) -> Result<(Page<OpenPerson>, Option<PersonKey>, Option<Total>)> {
        let organisation = self.register_for(ctx, register, Permission::ReadPerson).await?;
        filter.today = ctx.today();
        let terms = query_terms(query);
        if !terms.is_empty() {
            let mut found = self.find_people(register, &filter, organisation, &terms).await?;
            if backwards {
                found.items.reverse();
            }
            let count = i64::try_from(found.items.len()).unwrap_or(i64::MAX);
            let total = Total { count, exact: !found.more };
            return Ok((veiled(self.open_all(found).await?), None, Some(total)));
        }
        let mut conn = self.read().await?;
        let page = if backwards {
            conn.list_people_backwards(register, &filter, after, limit).await?
        } else {
            conn.list_people(register, &filter, after, limit).await?
        };
        let next = page.items.last().filter(|_| page.more).map(|last| last.key.clone());
        let total = if after.is_none() { Some(page.total(conn.count_people(register, &filter)).await?) } else { None };
        drop(conn);
        let people =
            Page { more: page.more, items: page.items.into_iter().map(|it: ListedPerson| it.person).collect() };
        Ok((veiled(self.open_all(people).await?), next, total))
    }

    /// Stops unless the actor may do this in the register; answers whose it is.
    pub(crate) async fn register_for(
        &self,
        ctx: &Ctx,
        register: Register,
        permission: Permission,
    ) -> Result<OrganisationId> {
        match register {
            Register::Organisation(id) => {
                ctx.may_see(permission, Place::Organisation(id))?;
                Ok(id)
            }
            Register::Facility(id) => {
                ctx.reach(permission)?;
                let facility = self.read().await?.find_facility(id).await?.ok_or(AppError::NotFound)?;
                ctx.may_see(permission, Place::Facility(facility.organisation_id, id))?;
                Ok(facility.organisation_id)
            }
            Register::Department(id) => {
                ctx.reach(permission)?;
                let department = self.read().await?.find_department(id).await?.ok_or(AppError::NotFound)?;
                ctx.may_see(permission, Place::Department(department.organisation_id, id))?;
                Ok(department.organisation_id)
            }
        }
    }

    /// Stops unless the department that a person shall be employed in is one of their register's organisation.
    async fn check_department(&self, organisation: OrganisationId, id: Option<DepartmentId>) -> Result<()> {
        let Some(id) = id else { return Ok(()) };
        match self.read().await?.find_department(id).await? {
            Some(department) if department.organisation_id == organisation => Ok(()),
            _ => Err(AppError::field("departmentId", "department.unknown")),
        }
    }

    async fn find_people(
        &self,
        register: Register,
        filter: &PeopleFilter,
        organisation: OrganisationId,
        terms: &[String],
    ) -> Result<Page<Person>> {
        let mut conn = self.read().await?;
        let hits = conn.search(organisation, terms, SEARCH_LIMIT + 1).await?;
        let more = i64::try_from(hits.len()).is_ok_and(|n| n > SEARCH_LIMIT);
        let mut ids: Vec<PersonId> = Vec::new();
        for hit in hits {
            match hit.kind.as_str() {
                "person" => ids.push(PersonId(hit.id)),
                // A unit's code finds the people who live there, but nobody with protected identity.
                "unit" => {
                    let mut living = conn.people_of_unit(hit.id.into()).await?;
                    let protected = conn.protected_of(&living).await?;
                    living.retain(|person| !protected.contains(person));
                    ids.extend(living);
                }
                _ => {}
            }
        }
        Ok(Page { items: conn.people_among(register, filter, &ids).await?, more })
    }

    /// A page of a register for a file, with where it goes on.
    pub(crate) async fn people_page(
        &self,
        register: Register,
        filter: &PeopleFilter,
        after: Option<&PersonKey>,
        limit: i64,
    ) -> Result<(Vec<OpenPerson>, Option<PersonKey>)> {
        let page = self.read().await?.list_people(register, filter, after, limit).await?;
        let next = page.items.last().filter(|_| page.more).map(|last| last.key.clone());
        let people = Page { more: page.more, items: page.items.into_iter().map(|it| it.person).collect() };
        Ok((self.open_all(people).await?.items, next))
    }

    /// What a query finds, for a file.
    pub(crate) async fn found_people(
        &self,
        register: Register,
        filter: &PeopleFilter,
        query: &str,
    ) -> Result<Vec<OpenPerson>> {
        let organisation = match register {
            Register::Organisation(id) => id,
            Register::Facility(id) => {
                self.read().await?.find_facility(id).await?.ok_or(AppError::NotFound)?.organisation_id
            }
            Register::Department(id) => {
                self.read().await?.find_department(id).await?.ok_or(AppError::NotFound)?.organisation_id
            }
        };
        let found = self.find_people(register, filter, organisation, &query_terms(query)).await?;
        Ok(self.open_all(found).await?.items)
    }

    async fn open_all(&self, page: Page<Person>) -> Result<Page<OpenPerson>> {
        let mut conn = self.read().await?;
        let ids: Vec<PersonId> = page.items.iter().map(|person| person.id).collect();
        let mut logins = conn.logins_of(&ids).await?;
        let mut tenancies = conn.tenancies_of_all(&ids).await?;
        let mut employers: Vec<DepartmentId> = page.items.iter().filter_map(|it| it.draft.department_id).collect();
        employers.sort_unstable();
        employers.dedup();
        let departments = if employers.is_empty() { Vec::new() } else { conn.departments(&employers).await? };
        let items = page
            .items
            .into_iter()
            .map(|person| OpenPerson {
                tenancies: tenancies.extract_if(.., |it| it.tenancy.person_id == person.id).collect(),
                logins: logins.extract_if(.., |it| it.person_id == person.id).collect(),
                department: departments.iter().find(|it| Some(it.id) == person.draft.department_id).cloned(),
                person,
            })
            .collect();
        Ok(Page { items, more: page.more })
    }

    /// One person, for somebody who may do this to them.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see them, [`AppError::Denied`] for those who may but not do this.
    pub(crate) async fn person_for(
        &self,
        ctx: &Ctx,
        id: PersonId,
        permission: Permission,
    ) -> Result<(Person, Vec<FacilityId>)> {
        ctx.reach(Permission::ReadPerson).map_err(|error| match error {
            AppError::Denied => AppError::NotFound,
            other => other,
        })?;
        let mut conn = self.read().await?;
        let person = conn.find_person(id).await?.ok_or(AppError::NotFound)?;
        let facilities = conn.facilities_of(id).await?;
        let place = Place::Person(person.organisation_id, id, &facilities, person.draft.department_id);
        ctx.may_see(Permission::ReadPerson, place)?;
        ctx.may(permission, place)?;
        // A record that was merged is no person any more; only another merge says more of it.
        if person.merged_into.is_some() && permission != Permission::MergePerson {
            return Err(AppError::refused("person.merged"));
        }
        if person.erased_at.is_some() && permission != Permission::ReadPerson {
            return Err(AppError::refused("person.erased"));
        }
        Ok((person, facilities))
    }

    /// One person; reading somebody with protected identity is noted.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see them, too.
    pub async fn person(&self, ctx: &Ctx, id: PersonId) -> Result<OpenPerson> {
        let (person, _) = self.person_for(ctx, id, Permission::ReadPerson).await?;
        self.note_protected(ctx, std::slice::from_ref(&person)).await?;
        let mut opened = self.open_all(Page { items: vec![person], more: false }).await?;
        opened.items.pop().ok_or(AppError::NotFound)
    }

    /// Notes that somebody looked at those of these people who have protected identity; before they are shown.
    pub(crate) async fn note_protected(&self, ctx: &Ctx, people: &[Person]) -> Result<()> {
        let read = people.iter().filter(|person| person.draft.protected_identity).map(|person| {
            Event::new(Action::ProtectedPersonRead, Subject::Person(person.id)).organisation(person.organisation_id)
        });
        let events: Vec<Event> = read.collect();
        if events.is_empty() {
            return Ok(());
        }
        self.write().await?.commit(&Ctx { idempotency: None, ..ctx.clone() }, events).await
    }

    /// Adds a person to an organisation's register, and to a facility if one is named.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Conflict`] `person.personal_number_taken`.
    pub async fn add_person(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        facility: Option<FacilityId>,
        draft: PersonDraft,
    ) -> Result<OpenPerson> {
        let place = match facility {
            Some(facility) => {
                let it = self.facility_for(ctx, facility, Permission::ChangePerson).await?;
                if it.organisation_id != organisation {
                    return Err(AppError::NotFound);
                }
                Place::Facility(organisation, facility)
            }
            None => Place::Organisation(organisation),
        };
        ctx.may_see(Permission::ChangePerson, place)?;
        if let Some(id) = self.replayed(ctx).await? {
            return self.person(ctx, id).await;
        }
        let owner = self.read().await?.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
        let checked = draft.check(owner.country, ctx.today())?;
        self.check_department(organisation, checked.draft.department_id).await?;
        let id: PersonId = ctx.new_id();
        let key = Sorter::new(owner.country).person_key(&checked.draft.given_name, &checked.draft.family_name);
        let number = match &checked.personal_number {
            PersonalNumberChange::Set(number) => Some(self.seal_personal_number(number)?),
            PersonalNumberChange::Keep | PersonalNumberChange::Clear => None,
        };
        let mut tx = self.write().await?;
        tx.insert_person(id, organisation, &checked.draft, &key, number.as_ref(), ctx.at).await?;
        if let Some(facility) = facility {
            tx.link_person(id, facility).await?;
        }
        tx.put_search_terms(organisation, "person", id.uuid(), &search_terms(&checked.draft)).await?;
        let mut event =
            Event::new(Action::PersonAdded, Subject::Person(id)).organisation(organisation).after(&checked.draft);
        event.facility = facility;
        tx.commit(ctx, [event]).await?;
        self.person(ctx, id).await
    }

    /// Changes a person who is still at that version.
    ///
    /// # Errors
    /// [`AppError::Changed`] when somebody was faster, [`AppError::Invalid`] with every fault, [`AppError::Refused`]
    /// `person.works_here` for somebody at the desk whom the actor does not manage.
    pub async fn change_person(
        &self,
        ctx: &Ctx,
        id: PersonId,
        row_version: i64,
        draft: PersonDraft,
    ) -> Result<OpenPerson> {
        let (before, _) = self.person_for(ctx, id, Permission::ChangePerson).await?;
        self.may_change_record(ctx, id).await?;
        self.write_person(self.write().await?, ctx, before, row_version, draft).await?;
        self.person(ctx, id).await
    }

    /// Writes a changed record in this transaction, with whatever else was put into it, and commits.
    pub(crate) async fn write_person(
        &self,
        mut tx: Tx<'_>,
        ctx: &Ctx,
        before: Person,
        row_version: i64,
        draft: PersonDraft,
    ) -> Result<()> {
        let id = before.id;
        let owner = self.read().await?.find_organisation(before.organisation_id).await?.ok_or(AppError::NotFound)?;
        let checked = draft.check(owner.country, ctx.today())?;
        self.check_department(before.organisation_id, checked.draft.department_id).await?;
        let key = Sorter::new(owner.country).person_key(&checked.draft.given_name, &checked.draft.family_name);
        tx.update_person(id, row_version, &checked.draft, &key).await?;
        match &checked.personal_number {
            PersonalNumberChange::Keep => {}
            PersonalNumberChange::Clear => tx.set_personal_number(id, None).await?,
            PersonalNumberChange::Set(number) => {
                let sealed = self.seal_personal_number(number)?;
                tx.set_personal_number(id, Some(&sealed)).await?;
            }
        }
        if checked.draft.email != before.draft.email {
            // A link that lies in the earlier mailbox opens nothing any more.
            for login in tx.logins_of(&[id]).await?.iter().filter(|login| login.facility_id.is_some()) {
                tx.end_one_time(login.id, ctx.at).await?;
            }
        }
        tx.put_search_terms(before.organisation_id, "person", id.uuid(), &search_terms(&checked.draft)).await?;
        let event = Event::new(Action::PersonChanged, Subject::Person(id))
            .organisation(before.organisation_id)
            .before(&before.draft)
            .after(&checked.draft);
        tx.commit(ctx, [event]).await
    }

    /// Seals a personal number and makes what may be shown and compared of it.
    pub(crate) fn seal_personal_number(&self, number: &PersonalNumber) -> Result<SealedPersonalNumber> {
        let canonical = number.canonical().as_bytes();
        Ok(SealedPersonalNumber {
            shown: MaskedPersonalNumber { country: number.country(), masked: number.masked() },
            sealed: self.vault.seal(Purpose::PersonalNumber, canonical)?,
            digest: self.vault.digest(Purpose::PersonalNumber, canonical)?,
        })
    }

    /// The personal number in clear; who saw it and why is written down first.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a reason, [`AppError::NotFound`] when there is none.
    pub async fn reveal_personal_number(&self, ctx: &Ctx, id: PersonId, reason: &str) -> Result<Zeroizing<String>> {
        let (person, _) = self.person_for(ctx, id, Permission::RevealPersonalNumber).await?;
        let reason = required_reason(reason)?;
        let sealed = self.read().await?.sealed_personal_number(id).await?.ok_or(AppError::NotFound)?;
        let opened = self.vault.open(Purpose::PersonalNumber, &sealed)?;
        let canonical = std::str::from_utf8(&opened).map_err(AppError::internal)?;
        let number = PersonalNumber::from_canonical(canonical, ctx.today()).map_err(AppError::internal)?;
        let event = Event::new(Action::PersonalNumberRevealed, Subject::Person(id))
            .organisation(person.organisation_id)
            .because(reason);
        self.note_read(ctx, event).await?;
        Ok(number.revealed(ctx.today()))
    }

    /// What happened to a person, the latest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see them, too.
    pub async fn person_timeline(&self, ctx: &Ctx, id: PersonId) -> Result<Vec<AuditEntry>> {
        let (person, _) = self.person_for(ctx, id, Permission::ReadPerson).await?;
        // The rows say what the data was before and after.
        self.note_protected(ctx, std::slice::from_ref(&person)).await?;
        let mut conn = self.read().await?;
        let mut subjects = vec![id.uuid()];
        subjects.extend(conn.merged_into(id).await?.iter().map(|id| id.uuid()));
        subjects.extend(conn.logins_of(&[id]).await?.iter().map(|login| login.id.uuid()));
        subjects.extend(conn.tenancies_of_all(&[id]).await?.iter().map(|it| it.tenancy.id.uuid()));
        let mut entries = Vec::new();
        for subject in subjects {
            let filter = AuditFilter { subject: Some(subject), ..AuditFilter::default() };
            entries.extend(conn.list_audit(&filter, Order::Newest, None, TIMELINE_LIMIT).await?.items);
        }
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.row.seq));
        Ok(entries)
    }
}

/// A reason in words.
///
/// # Errors
/// [`AppError::Invalid`] when it is empty.
pub(crate) fn required_reason(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    if reason.is_empty() { Err(AppError::field("reason", "required")) } else { Ok(reason) }
}
