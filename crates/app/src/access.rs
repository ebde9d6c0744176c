//! Who the caller is, what they may do, and the matrix that an auditor prints.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::mail_template::MailTexts;
use crate::sms::sms_is_on;
use stolpe_documents::notice_text::Letter;
use stolpe_domain::access::{Membership, Permission, Scope};
use stolpe_domain::channel::{Channel, sms_number};
use stolpe_domain::id::{LoginId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::person::PersonDraft;

/// The caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// How they signed in.
    pub login: LoginId,
    /// Who they are.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: Option<String>,
    /// Language of their interface and letters.
    pub language: Language,
    /// The password is still the one from the letter (PRE-06).
    pub must_change_password: bool,
    /// A second factor is on.
    pub totp: bool,
    /// Everything they may do somewhere.
    pub permissions: Vec<Permission>,
    /// Their roles, with the name of each scope.
    pub memberships: Vec<(Membership, Option<String>)>,
    /// Where all mail goes while it is tried out; told to those who work at the desk.
    pub mail_diverted_to: Option<String>,
    /// Whether SMS leave the house, so that they can be chosen.
    pub sms_is_on: bool,
}

impl App {
    /// Who the caller is.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when nobody is signed in.
    pub async fn me(&self, ctx: &Ctx) -> Result<Me> {
        let signed = ctx.signed()?;
        let mut conn = self.read().await?;
        let person = conn.find_person(signed.person).await?.ok_or(AppError::SignedOut)?;
        let login = conn.find_login(signed.login).await?.ok_or(AppError::SignedOut)?;
        let sms_is_on = sms_is_on(&mut conn).await?;
        drop(conn);
        let mut memberships = Vec::with_capacity(signed.memberships.len());
        for membership in &signed.memberships {
            memberships.push((membership.clone(), self.scope_name(membership.scope).await?));
        }
        let at_desk = !ctx.actor.reach(Permission::UseDesk).is_empty();
        let mail_diverted_to = if at_desk { self.test_address().await? } else { None };
        let permissions = Permission::ALL.iter().copied().filter(|p| !ctx.actor.reach(*p).is_empty()).collect();
        Ok(Me {
            login: signed.login,
            person: signed.person,
            name: person.name(),
            email: person.draft.email,
            language: person.draft.language,
            must_change_password: signed.must_change_password,
            totp: login.totp,
            permissions,
            memberships,
            mail_diverted_to,
            sms_is_on,
        })
    }

    /// What a scope is called.
    pub(crate) async fn scope_name(&self, scope: Scope) -> Result<Option<String>> {
        let mut conn = self.read().await?;
        Ok(match scope {
            Scope::Host | Scope::Own => None,
            Scope::Organisation(id) => conn.find_organisation(id).await?.map(|it| it.name),
            Scope::Facility { facility, .. } => conn.find_facility(facility).await?.map(|it| it.name),
            Scope::Department { department, .. } => conn.find_department(department).await?.map(|it| it.name),
        })
    }

    /// Changes the caller's own language and contact data; anything else stays as it is.
    ///
    /// Where links to choose a password go is changed with the password only, and the earlier address is told: a device
    /// that somebody left open must not become theirs for good.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault; [`AppError::Refused`] `password.initial` before a password is chosen.
    pub async fn change_me(
        &self,
        ctx: &Ctx,
        language: Option<Language>,
        email: Option<Option<String>>,
        phone: Option<Option<String>>,
        channel: Option<Option<Channel>>,
        password: Option<&str>,
    ) -> Result<Me> {
        // A key would keep a quick hash of a request that holds a password.
        let ctx = &Ctx { idempotency: None, ..ctx.clone() };
        let signed = ctx.signed()?;
        if signed.must_change_password && (email.is_some() || phone.is_some() || channel.is_some()) {
            return Err(AppError::refused("password.initial"));
        }
        let before = self.read().await?.find_person(signed.person).await?.ok_or(AppError::SignedOut)?;
        let draft = PersonDraft {
            language: language.unwrap_or(before.draft.language),
            email: email.unwrap_or_else(|| before.draft.email.clone()),
            phone: phone.unwrap_or_else(|| before.draft.phone.clone()),
            ..before.draft.clone()
        };
        let channel = match channel {
            Some(Some(Channel::Sms)) if !sms_is_on(&mut self.read().await?).await? => {
                return Err(AppError::field("channel", "channel.sms_off"));
            }
            Some(chosen) => chosen,
            // Whoever takes the number away to which SMS went gets mail again.
            None => draft.channel.filter(|channel| *channel != Channel::Sms || sms_number(&draft).is_some()),
        };
        let draft = PersonDraft { channel, ..draft };
        let version = before.row_version;
        let moves = draft.email != before.draft.email;
        if moves {
            let password = password.filter(|it| !it.is_empty()).ok_or(AppError::field("password", "required"))?;
            self.prove_password(ctx, "password", password).await?;
        }
        let told = moves.then(|| before.draft.email.clone()).flatten();
        let mut tx = self.write().await?;
        if let Some(address) = told {
            let texts = MailTexts::of(&mut tx, before.organisation_id).await?;
            let letter = Letter::AddressChanged { name: &before.name(), organisation: &texts.organisation };
            let text = texts.write(before.draft.language, &letter);
            self.post(&mut tx, ctx, &before, address, "address_changed", text).await?;
        }
        self.write_person(tx, ctx, before, version, draft).await?;
        self.me(ctx).await
    }

    /// The caller's own record, for the portal.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when nobody is signed in; [`AppError::Refused`] `password.initial` before a password is
    /// chosen.
    pub async fn my_person(&self, ctx: &Ctx) -> Result<crate::OpenPerson> {
        let signed = ctx.signed()?;
        if signed.must_change_password {
            return Err(AppError::refused("password.initial"));
        }
        let mut conn = self.read().await?;
        let person = conn.find_person(signed.person).await?.ok_or(AppError::SignedOut)?;
        let department = match person.draft.department_id {
            Some(id) => conn.find_department(id).await?,
            None => None,
        };
        Ok(crate::OpenPerson {
            tenancies: conn.tenancies_of(signed.person).await?,
            logins: conn.logins_of(&[signed.person]).await?,
            department,
            person,
        })
    }

    /// Facilities that concern the caller as a resident, with whom to turn to.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when nobody is signed in; [`AppError::Refused`] `password.initial` before a password is
    /// chosen.
    pub async fn my_facilities(&self, ctx: &Ctx) -> Result<Vec<stolpe_domain::facility::Facility>> {
        let signed = ctx.signed()?;
        if signed.must_change_password {
            return Err(AppError::refused("password.initial"));
        }
        let mut conn = self.read().await?;
        let mut facilities = Vec::new();
        for id in conn.facilities_of(signed.person).await? {
            facilities.extend(conn.find_facility(id).await?);
        }
        Ok(facilities)
    }
}
