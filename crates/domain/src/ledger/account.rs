//! What accounts there are, and the id that follows from what one is.

use super::{Asset, BalanceLimit};
use crate::id::{AccountId, CompanyId, FacilityId, OrganisationId, PersonId, UnitId};
use crate::payment::PaymentProvider;
use crate::tariff::ComponentKind;
use crate::vat::Vat;
use crate::words::words;
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

words! {
    /// What an account is for.
    AccountKind {
        /// What somebody owes for what was invoiced; below zero, what is theirs.
        Receivable = "receivable",
        /// What somebody has paid beforehand and not used.
        Prepaid = "prepaid",
        /// The organisation's money at its bank.
        Bank = "bank",
        /// What has come in and is not known to be anybody's yet.
        Suspense = "suspense",
        /// Money of payers that Swish has and has not paid out.
        ClearingSwish = "clearing_swish",
        /// Money of payers that Vipps has and has not paid out.
        ClearingVipps = "clearing_vipps",
        /// Money of payers that Payson has and has not paid out.
        ClearingPayson = "clearing_payson",
        /// Coins and notes at the counter.
        Cash = "cash",
        /// Money of payers that the bank of the card terminal has and has not paid out.
        ClearingCard = "clearing_card",
        /// What was missing from tills that were counted, less what was too much.
        TillDifference = "till_difference",
        /// What providers have taken for themselves.
        ProviderFee = "provider_fee",
        /// What was sold, by what the price was made of and how VAT applies to it.
        Revenue = "revenue",
        /// VAT that is owed to the state, by rate.
        Vat = "vat",
        /// What rounding to whole kronor has added.
        Rounding = "rounding",
    }
}

impl AccountKind {
    /// What the balance of such an account may never say.
    pub const fn limit(self) -> BalanceLimit {
        match self {
            Self::Prepaid => BalanceLimit::DebitsWithinCredits,
            _ => BalanceLimit::Open,
        }
    }

    /// Whether its balance is what was given to it less what was taken: what is owned or owed to the organisation. Of the
    /// others it is the other way about.
    pub const fn counts_debits(self) -> bool {
        matches!(
            self,
            Self::Receivable
                | Self::Bank
                | Self::ClearingSwish
                | Self::ClearingVipps
                | Self::ClearingPayson
                | Self::Cash
                | Self::ClearingCard
                | Self::TillDifference
                | Self::ProviderFee
        )
    }

    /// Where money stands that a provider has taken and not paid out.
    pub const fn clearing(provider: PaymentProvider) -> Self {
        match provider {
            PaymentProvider::Swish => Self::ClearingSwish,
            PaymentProvider::Vipps => Self::ClearingVipps,
            PaymentProvider::Payson => Self::ClearingPayson,
        }
    }
}

/// An account by what it is. Two that are the same in all of this are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    /// Whose books it is in.
    pub organisation_id: OrganisationId,
    /// The facility that it is kept for; none where the organisation has one for all of them.
    pub facility_id: Option<FacilityId>,
    /// What it is for.
    pub kind: AccountKind,
    /// What it counts.
    pub asset: Asset,
    /// Whose it is.
    pub person_id: Option<PersonId>,
    /// The company whose it is, where it is no person's.
    pub company_id: Option<CompanyId>,
    /// The unit that it hangs on, where it is nobody's.
    pub unit_id: Option<UnitId>,
    /// What the price was made of, of revenue.
    pub component: Option<ComponentKind>,
    /// How VAT applies, of revenue and VAT.
    pub vat: Option<Vat>,
}

impl Account {
    /// An account of an organisation for nobody and nothing in particular.
    pub const fn of_organisation(organisation_id: OrganisationId, kind: AccountKind, asset: Asset) -> Self {
        Self {
            organisation_id,
            facility_id: None,
            kind,
            asset,
            person_id: None,
            company_id: None,
            unit_id: None,
            component: None,
            vat: None,
        }
    }

    /// Its id, which follows from everything above and from nothing else: whoever means the same account asks for the same
    /// id, without looking, at whichever host.
    pub fn id(&self) -> AccountId {
        let id = |id: Option<Uuid>| id.map(|id| id.simple().to_string()).unwrap_or_default();
        let words = [
            self.organisation_id.uuid().simple().to_string(),
            id(self.facility_id.map(FacilityId::uuid)),
            self.kind.word().to_owned(),
            self.asset.word().to_owned(),
            id(self.person_id.map(PersonId::uuid)),
            id(self.unit_id.map(UnitId::uuid)),
            self.component.map(ComponentKind::word).unwrap_or_default().to_owned(),
            self.vat.map(Vat::word).unwrap_or_default(),
        ];
        // Those that were there before companies had accounts keep their ids.
        let company = self.company_id.map(|id| format!("|company:{}", id.uuid().simple())).unwrap_or_default();
        let digest: [u8; 32] = Sha256::digest(words.join("|") + &company).into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        AccountId(Builder::from_custom_bytes(bytes).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vat::VatRate;

    #[test]
    fn the_id_of_an_account_is_what_it_is_and_never_changes() {
        let it = Account {
            facility_id: Some(Uuid::from_u128(2).into()),
            component: Some(ComponentKind::Energy),
            vat: Some(Vat::Rate(VatRate::of_basis_points(2_500).unwrap())),
            ..Account::of_organisation(Uuid::from_u128(1).into(), AccountKind::Revenue, Asset::Sek)
        };
        // Fixed for good: databases are full of it.
        assert_eq!(it.id().to_string(), "228a347b-6ddb-80ee-a45a-e36518a141e9");
        assert_eq!(it.id(), { it }.id());
        let others = [
            Account { facility_id: None, ..it },
            Account { kind: AccountKind::Vat, ..it },
            Account { asset: Asset::Nok, ..it },
            Account { person_id: Some(Uuid::from_u128(3).into()), ..it },
            Account { company_id: Some(Uuid::from_u128(3).into()), ..it },
            Account { unit_id: Some(Uuid::from_u128(3).into()), ..it },
            Account { component: None, ..it },
            Account { vat: Some(Vat::Exempt), ..it },
        ];
        let ids: std::collections::BTreeSet<_> = others.iter().map(Account::id).chain([it.id()]).collect();
        assert_eq!(ids.len(), 9);
    }
}
