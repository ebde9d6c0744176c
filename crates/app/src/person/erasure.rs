//! Erasing a person (D2).

use super::required_reason;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::saved_card::let_go_of_all;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::PersonId;
use stolpe_domain::saved_card::CardEnd;

/// One line of an erasure's preview (D2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErasureRow {
    /// What it is about, as a stable word.
    pub field: &'static str,
    /// It goes; else it stays.
    pub erased: bool,
    /// How many there are.
    pub count: i64,
    /// Why it goes or stays, as a stable word.
    pub reason: &'static str,
}

impl App {
    /// What an erasure would take and what it would leave, field by field (D2).
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see them, too.
    pub async fn erasure_preview(&self, ctx: &Ctx, id: PersonId) -> Result<Vec<ErasureRow>> {
        let (person, _) = self.person_for(ctx, id, Permission::ErasePerson).await?;
        let files = self.imports_holding(ctx, &person).await?;
        let counts = self.read().await?.erasure_counts(id).await?;
        let filled = |there: bool| i64::from(there);
        let draft = &person.draft;
        let gone = |field, count| ErasureRow { field, erased: true, count, reason: "identity" };
        let kept = |field, count, reason| ErasureRow { field, erased: false, count, reason };
        Ok(vec![
            gone("name", 1),
            gone("email", filled(draft.email.is_some())),
            gone("phone", filled(draft.phone.is_some())),
            gone("address", filled(draft.street.is_some() || draft.postal_code.is_some() || draft.city.is_some())),
            gone("personalNumber", filled(person.personal_number.is_some())),
            gone("note", filled(draft.note.is_some())),
            gone("employment", filled(draft.department_id.is_some() || draft.staff_number.is_some())),
            gone("payer", filled(draft.payer.is_some())),
            gone("logins", counts.logins),
            gone("tags", counts.tags),
            gone("savedCards", counts.saved_cards),
            gone("notices", counts.notices),
            gone("importFiles", i64::try_from(files.len()).unwrap_or(i64::MAX)),
            gone("auditDetails", counts.audit_details),
            gone("auditNames", counts.audit_names),
            kept("tenancies", counts.tenancies, "occupancy"),
            kept("auditRows", counts.audit_rows, "accountability"),
        ])
    }

    /// Erases a person: identity, contact data, logins and messages go; dates and the audit rows stay (D2).
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a reason; [`AppError::Refused`] `person.staff` for somebody with a role at the
    /// desk, `person.lives_here` while a tenancy is running.
    pub async fn erase_person(&self, ctx: &Ctx, id: PersonId, reason: &str) -> Result<()> {
        self.person_for(ctx, id, Permission::ReadPerson).await?;
        if self.done_before(ctx).await? {
            return Ok(());
        }
        let (person, _) = self.person_for(ctx, id, Permission::ErasePerson).await?;
        let reason = required_reason(reason)?;
        let files = self.imports_holding(ctx, &person).await?;
        let mut tx = self.write().await?;
        for login in tx.logins_of(&[id]).await? {
            if !tx.memberships_of(login.id).await?.is_empty() {
                return Err(AppError::refused("person.staff"));
            }
        }
        if tx.tenancies_of(id).await?.iter().any(|it| it.tenancy.holds_on(ctx.today())) {
            return Err(AppError::refused("person.lives_here"));
        }
        let emptied = crate::import::empty(&mut tx, files, ctx.at, "erasure").await?;
        let cards = let_go_of_all(&mut tx, ctx, id, CardEnd::Erased).await?;
        tx.erase_person(id, person.row_version, ctx.at).await?;
        let event =
            Event::new(Action::PersonErased, Subject::Person(id)).organisation(person.organisation_id).because(reason);
        tx.commit(ctx, std::iter::once(event).chain(cards).chain(emptied)).await?;
        // Whoever keeps a card of theirs is told at once.
        self.payments.hurry();
        Ok(())
    }
}
