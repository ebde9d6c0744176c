//! Sessions that another system has counted, and by what they are known again.

use super::{Session, SessionRow};
use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique as _, Result};
use sqlx::types::Json;
use std::collections::HashMap;
use stolpe_domain::id::{FacilityId, SessionId};
use uuid::Uuid;

impl Conn {
    /// The sessions that were taken in at a facility from a source, of these that the source calls so.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn sessions_of_origin(
        &mut self,
        facility: FacilityId,
        source: &str,
        outside_ids: &[String],
    ) -> Result<HashMap<String, Session>> {
        let known: Vec<(String, Uuid)> = self
            .sql(text![
                "select outside_id, session_id from session_origin where facility_id = $1 and source = $2"
                "and outside_id in (select value from" [strings "$3"] ")"
            ])
            .bind(facility.uuid())
            .bind(source)
            .bind(Json(outside_ids))
            .all()
            .await?;
        let ids: Vec<Uuid> = known.iter().map(|(_, id)| *id).collect();
        let rows: Vec<SessionRow> = self
            .sql(text!["select" [session_columns] "from session where id in" [ids "$1"]])
            .bind(Json(ids))
            .all()
            .await?;
        let sessions: Vec<Session> = rows.into_iter().map(Session::try_from).collect::<Result<_>>()?;
        let mut by_id: HashMap<Uuid, Session> = sessions.into_iter().map(|it| (it.id.uuid(), it)).collect();
        Ok(known.into_iter().filter_map(|(outside_id, id)| Some((outside_id, by_id.remove(&id)?))).collect())
    }
}

impl Tx {
    /// Writes down where a session comes from.
    ///
    /// # Errors
    /// [`crate::StoreError::Taken`] when it has been taken in: nothing is counted twice.
    pub async fn insert_session_origin(
        &mut self,
        session: SessionId,
        facility: FacilityId,
        source: &str,
        outside_id: &str,
    ) -> Result<()> {
        self.change("insert into session_origin (session_id, facility_id, source, outside_id) values ($1, $2, $3, $4)")
            .bind(session.uuid())
            .bind(facility.uuid())
            .bind(source)
            .bind(outside_id)
            .run()
            .await
            .on_unique("session.taken_in")?
            .one("origin of a session")
    }
}
