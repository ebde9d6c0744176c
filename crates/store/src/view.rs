//! Saved filters.

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique, Result};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{LoginId, OrganisationId, ViewId};
use stolpe_domain::person::full_name;
use uuid::Uuid;

/// A saved filter of one list.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Its id.
    pub id: ViewId,
    /// The list that it belongs to.
    pub room: String,
    /// What its owner calls it.
    pub name: String,
    /// The filter, as the list keeps it in its address.
    pub filters: serde_json::Value,
    /// Whose it is.
    pub owner: LoginId,
    /// What they are called.
    pub owner_name: String,
    /// The organisation for everybody of which it is there; none for a filter of one's own.
    pub organisation: Option<OrganisationId>,
}

macro_rules! views {
    () => {
        "select view.id, view.room, view.name, view.filters, view.login_id, view.organisation_id, person.given_name, \
         person.family_name from view join login on login.id = view.login_id join person on person.id = login.person_id"
    };
}

impl Conn {
    /// The saved filters of a login and those that are shared in these organisations, by list and name.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn list_views(&mut self, login: LoginId, organisations: &[OrganisationId]) -> Result<Vec<View>> {
        let ids: Vec<Uuid> = organisations.iter().map(|id| id.uuid()).collect();
        let rows: Vec<ViewRow> = self
            .sql(text![[views] "where view.login_id = $1 or view.organisation_id in" [ids "$2"]
                "order by view.room, view.name, view.id"])
            .bind(login.uuid())
            .bind(Json(ids))
            .all()
            .await?;
        Ok(rows.into_iter().map(View::from).collect())
    }

    /// The saved filter with this id.
    pub async fn find_view(&mut self, id: ViewId) -> Result<Option<View>> {
        let row: Option<ViewRow> = self.sql(text![[views] "where view.id = $1"]).bind(id.uuid()).optional().await?;
        Ok(row.map(View::from))
    }
}

impl Tx {
    /// Saves a filter.
    ///
    /// # Errors
    /// [`crate::StoreError::Taken`] when the list has one of that name, of the same owner or shared in the same
    /// organisation.
    pub async fn insert_view(&mut self, it: &View, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "insert into view (id, login_id, room, name, filters, organisation_id, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(it.id.uuid())
        .bind(it.owner.uuid())
        .bind(&*it.room)
        .bind(&*it.name)
        .bind(Json(it.filters.clone()))
        .bind(it.organisation.map(OrganisationId::uuid))
        .bind(at)
        .run()
        .await
        .on_unique("view.name_taken")?
        .one("view")
    }

    /// Removes a saved filter.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] when there is none with this id.
    pub async fn delete_view(&mut self, id: ViewId) -> Result<()> {
        self.change("delete from view where id = $1").bind(id.uuid()).run().await?.one("view")
    }
}

#[derive(FromRow)]
struct ViewRow {
    id: Uuid,
    room: String,
    name: String,
    filters: Json<serde_json::Value>,
    login_id: Uuid,
    organisation_id: Option<Uuid>,
    given_name: String,
    family_name: String,
}

impl From<ViewRow> for View {
    fn from(row: ViewRow) -> Self {
        Self {
            id: ViewId(row.id),
            room: row.room,
            name: row.name,
            filters: row.filters.0,
            owner: LoginId(row.login_id),
            owner_name: full_name(&row.given_name, &row.family_name),
            organisation: row.organisation_id.map(OrganisationId),
        }
    }
}
