//! The work of an import: rows in runs, each run in one transaction, and taking it back in one.

use super::{ImportPlan, number_of, plan, unit_terms};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::job::{Outcome, Progress};
use crate::sorting::Sorter;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use stolpe_documents::people_file::PeopleDraft;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::PersonId;
use stolpe_domain::person::{PersonDraft, search_terms};
use stolpe_domain::unit::{UnitDraft, UnitKind};
use stolpe_store::import::{Import, ImportRow, ImportState};

/// Rows of one transaction: large enough to be quick, small enough that others get their turn.
const RUN: usize = 500;

/// Rows that were taken in, and rows that stayed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Rows that are in the register now.
    pub stored: usize,
    /// Rows that stayed out because of a fault.
    pub skipped: usize,
}

/// What an update must know to be taken back.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Before {
    draft: PersonDraft,
    version_after: i64,
}

/// What a file says laid over what the register knows: a value in the file wins, an empty cell says nothing.
pub(super) fn overlaid(known: &PersonDraft, said: &PersonDraft) -> PersonDraft {
    let over = |said: &Option<String>, known: &Option<String>| said.clone().or_else(|| known.clone());
    PersonDraft {
        given_name: said.given_name.clone(),
        family_name: said.family_name.clone(),
        email: over(&said.email, &known.email),
        phone: over(&said.phone, &known.phone),
        language: known.language,
        street: over(&said.street, &known.street),
        postal_code: over(&said.postal_code, &known.postal_code),
        city: over(&said.city, &known.city),
        protected_identity: known.protected_identity,
        note: over(&said.note, &known.note),
        personal_number: None,
    }
}

impl App {
    /// Takes the rows in; whatever ends it early leaves an import that can be continued or taken back.
    pub(super) async fn take_in(
        &self,
        ctx: &Ctx,
        import: &Import,
        plan: &ImportPlan,
        progress: Option<&Progress>,
    ) -> Result<Taken> {
        let outcome = self.take_rows(ctx, import, plan, progress).await;
        let to = if outcome.is_ok() { ImportState::Committed } else { ImportState::Interrupted };
        let mut tx = self.write().await?;
        tx.move_import(import.id, ImportState::Committing, to, self.now()).await?;
        let event = Event::new(Action::ImportCommitted, Subject::Import(import.id))
            .organisation(import.organisation)
            .facility(import.facility)
            .because(to.word());
        tx.commit(ctx, [event]).await?;
        outcome
    }

    async fn take_rows(
        &self,
        ctx: &Ctx,
        import: &Import,
        plan: &ImportPlan,
        progress: Option<&Progress>,
    ) -> Result<Taken> {
        let mut conn = self.read().await?;
        let place = conn.find_facility(import.facility).await?.ok_or(AppError::NotFound)?;
        let taken: HashSet<i64> = conn.import_lines(import.id).await?.into_iter().collect();
        drop(conn);
        let content = self.import_content(import.id).await?;
        let mut known = self.known(ctx, &place).await?;
        let sorter = Sorter::new(place.country);
        let total = import.findings["counts"]
            .as_object()
            .map(|counts| {
                ["create", "update", "unchanged", "skipped"].iter().filter_map(|name| counts[*name].as_u64()).sum()
            })
            .and_then(|total: u64| usize::try_from(total).ok())
            .unwrap_or(0);
        let mut rows = plan::people(&content, plan, place.country, ctx.today())?;
        let (mut seen, mut stored, mut skipped) = (0, 0, 0);
        loop {
            let run: Vec<_> = rows.by_ref().take(RUN).collect();
            if run.is_empty() {
                break;
            }
            seen += run.len();
            let mut tx = self.write().await?;
            let before = stored;
            for row in run {
                let line = i64::try_from(row.line).unwrap_or(i64::MAX);
                let Ok(draft) = row.outcome else {
                    skipped += 1;
                    continue;
                };
                if taken.contains(&line) {
                    continue;
                }
                match self.decide(ctx, &mut known, &draft, place.country)? {
                    Err(_) => skipped += 1,
                    Ok(decision) => {
                        self.take_row(&mut tx, ctx, import, &place, &sorter, line, &draft, decision).await?;
                        stored += 1;
                    }
                }
            }
            if stored == before {
                tx.commit_telemetry().await?;
            } else {
                let event = Event::new(Action::ImportCommitted, Subject::Import(import.id))
                    .organisation(import.organisation)
                    .facility(import.facility)
                    .after(&serde_json::json!({ "rows": stored - before }));
                tx.commit(ctx, [event]).await?;
            }
            if let Some(progress) = progress {
                progress.at(seen, total.max(seen)).await?;
            }
        }
        Ok(Taken { stored, skipped })
    }

