//! Texts of mail that an organisation has written itself.

use crate::engine::{Conn, Tx};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::language::Language;
use stolpe_domain::mail_template::TemplateKind;

/// A text that was written, or taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptTemplate {
    /// For which mail.
    pub kind: TemplateKind,
    /// In which language.
    pub language: Language,
    /// Subject and text; nothing where it was taken back.
    pub texts: Option<(String, String)>,
    /// Counts changes.
    pub row_version: i64,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
}

impl Conn {
    /// The texts of an organisation.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn mail_templates(&mut self, organisation: OrganisationId) -> Result<Vec<KeptTemplate>> {
        self.sql(
            "select kind, language, subject, body, row_version, changed_at from mail_template \
             where organisation_id = $1 order by kind, language",
        )
        .bind(organisation.uuid())
        .all::<TemplateRow>()
        .await?
        .into_iter()
        .map(KeptTemplate::try_from)
        .collect()
    }
}

impl Tx {
    /// Writes a text that is still at that version, 0 for one that was never written; without texts it is taken back.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not.
    pub async fn put_mail_template(
        &mut self,
        organisation: OrganisationId,
        (kind, language): (TemplateKind, Language),
        row_version: i64,
        texts: Option<(&str, &str)>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into mail_template (organisation_id, kind, language, subject, body, row_version, changed_at) \
             select $1, $2, $3, $4, $5, 1, $6 where $7 = 0 \
             or exists (select 1 from mail_template where organisation_id = $1 and kind = $2 and language = $3) \
             on conflict (organisation_id, kind, language) do update set subject = excluded.subject, \
             body = excluded.body, row_version = mail_template.row_version + 1, changed_at = excluded.changed_at \
             where mail_template.row_version = $7",
        )
        .bind(organisation.uuid())
        .bind(kind.word())
        .bind(language.tag())
        .bind(texts.map(|(subject, _)| subject))
        .bind(texts.map(|(_, body)| body))
        .bind(at)
        .bind(row_version)
        .run()
        .await?
        .unchanged()
    }
}

#[derive(FromRow)]
struct TemplateRow {
    kind: String,
    language: String,
    subject: Option<String>,
    body: Option<String>,
    row_version: i64,
    changed_at: DateTime<Utc>,
}

impl TryFrom<TemplateRow> for KeptTemplate {
    type Error = StoreError;

    fn try_from(row: TemplateRow) -> Result<Self> {
        let unreadable = |column| StoreError::Inconsistent { table: "mail_template", column };
        Ok(Self {
            kind: TemplateKind::from_word(&row.kind).ok_or_else(|| unreadable("kind"))?,
            language: Language::parse(&row.language).ok_or_else(|| unreadable("language"))?,
            texts: row.subject.zip(row.body),
            row_version: row.row_version,
            changed_at: row.changed_at,
        })
    }
}
