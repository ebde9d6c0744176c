//! Companies that owe what several people used, by the names that stand on their latest documents.

use crate::engine::{Conn, Tx};
use crate::error::Result;
use chrono::{DateTime, Utc};
use stolpe_domain::id::{CompanyId, DocumentId, OrganisationId};
use stolpe_domain::payer::Party;
use uuid::Uuid;

/// A company as an organisation knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// Its id, which follows from the two below.
    pub id: CompanyId,
    /// Who knows it.
    pub organisation_id: OrganisationId,
    /// What it is called, and by which number.
    pub party: Party,
    /// Where its name stands among others.
    pub sort_key: Vec<u8>,
}

impl Conn {
    /// Who knows a company, and what it is called.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_company(&mut self, id: CompanyId) -> Result<Option<(OrganisationId, String)>> {
        let found: Option<(Uuid, String)> =
            self.sql("select organisation_id, name from company where id = $1").bind(id.uuid()).optional().await?;
        Ok(found.map(|(organisation, name)| (OrganisationId(organisation), name)))
    }

    /// The document that was made out to a company last.
    pub async fn last_document_of_company(&mut self, id: CompanyId) -> Result<Option<DocumentId>> {
        let found: Option<(Uuid,)> = self
            .sql(
                "select id from document where company_id = $1 and place is not null \
                 order by created_at desc, id desc limit 1",
            )
            .bind(id.uuid())
            .optional()
            .await?;
        Ok(found.map(|(id,)| DocumentId(id)))
    }
}

impl Tx {
    /// Writes companies down; of those that are known already the name, which may be a new one.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn put_companies(&mut self, all: &[Company], at: DateTime<Utc>) -> Result<()> {
        let mut all: Vec<&Company> = all.iter().collect();
        // In one order, so that two who write the same wait for each other and not both.
        all.sort_by_key(|it| it.id);
        all.dedup_by_key(|it| it.id);
        for it in all {
            self.change(
                "insert into company (id, organisation_id, country, organisation_number, name, sort_key, created_at) \
                 values ($1, $2, $3, $4, $5, $6, $7) \
                 on conflict (id) do update set name = excluded.name, sort_key = excluded.sort_key",
            )
            .bind(it.id.uuid())
            .bind(it.organisation_id.uuid())
            .bind(it.party.country().code())
            .bind(it.party.organisation_number.as_str())
            .bind(&*it.party.name)
            .bind(it.sort_key.clone())
            .bind(at)
            .run()
            .await?
            .any();
        }
        Ok(())
    }
}
