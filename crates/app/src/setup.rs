//! First run: the owner, the organisation, the first facility, and the key that guards secrets.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::sign_in::Entered;
use crate::sorting::Sorter;
use serde::{Deserialize, Serialize};
use stolpe_domain::access::{Membership, Role, Scope};
use stolpe_domain::email::Email;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::FacilityDraft;
use stolpe_domain::faults::Faults;
use stolpe_domain::id::{FacilityId, LoginId, OrganisationId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::organisation::OrganisationDraft;
use stolpe_domain::person::{PersonDraft, search_terms};
use stolpe_store::Engine;
use zeroize::Zeroizing;

/// Who the first owner is.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OwnerDraft {
    /// First names.
    pub given_name: String,
    /// Surnames.
    pub family_name: String,
    /// Signs in with it.
    pub email: String,
    /// Chosen password.
    pub password: String,
    /// Language of the interface and of letters.
    pub language: Language,
}

impl std::fmt::Debug for OwnerDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnerDraft").field("email", &self.email).finish_non_exhaustive()
    }
}

/// Everything that the first run asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetupDraft {
    /// Who the first owner is.
    pub owner: OwnerDraft,
    /// The property owner, employer, marina or permit issuer.
    pub organisation: OrganisationDraft,
    /// The first place; may be added later.
    pub facility: Option<FacilityDraft>,
}

/// What the first run gives back, once.
pub struct SetupDone {
    /// The owner, signed in.
    pub entered: Entered,
    /// Opens the vault when the master key is lost; to be printed.
    pub recovery_code: Zeroizing<String>,
}

impl std::fmt::Debug for SetupDone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetupDone").field("entered", &self.entered).finish_non_exhaustive()
    }
}

/// What anybody may know of the installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemState {
    /// Where the data is.
    pub engine: Engine,
    /// The first run is over.
    pub ready: bool,
    /// Secrets can be read.
    pub vault_open: bool,
    /// A training organisation exists.
    pub training: bool,
}

impl App {
    /// What anybody may know of the installation.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached.
    pub async fn system(&self) -> Result<SystemState> {
        let mut conn = self.read().await?;
        let ready = conn.find_vault().await?.is_some();
        let training = conn.list_organisations().await?.iter().any(|organisation| organisation.training);
        Ok(SystemState { engine: self.db.engine(), ready, vault_open: self.vault.is_open() || !ready, training })
    }

    /// Makes the first owner, organisation and facility, all or none; only while there is no owner.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with the faults of all three parts; [`AppError::Conflict`] `setup.done` afterwards.
    pub async fn set_up(&self, ctx: &Ctx, draft: SetupDraft, device: &str) -> Result<SetupDone> {
        if self.read().await?.find_vault().await?.is_some() {
            return Err(AppError::Conflict("setup.done"));
        }
        let checked = self.check_setup(ctx, draft).await?;
        let (organisation_id, person_id, login_id): (OrganisationId, PersonId, LoginId) =
            (ctx.new_id(), ctx.new_id(), ctx.new_id());
        let hash = self.hash_password(checked.password).await?;

        let (keys, recovery_code) = self.vault.create()?;
        let mut tx = self.write().await?;
        tx.insert_vault(&keys.wrapped, ctx.at).await?;
        self.vault.keep(&keys).await?;
        tx.insert_organisation(organisation_id, &checked.organisation, false, ctx.at).await?;
        let mut events = vec![
            Event::new(Action::HostSetUp, Subject::Host).organisation(organisation_id),
            Event::new(Action::OrganisationAdded, Subject::Organisation(organisation_id))
                .organisation(organisation_id)
                .after(&tx.find_organisation(organisation_id).await?),
        ];
        let person = &checked.owner;
        let key = Sorter::new(checked.organisation.country).person_key(&person.given_name, &person.family_name);
        tx.insert_person(person_id, organisation_id, person, &key, None, ctx.at).await?;
        tx.put_search_terms(organisation_id, "person", person_id.uuid(), &search_terms(person)).await?;
        if let Some(facility) = &checked.facility {
            let id: FacilityId = ctx.new_id();
            tx.insert_facility(id, organisation_id, facility, ctx.at).await?;
            events.push(
                Event::new(Action::FacilityAdded, Subject::Facility(id))
                    .organisation(organisation_id)
                    .facility(id)
                    .after(facility),
            );
        }
        let email = person.email.clone().unwrap_or_default();
        tx.insert_login(login_id, person_id, None, &email, ctx.at).await?;
        tx.set_password(login_id, &hash, false, ctx.at).await?;
        let membership = Membership { id: ctx.new_id(), role: Role::Owner, scope: Scope::Host };
        tx.insert_membership(&membership, login_id, ctx.at).await?;
        events.push(
            Event::new(Action::PersonAdded, Subject::Person(person_id)).organisation(organisation_id).after(person),
        );
        tx.commit(ctx, events).await?;
        self.vault.adopt(keys);
        let entered = self.enter(ctx, login_id, device).await?;
        Ok(SetupDone { entered, recovery_code })
    }

    async fn check_setup(&self, ctx: &Ctx, draft: SetupDraft) -> Result<CheckedSetup> {
        let mut faults = Faults::default();
        let mut nest = |prefix: &str, inner: Faults| {
            for (field, code) in inner.0 {
                faults.add(&format!("{prefix}.{field}"), code);
            }
        };
        let country = draft.organisation.country;
        let owner = PersonDraft {
            given_name: draft.owner.given_name,
            family_name: draft.owner.family_name,
            email: Some(draft.owner.email.clone()),
            phone: None,
            language: draft.owner.language,
            street: None,
            postal_code: None,
            city: None,
            protected_identity: false,
            note: None,
            department_id: None,
            staff_number: None,
            payer: None,
            channel: None,
            personal_number: None,
        };
        let owner = owner.check(country, ctx.today()).map_err(|inner| nest("owner", inner)).ok();
        if let Err(error) = Email::parse(&draft.owner.email) {
            nest("owner", Faults::one("email", error.code()));
        }
        if let Err(inner) = self.check_password(&draft.owner.password, &draft.owner.email, "password").await? {
            nest("owner", inner);
        }
        let organisation = draft.organisation.check().map_err(|inner| nest("organisation", inner)).ok();
        let facility = draft.facility.map(FacilityDraft::check).transpose();
        let facility = facility.map_err(|inner| nest("facility", inner)).ok();
        match (owner, organisation, facility) {
            (Some(owner), Some(organisation), Some(facility)) if faults.is_empty() => {
                Ok(CheckedSetup { owner: owner.draft, password: draft.owner.password, organisation, facility })
            }
            _ => Err(faults.into()),
        }
    }
}

struct CheckedSetup {
    owner: PersonDraft,
    password: String,
    organisation: stolpe_domain::organisation::OrganisationParticulars,
    facility: Option<FacilityDraft>,
}
