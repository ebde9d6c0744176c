//! The charge points of the training organisation that can be simulated: each with a key of its own, which is made anew
//! every time, so that nobody else can be it meanwhile.

use crate::App;
use crate::error::Result;
use crate::random;
use sha2::{Digest as _, Sha256};
use stolpe_domain::charge_point::ChargePoint;
use stolpe_domain::charging::connector::Status;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{FacilityId, OrganisationId};
use stolpe_domain::training::charging::{TrainingContact, points};
use stolpe_store::charge_point::ChargePointFilter;
use stolpe_store::tag::TagFilter;
use stolpe_store::{Conn, Tx};

/// More than any training organisation has.
const MOST: i64 = 1_000;

/// A charge point of the training organisation, ready to call.
#[derive(Clone, Debug)]
pub struct TrainingCaller {
    /// What it calls itself.
    pub identity: String,
    /// Its key; the host keeps no more than a digest of it.
    pub key: [u8; 20],
    /// How its connector is.
    pub status: Status,
    /// Its fault, in the words of the standard.
    pub fault: Option<&'static str>,
    /// What its register shows.
    pub register: Energy,
    /// The transaction that runs.
    pub transaction: Option<i64>,
    /// The most it may give, in ampere a phase.
    pub limit_a: i64,
    /// The tags of those who park there.
    pub tags: Vec<String>,
}

impl App {
    /// Gives each charge point of the training organisation that works a new key; none when there is no such organisation.
    ///
    /// # Errors
    /// [`crate::AppError::Unavailable`] when the database cannot be reached.
    pub async fn training_callers(&self) -> Result<Vec<TrainingCaller>> {
        let at = self.now();
        let mut tx = self.write().await?;
        let Some(organisation) = tx.find_training().await? else { return Ok(Vec::new()) };
        let facilities: Vec<FacilityId> = tx
            .list_facilities()
            .await?
            .into_iter()
            .filter(|it| it.organisation_id == organisation)
            .map(|it| it.id)
            .collect();
        let tags = tags_of(&mut tx, organisation).await?;
        let filter = ChargePointFilter { facilities, ..ChargePointFilter::default() };
        let there = tx.list_charge_points(&filter, None, MOST).await?.items;
        let mut callers = Vec::new();
        for (place, made) in points().into_iter().enumerate() {
            let TrainingContact::Connected(status, fault) = made.contact else { continue };
            let Some(point) = there.iter().map(|it| &it.charge_point).find(|it| it.identity.as_str() == made.identity)
            else {
                continue;
            };
            let key = random::bytes::<20>();
            tx.set_charge_point_key(point.id, Sha256::digest(key).as_slice(), at).await?;
            let mut caller = TrainingCaller {
                identity: made.identity,
                key,
                status,
                fault,
                register: Energy::ZERO,
                transaction: None,
                limit_a: point.limit_a,
                tags: tags.iter().skip(place).step_by(points().len()).cloned().collect(),
            };
            go_on(&mut tx, point, &mut caller).await?;
            callers.push(caller);
        }
        tx.commit_telemetry().await?;
        Ok(callers)
    }
}

/// Where its register and its transaction were left.
async fn go_on(conn: &mut Conn, point: &ChargePoint, caller: &mut TrainingCaller) -> Result<()> {
    let latest = conn.latest_registers(point.id, 1, 1).await?;
    caller.register = latest.first().map(|(_, stop)| *stop).unwrap_or_default();
    let open = conn.open_sessions(point.id).await?.pop();
    let Some(session) = open else {
        // Without a transaction nothing flows: whoever charged has left.
        if caller.status == Status::Charging {
            caller.status = Status::Available;
        }
        return Ok(());
    };
    let read = conn.session_readings(session.id).await?.last().map(|it| it.register);
    let so_far = read.or(session.start).unwrap_or_default();
    caller.register = caller.register.max(so_far);
    caller.transaction = session.transaction_id.map(i64::from);
    caller.status = Status::Charging;
    Ok(())
}

/// The tags with which somebody charges.
async fn tags_of(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<String>> {
    let filter =
        TagFilter { organisations: vec![organisation], organisation: Some(organisation), ..TagFilter::default() };
    let all = tx.list_tags(&filter, None, MOST).await?.items;
    let used = all.into_iter().filter(|it| it.tag.person_id.is_some() && it.tag.blocked_at.is_none());
    Ok(used.map(|it| it.tag.id_tag).collect())
}
