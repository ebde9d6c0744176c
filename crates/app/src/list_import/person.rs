//! Whom a row means: by address, or by name where nobody else in the register is called so.

use crate::App;
use crate::error::Result;
use std::collections::HashMap;
use stolpe_domain::id::{OrganisationId, PersonId};
use stolpe_domain::person::{Person, VEIL, words};

/// People whose name or address begins like that are looked through up to here.
const LOOKED_THROUGH: i64 = 200;

/// An address and a name, in lower case.
type Sought = (Option<String>, Option<String>);

/// Finds people of a register; whoever was found once is not sought again.
pub(super) struct Finder<'a> {
    app: &'a App,
    organisation: OrganisationId,
    found: HashMap<Sought, std::result::Result<PersonId, &'static str>>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(app: &'a App, organisation: OrganisationId) -> Self {
        Self { app, organisation, found: HashMap::new() }
    }

    /// Whom an address or a name means; none where there is neither. What stands in the way is a code:
    /// `person.unknown`, `person.ambiguous`, or `person.hidden` for the dots that stand for a protected identity.
    pub(super) async fn find(
        &mut self,
        email: Option<&str>,
        name: Option<&str>,
    ) -> Result<std::result::Result<Option<PersonId>, &'static str>> {
        let key = (email.map(str::to_lowercase), name.map(str::to_lowercase));
        let sought = match &key {
            (None, None) => return Ok(Ok(None)),
            (Some(email), _) => vec![email.clone()],
            (None, Some(name)) if name.contains(VEIL) => return Ok(Err("person.hidden")),
            (None, Some(name)) => words(name).collect(),
        };
        if let Some(found) = self.found.get(&key) {
            return Ok(found.map(Some));
        }
        let mut conn = self.app.read().await?;
        let hits = conn.search(self.organisation, &sought, LOOKED_THROUGH).await?;
        let ids: Vec<PersonId> = hits.iter().filter(|hit| hit.kind == "person").map(|hit| hit.id.into()).collect();
        let people = conn.people(&ids).await?;
        let is_meant = |it: &&Person| match &key {
            (Some(email), _) => it.draft.email.as_deref().is_some_and(|own| own.to_lowercase() == *email),
            (None, name) => name.as_deref() == Some(&*it.name().to_lowercase()),
        };
        let mut found = people.iter().filter(|it| it.erased_at.is_none()).filter(is_meant);
        let found = match (found.next(), found.next()) {
            (None, _) => Err("person.unknown"),
            (Some(one), None) => Ok(one.id),
            (Some(_), Some(_)) => Err("person.ambiguous"),
        };
        self.found.insert(key, found);
        Ok(found.map(Some))
    }
}
