//! Finding people, units, charge points, facilities and organisations from one field.

use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::organisation::organisations_seen;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::{ChargePointId, FacilityId, OrganisationId, PersonId, UnitId};
use stolpe_domain::person::query_terms;
use stolpe_store::search::Hit;
use uuid::Uuid;

/// Hits of each organisation that are looked at.
const LIMIT: i64 = 40;
/// Hits that are shown.
const SHOWN: usize = 12;

/// One thing that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// `person`, `unit`, `charge_point`, `facility` or `organisation`.
    pub kind: &'static str,
    /// Which one.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// Where it is, or how it is reached.
    pub subtitle: Option<String>,
}

impl App {
    /// What a few words find, everywhere the actor may look.
    ///
    /// # Errors
    /// [`crate::AppError::Denied`] for those who do not use the desk.
    pub async fn search(&self, ctx: &Ctx, query: &str) -> Result<Vec<Found>> {
        ctx.reach(Permission::UseDesk)?;
        let mut terms = query_terms(query);
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        terms.truncate(3);
        let code = fold_code(query);
        let organisations = match organisations_seen(ctx) {
            Some(seen) => seen,
            None => self.read().await?.list_organisations().await?.into_iter().map(|it| it.id).collect(),
        };
        let mut found = Vec::new();
        for organisation in organisations {
            let mut conn = self.read().await?;
            let mut hits = conn.search(organisation, &terms, LIMIT).await?;
            hits.extend(conn.search(organisation, std::slice::from_ref(&code), LIMIT).await?);
            drop(conn);
            hits.sort_by(|a, b| (&a.kind, a.id).cmp(&(&b.kind, b.id)));
            hits.dedup();
            for hit in hits {
                if found.len() >= SHOWN {
                    return Ok(found);
                }
                found.extend(self.describe(ctx, organisation, &hit).await?);
            }
        }
        Ok(found)
    }

    /// What a hit is, if the actor may see it.
    async fn describe(&self, ctx: &Ctx, organisation: OrganisationId, hit: &Hit) -> Result<Option<Found>> {
        let mut conn = self.read().await?;
        Ok(match hit.kind.as_str() {
            "person" => {
                let id = PersonId(hit.id);
                let Some(person) = conn.find_person(id).await? else { return Ok(None) };
                let facilities = conn.facilities_of(id).await?;
                let place = Place::Person(organisation, id, &facilities, person.draft.department_id);
                if !ctx.actor.may(Permission::ReadPerson, place) {
                    return Ok(None);
                }
                let units = conn.tenancies_of(id).await?;
                Some(Found {
                    kind: "person",
                    id: hit.id,
                    title: person.name(),
                    // Of somebody with protected identity it is not said where or how.
                    subtitle: if person.draft.protected_identity {
                        None
                    } else {
                        let unit = units.first().map(|it| format!("{} · {}", it.facility_code, it.unit_code));
                        unit.or(person.draft.email).or(person.draft.phone)
                    },
                })
            }
            "unit" => {
                let Some(unit) = conn.find_unit(UnitId(hit.id)).await? else { return Ok(None) };
                let facility = conn.find_facility(unit.facility_id).await?;
                facility
                    .filter(|it| ctx.actor.may(Permission::ReadFacility, Place::Facility(organisation, it.id)))
                    .map(|it| Found { kind: "unit", id: hit.id, title: unit.code, subtitle: Some(it.name) })
            }
            "charge_point" => {
                let Some(it) = conn.find_charge_point(ChargePointId(hit.id)).await? else { return Ok(None) };
                let facility = conn.find_facility(it.facility_id).await?;
                facility
                    .filter(|its| ctx.actor.may(Permission::ReadCharging, Place::Facility(organisation, its.id)))
                    .map(|its| Found {
                        kind: "charge_point",
                        id: hit.id,
                        title: it.name,
                        subtitle: Some(format!("{} · {}", its.name, it.identity)),
                    })
            }
            "facility" => conn
                .find_facility(FacilityId(hit.id))
                .await?
                .filter(|it| ctx.actor.may(Permission::ReadFacility, Place::Facility(organisation, it.id)))
                .map(|it| Found { kind: "facility", id: hit.id, title: it.name, subtitle: Some(it.code) }),
            "organisation" => conn
                .find_organisation(OrganisationId(hit.id))
                .await?
                .filter(|_| ctx.actor.may(Permission::ReadOrganisation, Place::Organisation(organisation)))
                .map(|it| Found {
                    kind: "organisation",
                    id: hit.id,
                    title: it.name,
                    subtitle: Some(it.organisation_number),
                }),
            _ => None,
        })
    }
}
