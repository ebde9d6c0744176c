//! Typed ids: a person's id can never be passed where a unit's is wanted.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

/// Makes a version 7 UUID from an instant and ten random bytes, so that ids sort by age and tests can fix them.
pub fn uuid_at(at: DateTime<Utc>, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// The same for one of many of one instant, so that they sort by their place too; there are 67 million places.
pub fn uuid_in_order(at: DateTime<Utc>, place: u32, mut random: [u8; 10]) -> Uuid {
    // The version takes the upper half of the first byte and the variant the upper quarter of the third.
    let byte = |shift: u32, mask: u32| u8::try_from((place >> shift) & mask).unwrap_or_default();
    random[0] = byte(22, 0x0F);
    random[1] = byte(14, 0xFF);
    random[2] = byte(8, 0x3F);
    random[3] = byte(0, 0xFF);
    uuid_at(at, random)
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
    /// A company that owes what several people used.
    CompanyId
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
    /// One file of a bank that was taken in.
    BankFileId
    /// One payment that a bank has reported.
    IncomingPaymentId
    /// Work that runs in the background.
    JobId
    /// An outgoing message.
    NoticeId
    /// A saved filter.
    ViewId
    /// An account of the ledger.
    AccountId
    /// A transfer of the ledger.
    TransferId
    /// The tariff of a facility.
    TariffId
    /// Something that is owed.
    ChargeId
    /// An invoice, a credit note or a receipt.
    DocumentId
    /// What somebody looked at before a month was charged.
    MonthRunId
    /// What somebody looked at before reminders were made.
    ReminderRunId
    /// Energy taken by someone from a connector.
    SessionId
    /// A report of a charge point that belongs to no session.
    StrayMessageId
    /// What the desk asked of a charge point.
    CommandId
    /// What an owner has agreed with a payment provider.
    PaymentAgreementId
    /// What somebody wants to pay through a provider.
    PaymentId
    /// One try to pay through a provider.
    PaymentAttemptId
    /// A card that a provider keeps for a payer.
    SavedCardId
    /// The receipt of what was put in beforehand.
    TopUpReceiptId
    /// What a provider says that it has paid out.
    ProviderSettlementId
    /// One line of a settlement.
    SettlementLineId
    /// One time that a gateway was asked to send an SMS.
    SmsSendingId
    /// Money that is to go back to a payer.
    RefundId
    /// What a clerk takes payments in at the counter.
    TillId
    /// What was taken or taken back at the counter.
    TillEntryId
    /// Money that is to go out to a bank account.
    PayoutId
    /// A file that asks a bank to pay out.
    PayoutFileId
    /// One time that a bank is asked to pay something out.
    PayoutItemId
    /// A file in which a bank says what became of payouts.
    PayoutStatusFileId
    /// What payers accept by paying.
    TermsId
    /// A logo as it was set once.
    LogoId
    /// A line of a bank statement that is money going out.
    OutgoingLineId
    /// What ties together everything that one request did.
    Correlation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_instant_sort_by_their_place_whatever_is_random() {
        let at = DateTime::UNIX_EPOCH;
        let places = [0, 1, 255, 256, 16_383, 16_384, 4_194_303, 4_194_304, 67_108_863];
        let ids: Vec<Uuid> =
            places.iter().map(|place| uuid_in_order(at, *place, [u8::try_from(place % 251).unwrap(); 10])).collect();
        assert!(ids.is_sorted(), "{ids:?}");
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
