//! Sign-in letters: a fresh initial password for each login, and one file to print (PRE-05, PRE-06).
//!
//! A password exists in the clear only while the run holds it and inside the sealed file. It comes into force together
//! with that file or not at all, so no resident is locked out by a run that broke off.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::job::{Outcome, Progress};
use crate::random;
use chrono::NaiveDate;
use futures::{StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::num::NonZero;
use stolpe_documents::sign_in_letter::{AddressWindow, ContactBlock, LetterRun, SignInLetter, sign_in_letters};
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{FacilityId, LoginId};
use stolpe_domain::language::Language;
use stolpe_domain::login::Login;
use stolpe_domain::password::initial_password;
use stolpe_domain::person::full_name;
use stolpe_domain::phone::Phone;
use stolpe_store::job::Job;
use stolpe_store::letter::{LetterLogin, LetterView};
use stolpe_store::login::Giver;
use zeroize::Zeroizing;

/// Letters of one run at most: what one person carries, and what is hashed in a few minutes.
const MOST: usize = 5_000;

/// Who gets a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LetterChoice {
    /// These logins, of one facility.
    Logins(Vec<LoginId>),
    /// The logins of a facility that a view names.
    Facility(FacilityId, LetterView),
}

/// The order of the pile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LetterOrder {
    /// As one walks from door to door.
    #[default]
    Walking,
    /// By name.
    Name,
}

/// A login that got no letter, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Skipped {
    login_id: LoginId,
    code: &'static str,
}

impl App {
    /// Starts a run of letters; the passwords of those who get one are replaced when the file is complete.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a facility that is not the actor's to see; [`AppError::Denied`] without the permission;
    /// [`AppError::Refused`] `letter.nobody` or `letter.too_many`; [`AppError::Invalid`] `letter.several_facilities`.
    pub async fn make_letters(&self, ctx: &Ctx, choice: LetterChoice, order: LetterOrder) -> Result<Job> {
        let (facility, mut logins, skipped) = self.letter_logins(ctx, choice).await?;
        if let Some(id) = self.replayed(ctx).await? {
            return self.job(ctx, id).await;
        }
        if logins.is_empty() {
            return Err(AppError::refused("letter.nobody"));
        }
        if logins.len() > MOST {
            return Err(AppError::Refused { code: "letter.too_many", params: json!({ "most": MOST }) });
        }
        match order {
            LetterOrder::Walking => logins.sort_by(|a, b| {
                let last = |it: &LetterLogin| (it.walking_key.is_none(), it.walking_key.clone(), it.sort_key.clone());
                last(a).cmp(&last(b)).then(a.id.cmp(&b.id))
            }),
            LetterOrder::Name => logins.sort_by(|a, b| a.sort_key.cmp(&b.sort_key).then(a.id.cmp(&b.id))),
        }
        let run = self.letter_run(ctx, &facility).await?;
        let total = logins.len();
        let about = (Some(facility.organisation_id), Subject::Facility(facility.id));
        self.start_job(ctx, "letters", about, total, |app, ctx, progress| async move {
            app.print_letters(&ctx, &progress, &facility, run, logins, skipped).await
        })
        .await
    }

    /// The facility, its logins that get a letter, and those that do not.
    async fn letter_logins(
        &self,
        ctx: &Ctx,
        choice: LetterChoice,
    ) -> Result<(Facility, Vec<LetterLogin>, Vec<Skipped>)> {
        ctx.reach(Permission::IssueLetter)?;
        let (id, found, mut skipped) = match choice {
            LetterChoice::Facility(id, view) => {
                self.facility_for(ctx, id, Permission::IssueLetter).await?;
                let limit = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
                (id, self.read().await?.letter_logins(id, view, ctx.today(), limit).await?, Vec::new())
            }
            LetterChoice::Logins(ids) => {
                if ids.len() > MOST {
                    return Err(AppError::Refused { code: "letter.too_many", params: json!({ "most": MOST }) });
                }
                let found = self.read().await?.letter_logins_with(&ids, ctx.today()).await?;
                let places: BTreeSet<FacilityId> = found.iter().filter_map(|it| it.facility).collect();
                let id = match places.len() {
                    0 => return Err(AppError::NotFound),
                    1 => places.first().copied().ok_or(AppError::NotFound)?,
                    _ => return Err(AppError::field("loginIds", "letter.several_facilities")),
                };
                let missing = ids.into_iter().filter(|id| found.iter().all(|it| it.id != *id));
                let skipped = missing.map(|login_id| Skipped { login_id, code: "not_found" }).collect();
                (id, found, skipped)
            }
        };
        let facility = self.facility_for(ctx, id, Permission::IssueLetter).await?;
        let mut logins = Vec::with_capacity(found.len());
        for login in found {
            if login.facility.is_none() {
                // Who works at the desk is invited by mail.
                skipped.push(Skipped { login_id: login.id, code: "login.staff" });
            } else if login.blocked {
                skipped.push(Skipped { login_id: login.id, code: "login.blocked" });
            } else {
                logins.push(login);
            }
        }
        Ok((facility, logins, skipped))
    }

