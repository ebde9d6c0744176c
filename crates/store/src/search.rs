//! Finding things by the beginnings of words; the terms are folded when they are written.
//!
//! A plain table with a byte-ordered key serves both engines alike, where each engine's own full-text search
//! would find different things.

use crate::engine::{Conn, Tx};
use crate::error::Result;
use stolpe_domain::id::OrganisationId;
use uuid::Uuid;

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What kind of thing.
    pub kind: String,
    /// Which thing.
    pub id: Uuid,
}

/// The highest character: everything that begins with a prefix sorts below the prefix followed by it.
const LAST: char = '\u{10FFFF}';

impl Conn {
    /// Things of an organisation that have, for each of up to three prefixes, a term that begins with it.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn search(&mut self, organisation: OrganisationId, prefixes: &[String], limit: i64) -> Result<Vec<Hit>> {
        let mut sorted: Vec<&str> = prefixes.iter().map(String::as_str).collect();
        // The longest prefix finds the fewest things; the others only have to agree.
        sorted.sort_by_key(|prefix| std::cmp::Reverse(prefix.len()));
        let nth = |n: usize| sorted.get(n).copied().unwrap_or_default();
        let rows: Vec<(String, Uuid)> = self
            .sql(
                "select distinct found.kind, found.subject_id from search_term found \
                 where found.organisation_id = $1 and found.term >= $2 and found.term < $3 \
                 and exists (select 1 from search_term other where other.subject_id = found.subject_id \
                 and other.term >= $4 and other.term < $5) \
                 and exists (select 1 from search_term other where other.subject_id = found.subject_id \
                 and other.term >= $6 and other.term < $7) \
                 limit $8",
            )
            .bind(organisation.uuid())
            .bind(nth(0))
            .bind(format!("{}{LAST}", nth(0)))
            .bind(nth(1))
            .bind(format!("{}{LAST}", nth(1)))
            .bind(nth(2))
            .bind(format!("{}{LAST}", nth(2)))
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(kind, id)| Hit { kind, id }).collect())
    }
}

impl Tx {
    /// Replaces the terms by which a thing is found.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn put_search_terms(
        &mut self,
        organisation: OrganisationId,
        kind: &str,
        subject: Uuid,
        terms: &[String],
    ) -> Result<()> {
        self.change("delete from search_term where subject_id = $1").bind(subject).run().await?.any();
        for term in terms {
            self.change(
                "insert into search_term (organisation_id, term, kind, subject_id) values ($1, $2, $3, $4) \
                 on conflict do nothing",
            )
            .bind(organisation.uuid())
            .bind(&**term)
            .bind(kind)
            .bind(subject)
            .run()
            .await?
            .any();
        }
        Ok(())
    }
}