    #[expect(clippy::too_many_arguments, reason = "a row with everything around it")]
    async fn take_row(
        &self,
        tx: &mut stolpe_store::Tx,
        ctx: &Ctx,
        import: &Import,
        place: &Facility,
        sorter: &Sorter,
        line: i64,
        row: &PeopleDraft,
        decision: super::matching::Decision,
    ) -> Result<()> {
        let person = decision.person;
        let number = number_of(ctx, row, place.country).ok().flatten();
        let sealed = number.map(|number| self.seal_personal_number(&number)).transpose()?;
        let said = PersonDraft { personal_number: None, ..row.person.clone() };
        let (outcome, before) = if decision.is_new {
            let key = sorter.person_key(&said.given_name, &said.family_name);
            tx.insert_person(person, import.organisation, &said, &key, sealed.as_ref(), ctx.at).await?;
            tx.mark_person_imported(person, import.id).await?;
            tx.put_search_terms(import.organisation, "person", person.uuid(), &search_terms(&said)).await?;
            ("created", None)
        } else {
            let held = tx.find_person(person).await?.ok_or(AppError::NotFound)?;
            let after = overlaid(&held.draft, &said);
            if sealed.is_some() && held.personal_number.is_none() {
                tx.set_personal_number(person, sealed.as_ref()).await?;
            }
            if after == held.draft {
                ("unchanged", None)
            } else {
                let key = sorter.person_key(&after.given_name, &after.family_name);
                tx.update_person(person, held.row_version, &after, &key).await?;
                tx.put_search_terms(import.organisation, "person", person.uuid(), &search_terms(&after)).await?;
                let before = Before { draft: held.draft, version_after: held.row_version + 1 };
                ("updated", Some(serde_json::to_string(&before).map_err(AppError::internal)?))
            }
        };
        tx.link_person(person, import.facility).await?;
        if let (Some(id), Some(code)) = (decision.new_unit, &row.unit_code) {
            let unit = UnitDraft {
                code: code.trim().to_owned(),
                kind: UnitKind::Apartment,
                section: row.unit_section.clone(),
            };
            tx.insert_imported_unit(id, import.facility, &unit, import.id, ctx.at).await?;
            tx.put_search_terms(import.organisation, "unit", id.uuid(), &unit_terms(code)).await?;
        }
        if let Some(unit) = decision.moves_in {
            tx.insert_imported_tenancy(ctx.new_id(), person, unit, row.moved_in_on, import.id, ctx.at).await?;
        }
        if let Some(username) = &decision.username {
            tx.insert_imported_login(ctx.new_id(), person, import.facility, username, import.id, ctx.at).await?;
        }
        Ok(tx.insert_import_row(import.id, &ImportRow { line, outcome, person, before }).await?)
    }

    /// Takes an import back, in one transaction.
    pub(super) async fn take_back(&self, ctx: &Ctx, import: &Import, progress: &Progress) -> Result<Outcome> {
        let owner = self.read().await?.find_organisation(import.organisation).await?.ok_or(AppError::NotFound)?;
        let sorter = Sorter::new(owner.country);
        let (mut restored, mut left) = (0, 0);
        let mut tx = self.write().await?;
        let state = tx.find_import(import.id).await?.ok_or(AppError::NotFound)?.state;
        tx.move_import(import.id, state, ImportState::Undone, ctx.at).await?;
        for (person, before) in tx.import_updates(import.id).await? {
            let before: Before = serde_json::from_str(&before).map_err(AppError::internal)?;
            if self.restore(&mut tx, import, &sorter, person, &before).await? {
                restored += 1;
            } else {
                left += 1;
            }
        }
        tx.undo_import(import.id).await?;
        let kept = tx.import_kept(import.id).await?;
        let result = serde_json::json!({ "kept": kept, "restored": restored, "changedSince": left });
        let event = Event::new(Action::ImportUndone, Subject::Import(import.id))
            .organisation(import.organisation)
            .facility(import.facility)
            .after(&result);
        tx.commit(ctx, [event]).await?;
        progress.at(1, 1).await?;
        Ok(Outcome { result, file: None })
    }

    /// Gives a person back what an import changed, unless somebody has changed them since.
    async fn restore(
        &self,
        tx: &mut stolpe_store::Tx,
        import: &Import,
        sorter: &Sorter,
        id: PersonId,
        before: &Before,
    ) -> Result<bool> {
        let Some(held) = tx.find_person(id).await?.filter(|held| held.row_version == before.version_after) else {
            return Ok(false);
        };
        let key = sorter.person_key(&before.draft.given_name, &before.draft.family_name);
        tx.update_person(id, held.row_version, &before.draft, &key).await?;
        tx.put_search_terms(import.organisation, "person", id.uuid(), &search_terms(&before.draft)).await?;
        Ok(true)
    }
}