    /// What all letters of one print share.
    async fn letter_run(&self, ctx: &Ctx, facility: &Facility) -> Result<LetterRun> {
        let owner = self.read().await?.find_organisation(facility.organisation_id).await?.ok_or(AppError::NotFound)?;
        let contact = facility.contact.clone();
        let phone = contact.phone.map(|stored| match Phone::parse_stored(&stored) {
            Ok(phone) => phone.shown_from(Some(facility.country)),
            Err(_) => stored,
        });
        Ok(LetterRun {
            organisation: owner.name,
            logo: self.current_logo(owner.id).await?,
            facility: facility.name.clone(),
            facility_id: facility.code.clone(),
            portal: self.public_url().await?,
            contact: ContactBlock {
                phone,
                email: contact.email,
                visiting_address: contact.visiting_address,
                hours: contact.hours,
            },
            window: AddressWindow::of(facility.country),
            date: local_date(ctx, facility),
            printed_by: ctx.signed()?.name.clone(),
            language: self.me(ctx).await?.language,
        })
    }

    async fn print_letters(
        &self,
        ctx: &Ctx,
        progress: &Progress,
        facility: &Facility,
        run: LetterRun,
        logins: Vec<LetterLogin>,
        skipped: Vec<Skipped>,
    ) -> Result<Outcome> {
        let total = logins.len();
        let passwords: Vec<Zeroizing<String>> =
            logins.iter().map(|_| Zeroizing::new(initial_password(random::bytes()))).collect();
        // Hashing is slow on purpose, and each hash takes a core: as many at a time as there are cores.
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let mut hashes = Vec::with_capacity(total);
        for batch in passwords.chunks(cores * 8) {
            let waiting: Vec<_> = batch.iter().map(|password| self.hash_in_turn(password.as_str())).collect();
            let some: Vec<String> = futures::stream::iter(waiting).buffered(cores).try_collect().await?;
            hashes.extend(some);
            progress.at(hashes.len(), total).await?;
        }
        let name = file_name(run.language, &facility.code, run.date);
        let ids: Vec<LoginId> = logins.iter().map(|login| login.id).collect();
        let letters: Vec<SignInLetter> =
            logins.into_iter().zip(passwords).map(|(login, password)| letter(login, password)).collect();
        let pdf = tokio::task::spawn_blocking(move || sign_in_letters(&run, &letters))
            .await
            .map_err(AppError::internal)?
            .map_err(AppError::internal)?;
        progress.at(total, total).await?;

        let mut tx = self.write().await?;
        let mut events = Vec::with_capacity(total + 1);
        let place = |event: Event| event.organisation(facility.organisation_id).facility(facility.id);
        for (id, hash) in ids.iter().zip(&hashes) {
            tx.issue_password(*id, hash, ctx.at).await?;
            tx.end_one_time(*id, ctx.at).await?;
            tx.end_other_sign_ins(*id, None, ctx.at).await?;
            events.push(place(Event::new(Action::LoginIssued, Subject::Login(*id))));
        }
        let made = json!({ "count": total, "skipped": skipped });
        events.push(place(Event::new(Action::LettersMade, Subject::Job(progress.job()))).after(&made));
        // The file comes to be in the same moment as the passwords in it.
        progress.keep_file(&mut tx, name, "application/pdf", &pdf).await?;
        tx.commit(ctx, events).await?;
        Ok(Outcome { result: made, file: None })
    }

