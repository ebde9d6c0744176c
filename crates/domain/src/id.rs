//! Typed ids: a person's id can never be passed where a unit's is wanted.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

/// Makes a version 7 UUID from an instant and ten random bytes, so that ids sort by age and tests can fix them.
pub fn uuid_at(at: DateTime<Utc>, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The bare value, for binding to SQL.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self {
                Self(value)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A bookkeeping entity: property owner, employer, marina operator or permit issuer.
    OrganisationId
    /// Part of an employer.
    DepartmentId
    /// A place with an ID code.
    FacilityId
    /// An apartment, parking space, berth or premises.
    UnitId
    /// Someone in the register.
    PersonId
    /// A fuse of a facility, with what hangs on it.
    CircuitId
    /// A charge point, as long as it is in one place.
    ChargePointId
    /// One connection that a charge point has opened.
    ConnectionId
    /// What a card reader reads, or what stands for a phone.
    TagId
    /// A person's time on a unit.
    TenancyId
    /// How a person signs in.
    LoginId
    /// A role that a login holds in a scope.
    MembershipId
    /// One device that is signed in.
    SignInId
    /// One file that was taken in.
    ImportId
    /// Work that runs in the background.
    JobId
    /// An outgoing message.
    NoticeId
    /// A saved filter.
    ViewId
    /// The tariff of a facility.
    TariffId
    /// Something that is owed.
    ChargeId
    /// An invoice, a credit note or a receipt.
    DocumentId
    /// Energy taken by someone from a connector.
    SessionId
    /// A report of a charge point that belongs to no session.
    StrayMessageId
    /// What the desk asked of a charge point.
    CommandId
    /// What ties together everything that one request did.
    Correlation
}
