//! The logos of organisations, in versions that are never changed: the last one holds, and papers keep the one that held.

use crate::engine::{Conn, Tx};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::id::{LoginId, LogoId, OrganisationId};
use stolpe_domain::logo::LogoKind;
use uuid::Uuid;

/// A logo, without its picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptLogo {
    /// Its id.
    pub id: LogoId,
    /// As what it is kept.
    pub kind: LogoKind,
    /// In pixels.
    pub width: i64,
    /// In pixels.
    pub height: i64,
    /// SHA-256 of the picture.
    pub digest: Vec<u8>,
    /// When it was set.
    pub created_at: DateTime<Utc>,
}

/// Where the logo of an organisation stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoStand {
    /// How many times it was set or removed.
    pub place: i64,
    /// What holds.
    pub logo: Option<KeptLogo>,
}

impl LogoStand {
    /// The id of what holds.
    pub fn holds(&self) -> Option<LogoId> {
        self.logo.as_ref().map(|it| it.id)
    }
}

/// A version that is about to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewLogo<'a> {
    /// Its id.
    pub id: LogoId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Its place among the others.
    pub place: i64,
    /// By whom.
    pub by: Option<LoginId>,
    /// When.
    pub at: DateTime<Utc>,
    /// The logo with its picture; nothing where there is none any more.
    pub logo: Option<(&'a KeptLogo, &'a [u8])>,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "organisation_logo", column }
}

fn kind_of(word: &str) -> Result<LogoKind> {
    LogoKind::from_word(word).ok_or_else(|| unreadable("kind"))
}

#[derive(FromRow)]
struct LogoRow {
    id: Uuid,
    place: i64,
    kind: Option<String>,
    width: Option<i64>,
    height: Option<i64>,
    digest: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
}

impl TryFrom<LogoRow> for LogoStand {
    type Error = StoreError;

    fn try_from(row: LogoRow) -> Result<Self> {
        let Some(kind) = row.kind else { return Ok(Self { place: row.place, logo: None }) };
        let logo = KeptLogo {
            id: LogoId(row.id),
            kind: kind_of(&kind)?,
            width: row.width.ok_or_else(|| unreadable("width"))?,
            height: row.height.ok_or_else(|| unreadable("height"))?,
            digest: row.digest.ok_or_else(|| unreadable("digest"))?,
            created_at: row.created_at,
        };
        Ok(Self { place: row.place, logo: Some(logo) })
    }
}

impl Conn {
    /// Where the logo of an organisation stands.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn logo_of(&mut self, organisation: OrganisationId) -> Result<LogoStand> {
        let row: Option<LogoRow> = self
            .sql(
                "select id, place, kind, width, height, digest, created_at from organisation_logo \
                 where organisation_id = $1 order by place desc limit 1",
            )
            .bind(organisation.uuid())
            .optional()
            .await?;
        row.map_or_else(|| Ok(LogoStand::default()), LogoStand::try_from)
    }

    /// The picture of a logo, whether it still holds or not.
    pub async fn logo_content(&mut self, id: LogoId) -> Result<Option<(LogoKind, Vec<u8>)>> {
        let row: Option<(String, Vec<u8>)> = self
            .sql("select kind, content from organisation_logo where id = $1 and content is not null")
            .bind(id.uuid())
            .optional()
            .await?;
        row.map(|(kind, content)| Ok((kind_of(&kind)?, content))).transpose()
    }
}

impl Tx {
    /// Writes a version after the others.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when somebody was faster.
    pub async fn insert_logo(&mut self, it: &NewLogo<'_>) -> Result<()> {
        let logo = it.logo.map(|(logo, _)| logo);
        self.change(
            "insert into organisation_logo (id, organisation_id, place, kind, width, height, content, digest, \
             set_by_login_id, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation.uuid())
        .bind(it.place)
        .bind(logo.map(|it| it.kind.word()))
        .bind(logo.map(|it| it.width))
        .bind(logo.map(|it| it.height))
        .bind(it.logo.map(|(_, content)| content.to_vec()))
        .bind(logo.map(|it| it.digest.clone()))
        .bind(it.by.map(LoginId::uuid))
        .bind(it.at)
        .run()
        .await
        .map_err(|error| if error.is_unique() { StoreError::Changed } else { error })?
        .one("organisation_logo")
    }
}