    /// Notes that the letters of these logins reached their readers; answers how many there were (PRE-05).
    ///
    /// # Errors
    /// [`AppError::NotFound`] when one of them is not the actor's to change; [`AppError::Refused`] `letter.none` when no
    /// letter was made for one. Nothing is noted then.
    pub async fn hand_over_all(&self, ctx: &Ctx, ids: &[LoginId]) -> Result<usize> {
        let logins = self.issued_logins(ctx, ids).await?;
        self.note_hand_over(ctx, logins, true).await
    }

    /// Takes back that the letters of these logins reached their readers; answers how many there were.
    ///
    /// # Errors
    /// As [`App::hand_over_all`]. Nothing is taken back then.
    pub async fn undo_hand_over_all(&self, ctx: &Ctx, ids: &[LoginId]) -> Result<usize> {
        let mut logins = self.issued_logins(ctx, ids).await?;
        logins.retain(|login| login.handed_over_at.is_some());
        self.note_hand_over(ctx, logins, false).await
    }

    /// The logins with these ids, all of which the actor may change and have had a letter.
    async fn issued_logins(&self, ctx: &Ctx, ids: &[LoginId]) -> Result<Vec<Login>> {
        if ids.len() > MOST {
            return Err(AppError::Refused { code: "letter.too_many", params: json!({ "most": MOST }) });
        }
        let ids: BTreeSet<LoginId> = ids.iter().copied().collect();
        let mut logins = Vec::with_capacity(ids.len());
        for id in ids {
            let login = self.login_for_change(ctx, id).await?;
            if login.issued_at.is_none() {
                return Err(AppError::refused("letter.none"));
            }
            logins.push(login);
        }
        Ok(logins)
    }

    /// Notes that the actor handed the letters over, or takes it back.
    async fn note_hand_over(&self, ctx: &Ctx, logins: Vec<Login>, given: bool) -> Result<usize> {
        let count = logins.len();
        if count == 0 || self.done_before(ctx).await? {
            return Ok(count);
        }
        let mut tx = self.write().await?;
        let mut events = Vec::with_capacity(count);
        for login in logins {
            let action = if given {
                tx.hand_over(login.id, ctx.signed().map(Giver::from).unwrap_or_default(), ctx.at).await?;
                Action::LoginHandedOver
            } else {
                tx.undo_hand_over(login.id).await?;
                Action::LoginHandOverUndone
            };
            let mut event = Event::new(action, Subject::Login(login.id));
            if let Some(facility) = login.facility_id {
                event.facility = Some(facility);
                event.organisation = tx.find_facility(facility).await?.map(|it| it.organisation_id);
            }
            events.push(event);
        }
        tx.commit(ctx, events).await?;
        Ok(count)
    }
}

fn letter(login: LetterLogin, password: Zeroizing<String>) -> SignInLetter {
    let town = [login.postal_code, login.city].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let lines = [login.street, Some(town)].into_iter().flatten().filter(|line| !line.trim().is_empty());
    SignInLetter {
        recipient: full_name(&login.given_name, &login.family_name),
        // A protected address is on no paper that lies about in a stairwell.
        address: if login.protected_identity { Vec::new() } else { lines.collect() },
        unit_code: login.unit_code,
        section: login.unit_section,
        username: login.username,
        initial_password: password,
        language: login.language,
    }
}

/// Today's date where the facility is.
fn local_date(ctx: &Ctx, facility: &Facility) -> NaiveDate {
    match facility.time_zone.parse::<chrono_tz::Tz>() {
        Ok(zone) => ctx.at.with_timezone(&zone).date_naive(),
        Err(_) => ctx.today(),
    }
}

fn file_name(language: Language, facility_code: &str, date: NaiveDate) -> String {
    let word = match language {
        Language::Sv => "inloggningsbrev",
        Language::Nb => "innloggingsbrev",
        Language::En => "sign-in-letters",
    };
    format!("{word}-{facility_code}-{date}.pdf")
}
