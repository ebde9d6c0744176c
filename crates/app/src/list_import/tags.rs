//! Tags of an organisation and whose they are: each is known by what a reader reads.

use super::person::Finder;
use super::{Cells, Earnest, ListFindings, Refused, Step, of_row, read};
use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use std::collections::HashSet;
use stolpe_documents::list_file::{ListFile, ListRow, TAGS, yes_no};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::charging::tag::IdTag;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::tag::{Tag, TagDraft};

impl App {
    /// Takes in the tags of an organisation. A column that is not there leaves what is known of a tag as it is.
    ///
    /// # Errors
    /// As [`App::import_circuits`].
    pub async fn import_tags(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        content: &[u8],
        earnest: Earnest,
    ) -> Result<ListFindings> {
        ctx.may_see(Permission::ReadCharging, Place::Organisation(organisation))?;
        ctx.may(Permission::Import, Place::Organisation(organisation))?;
        ctx.may(Permission::ManageTag, Place::Organisation(organisation))?;
        let (rows, file, mut findings) = read(content, TAGS)?;
        let mut finder = Finder::new(self, organisation);
        let mut seen: HashSet<IdTag> = HashSet::new();
        for row in &rows {
            let done = match self.decide_tag(row, &file, organisation, &mut finder, &mut seen).await? {
                Err(faults) => Err(faults),
                Ok((step, id_tag, draft, it)) => {
                    let nobody = draft.person_id.is_none();
                    let done = match (step, earnest, it) {
                        (Step::Unchanged, _, _) | (_, Earnest::Look, _) => Ok(()),
                        (_, Earnest::Do, Some(it)) => {
                            self.change_tag(ctx, it.id, it.row_version, draft).await.map(|_| ())
                        }
                        (_, Earnest::Do, None) => {
                            self.add_tag(ctx, organisation, id_tag.as_str(), draft).await.map(|_| ())
                        }
                    };
                    match done {
                        Ok(()) => Ok((step, nobody)),
                        Err(error) => Err(of_row(row, "idTag", error)?),
                    }
                }
            };
            match done {
                Ok((step, nobody)) => {
                    findings.count(step);
                    findings.note("tag.of_nobody", nobody);
                }
                Err(faults) => findings.faults.extend(faults),
            }
        }
        findings.faults.sort_by_key(|fault| fault.line);
        Ok(findings)
    }

    async fn decide_tag(
        &self,
        row: &ListRow,
        file: &ListFile,
        organisation: OrganisationId,
        finder: &mut Finder<'_>,
        seen: &mut HashSet<IdTag>,
    ) -> Result<std::result::Result<(Step, IdTag, TagDraft, Option<Tag>), Refused>> {
        let mut cells = Cells::new(row);
        let id_tag = match IdTag::parse(row.text("idTag").unwrap_or_default()) {
            Ok(id_tag) => id_tag,
            Err(refusal) => return Ok(Err(vec![row.fault("idTag", refusal.code())])),
        };
        let it = self.read().await?.find_tag_that_reads(organisation, id_tag.as_str()).await?;
        let was = it.as_ref().map(TagDraft::from);
        let person = match finder.find(row.text("personEmail"), row.text("personName")).await? {
            Ok(person) => person,
            Err(code) => {
                cells.fault(if row.text("personEmail").is_some() { "personEmail" } else { "personName" }, code);
                None
            }
        };
        let before = |get: fn(&TagDraft) -> Option<chrono::NaiveDate>| was.as_ref().and_then(get);
        let draft = TagDraft {
            label: row.text("label").map(str::to_owned).or_else(|| was.as_ref().and_then(|was| was.label.clone())),
            person_id: person.or_else(|| was.as_ref().and_then(|was| was.person_id)),
            blocked: cells.value("blocked", yes_no).unwrap_or_else(|| was.as_ref().is_some_and(|was| was.blocked)),
            expires_on: cells
                .value("expiresOn", |text| file.reading.day("expiresOn", text))
                .or_else(|| before(|was| was.expires_on)),
        };
        let draft = match draft.clone().check() {
            Ok(draft) => draft,
            Err(faults) => {
                cells.add(faults, |_| "label");
                draft
            }
        };
        if cells.faults.is_empty() && !seen.insert(id_tag.clone()) {
            cells.fault("idTag", "row.twice");
        }
        let step = match &was {
            None => Step::Create,
            Some(was) if *was == draft => Step::Unchanged,
            Some(_) => Step::Update,
        };
        Ok(cells.done((step, id_tag, draft, it)))
    }
}
