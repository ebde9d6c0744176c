//! Whether a tag may charge. It is asked before charging, and told again with each start; a start cannot be refused.

use crate::error::Result;
use chrono::{DateTime, Utc};
use stolpe_domain::charge_point::{Access, ChargePoint, ServiceState};
use stolpe_domain::charging::tag::IdTag;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::tag::Tag;
use stolpe_ocpp::v16::{IdTagInfo, IdTagStatus};
use stolpe_store::Conn;

/// What is known of a tag, and what a charge point is told of it.
pub(crate) struct Shown {
    /// The tag, if the organisation has it.
    pub(crate) known: Option<Tag>,
    /// Whether it may charge.
    pub(crate) status: IdTagStatus,
}

impl Shown {
    pub(crate) const fn info(&self) -> IdTagInfo {
        IdTagInfo::of(self.status)
    }
}

/// Looks a tag up. What a person has decided of the tag or of the charge point comes before who may charge there.
pub(crate) async fn look_up(
    conn: &mut Conn,
    organisation: OrganisationId,
    point: Option<&ChargePoint>,
    tag: Option<&IdTag>,
    at: DateTime<Utc>,
) -> Result<Shown> {
    let known = match tag {
        Some(tag) => conn.find_tag_that_reads(organisation, tag.as_str()).await?,
        None => None,
    };
    let in_service = point.is_some_and(|it| it.state == ServiceState::InService);
    let everyone = point.is_some_and(|it| it.access == Access::Everyone);
    let status = match &known {
        _ if !in_service => IdTagStatus::Blocked,
        Some(tag) if tag.blocked_at.is_some() => IdTagStatus::Blocked,
        Some(tag) if tag.expires_on.is_some_and(|day| day < at.date_naive()) => IdTagStatus::Expired,
        Some(_) => IdTagStatus::Accepted,
        None if everyone => IdTagStatus::Accepted,
        None => IdTagStatus::Invalid,
    };
    Ok(Shown { known, status })
}
