//! Erasing a person: what there is to take, and taking it.

use crate::engine::{Conn, Tx};
use crate::error::Result;
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::id::PersonId;

/// How much hangs on a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct ErasureCounts {
    /// Logins.
    pub logins: i64,
    /// Messages.
    pub notices: i64,
    /// Audit rows with details about them.
    pub audit_details: i64,
    /// Audit rows about them.
    pub audit_rows: i64,
    /// Audit rows that name them as who did something, and where the name can be taken out.
    pub audit_names: i64,
    /// Tenancies.
    pub tenancies: i64,
    /// Tags.
    pub tags: i64,
    /// Saved cards that a provider keeps.
    pub saved_cards: i64,
}

impl Conn {
    /// How much hangs on a person.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn erasure_counts(&mut self, id: PersonId) -> Result<ErasureCounts> {
        self.sql(
            "select (select count(*) from login where person_id = $1) as logins, \
             (select count(*) from notice where person_id = $1) as notices, \
             (select count(*) from audit join audit_detail on audit_detail.seq = audit.seq \
             where audit.subject_id = $1) as audit_details, \
             (select count(*) from audit where subject_id = $1) as audit_rows, \
             (select count(*) from audit where actor_digest is not null \
             and actor_login_id in (select id from login where person_id = $1)) as audit_names, \
             (select count(*) from tenancy where person_id = $1) as tenancies, \
             (select count(*) from tag where person_id = $1) as tags, \
             (select count(*) from saved_card where person_id = $1 and state in ('asked', 'saved')) as saved_cards",
        )
        .bind(id.uuid())
        .one()
        .await
    }
}

impl Tx {
    /// Empties a person of identity and contact data, with their logins, tags, messages, search terms and the details of
    /// what the audit log says about them. Records that were merged into this one are emptied too.
    ///
    /// # Errors
    /// [`crate::StoreError::Changed`] when the person has moved on.
    pub async fn erase_person(&mut self, id: PersonId, row_version: i64, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "update person set given_name = '', family_name = '', sort_key = $4, email = null, phone = null, \
             street = null, postal_code = null, city = null, personal_number_country = null, \
             personal_number_masked = null, personal_number_sealed = null, personal_number_digest = null, \
             note = null, department_id = null, staff_number = null, payer = null, channel = null, erased_at = $3, row_version = row_version + 1 where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(at)
        .bind(Vec::<u8>::new())
        .run()
        .await?
        .unchanged()?;
        self.change(
            "update person set given_name = '', family_name = '', sort_key = $3, email = null, phone = null, \
             street = null, postal_code = null, city = null, note = null, department_id = null, staff_number = null, payer = null, channel = null, erased_at = $2, \
             row_version = row_version + 1 where merged_into_id = $1",
        )
        .bind(id.uuid())
        .bind(at)
        .bind(Vec::<u8>::new())
        .run()
        .await?
        .any();
        self.change(
            "delete from audit_detail where seq in (select audit.seq from audit where audit.subject_id = $1 \
             or audit.subject_id in (select person.id from person where person.merged_into_id = $1) \
             or audit.subject_id in (select login.id from login where login.person_id = $1) \
             or audit.subject_id in (select tag.id from tag where tag.person_id = $1))",
        )
        .bind(id.uuid())
        .run()
        .await?
        .any();
        self.erase_audit_names(id).await?;
        self.change(
            "update login set handed_over_by = '' \
             where handed_over_by_login_id in (select mine.id from login mine where mine.person_id = $1)",
        )
        .bind(id.uuid())
        .run()
        .await?
        .any();
        self.change("delete from one_time_token where login_id in (select id from login where person_id = $1)")
            .bind(id.uuid())
            .run()
            .await?
            .any();
        self.change("delete from sign_in where login_id in (select id from login where person_id = $1)")
            .bind(id.uuid())
            .run()
            .await?
            .any();
        self.change("delete from login where person_id = $1").bind(id.uuid()).run().await?.any();
        self.change("delete from tag where person_id = $1").bind(id.uuid()).run().await?.any();
        self.forget_apart(id).await?;
        self.change("delete from notice where person_id = $1").bind(id.uuid()).run().await?.any();
        self.change("delete from person_facility where person_id = $1").bind(id.uuid()).run().await?.any();
        self.change("delete from search_term where subject_id = $1").bind(id.uuid()).run().await?.any();
        self.change(
            "update import_row set before = null where person_id = $1 \
             or person_id in (select person.id from person where person.merged_into_id = $1)",
        )
        .bind(id.uuid())
        .run()
        .await?
        .any();
        Ok(())
    }
}
