//! Circuits of a facility: what hangs on another one may stand before it in the list.

use super::{Cells, Earnest, ListFindings, Refused, Step, of_row, read};
use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use std::collections::HashSet;
use stolpe_documents::list_file::{CIRCUITS, ListRow, whole_number};
use stolpe_domain::access::Permission;
use stolpe_domain::circuit::{Circuit, CircuitDraft};
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::{CircuitId, FacilityId};

/// Most circuits have three phases, and a list of them seldom says so.
const USUAL_PHASES: i64 = 3;

impl App {
    /// Takes in the circuits of a facility, each known by its name.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`] or [`crate::AppError::Denied`] for those who may not; [`crate::AppError::Refused`] or
    /// [`crate::AppError::Invalid`] when the file is no such list. Nothing has been taken in then.
    pub async fn import_circuits(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        content: &[u8],
        earnest: Earnest,
    ) -> Result<ListFindings> {
        self.facility_for(ctx, facility, Permission::Import).await?;
        self.facility_for(ctx, facility, Permission::ManageCharging).await?;
        let (mut waiting, _, mut findings) = read(content, CIRCUITS)?;
        let mut known = self.read().await?.list_circuits(facility).await?;
        let mut named: HashSet<String> = HashSet::new();
        loop {
            let mut left = Vec::new();
            let before = waiting.len();
            for row in waiting {
                if parent_is_to_come(&row, &known) {
                    left.push(row);
                    continue;
                }
                let decided = decide(&row, &known, &mut named);
                let done = match (decided, earnest) {
                    (Ok((step, draft, id)), Earnest::Do) => {
                        self.carry_out(ctx, facility, &row, step, draft, id).await?
                    }
                    (Ok((step, draft, id)), Earnest::Look) => Ok((step, imagined(ctx, facility, draft, id))),
                    (Err(faults), _) => Err(faults),
                };
                match done {
                    Ok((step, circuit)) => {
                        findings.count(step);
                        known.retain(|it| it.id != circuit.id);
                        known.push(circuit);
                    }
                    Err(faults) => findings.faults.extend(faults),
                }
            }
            if left.len() == before || left.is_empty() {
                findings.faults.extend(left.iter().map(|row| row.fault("parent", "circuit.unknown")));
                break;
            }
            waiting = left;
        }
        findings.faults.sort_by_key(|fault| fault.line);
        Ok(findings)
    }

    async fn carry_out(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        row: &ListRow,
        step: Step,
        draft: CircuitDraft,
        it: Option<Circuit>,
    ) -> Result<std::result::Result<(Step, Circuit), Refused>> {
        let done = match (step, it) {
            (Step::Unchanged, Some(it)) => Ok(it),
            (_, Some(it)) => self.change_circuit(ctx, it.id, it.row_version, draft).await,
            (_, None) => self.add_circuit(ctx, facility, draft).await,
        };
        match done {
            Ok(circuit) => Ok(Ok((step, circuit))),
            Err(error) => Ok(Err(of_row(row, "name", error)?)),
        }
    }
}

fn find<'c>(known: &'c [Circuit], name: &str) -> Option<&'c Circuit> {
    known.iter().find(|it| fold_code(&it.name) == fold_code(name))
}

fn parent_is_to_come(row: &ListRow, known: &[Circuit]) -> bool {
    row.text("parent").is_some_and(|parent| find(known, parent).is_none())
}

fn decide(
    row: &ListRow,
    known: &[Circuit],
    named: &mut HashSet<String>,
) -> std::result::Result<(Step, CircuitDraft, Option<Circuit>), Refused> {
    let mut cells = Cells::new(row);
    let name = row.text("name").unwrap_or_default();
    let parent_id = row.text("parent").and_then(|parent| find(known, parent)).map(|it| it.id);
    let fuse_a = cells.fuse();
    let phases = cells.value("phases", whole_number).unwrap_or(USUAL_PHASES);
    let it = find(known, name).cloned();
    let draft = CircuitDraft { name: name.to_owned(), parent_id, fuse_a, phases };
    let draft = match draft.clone().check(known, it.as_ref().map(|it| it.id)) {
        Ok(draft) => draft,
        Err(faults) => {
            cells.add(faults, |field| match field {
                "parentId" => "parent",
                "fuseA" => "fuseA",
                "phases" => "phases",
                _ => "name",
            });
            draft
        }
    };
    if cells.faults.is_empty() && !named.insert(fold_code(&draft.name)) {
        cells.fault("name", "row.twice");
    }
    let step = match &it {
        None => Step::Create,
        Some(it) if CircuitDraft::from(it) == draft => Step::Unchanged,
        Some(_) => Step::Update,
    };
    cells.done((step, draft, it))
}

/// The circuit as it would be, for the rows that hang on it.
fn imagined(ctx: &Ctx, facility_id: FacilityId, draft: CircuitDraft, it: Option<Circuit>) -> Circuit {
    let (id, row_version): (CircuitId, i64) = it.map_or_else(|| (ctx.new_id(), 1), |it| (it.id, it.row_version));
    let CircuitDraft { name, parent_id, fuse_a, phases } = draft;
    Circuit { id, facility_id, parent_id, name, fuse_a, phases, row_version }
}
