//! Money of people and companies that nobody has used, and how long it has stood.

use crate::engine::{Conn, text};
use crate::error::Result;
use crate::ledger::KeptAccount;
use chrono::NaiveDate;
use sqlx::FromRow;
use stolpe_domain::id::{AccountId, CompanyId, DocumentId, IncomingPaymentId, OrganisationId, PersonId};
use stolpe_domain::ledger::{AccountKind, Asset};
use stolpe_domain::payer::Debtor;
use stolpe_domain::payout::UnusedPart;
use uuid::Uuid;

/// Whose money is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOwner {
    /// Somebody of the register, with the day from which on they live nowhere, if that is known.
    Person {
        /// Who.
        id: PersonId,
        /// Given name, family name, and whether the identity is protected.
        name: (String, String, bool),
        /// They have moved out, or will, on that day; nothing of those who live somewhere until further notice, or never did.
        moved_out_on: Option<NaiveDate>,
    },
    /// A company that owes what its people used.
    Company {
        /// Which.
        id: CompanyId,
        /// What it is called.
        name: String,
        /// The account that says what came and went: what it has paid beforehand, or else its oldest one in its favour.
        account: AccountId,
    },
    /// Nobody knows: a payment that is not placed, and who has paid by what the bank says.
    Payer {
        /// The payment.
        id: IncomingPaymentId,
        /// Who.
        name: Option<String>,
    },
}

/// Money that is left, and since when nothing has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftBalance {
    /// Whose it is.
    pub owner: LeftOwner,
    /// How much, with what is held.
    pub minor: i64,
    /// How much of it is held, for payouts and refunds.
    pub held_minor: i64,
    /// When something last moved.
    pub moved_on: NaiveDate,
}

#[derive(FromRow)]
struct LeftRow {
    person_id: Uuid,
    given_name: String,
    family_name: String,
    protected_identity: bool,
    minor: i64,
    held_minor: i64,
    debited_on: Option<NaiveDate>,
    credited_on: Option<NaiveDate>,
    tenancies: i64,
    open_tenancies: i64,
    moved_out_on: Option<NaiveDate>,
}

impl Conn {
    /// The money of somebody that nobody has used and nobody holds: what they have paid beforehand first, then what is too
    /// much on invoices, the oldest first. Records that were merged into theirs count as theirs.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn unused_of(
        &mut self,
        organisation: OrganisationId,
        debtor: Debtor,
        asset: Asset,
    ) -> Result<Vec<UnusedPart>> {
        let prepaid = match debtor {
            Debtor::Person(_) => self.sql(
                "select id from ledger_account where organisation_id = $1 and kind = 'prepaid' and asset = $3 \
                 and (person_id = $2 or person_id in (select person.id from person where person.merged_into_id = $2)) \
                 order by id",
            ),
            Debtor::Company(_) => self.sql(
                "select id from ledger_account where organisation_id = $1 and kind = 'prepaid' and asset = $3 \
                 and company_id = $2 order by id",
            ),
        };
        let prepaid: Vec<(Uuid,)> =
            prepaid.bind(organisation.uuid()).bind(uuid_of(debtor)).bind(asset.word()).all().await?;
        let mut unused = Vec::new();
        for (id,) in prepaid {
            let kept = self.find_account(AccountId(id)).await?;
            let part =
                |it: KeptAccount| UnusedPart { account: it.account, document: None, minor: it.balance.free_credit() };
            unused.extend(kept.map(part).filter(|it| it.minor > 0));
        }
        let documents = match debtor {
            Debtor::Person(_) => self.sql(
                "select id from document where organisation_id = $1 and person_id = $2 and place is not null \
                 and kind <> 'credit_note' order by issued_on, id",
            ),
            Debtor::Company(_) => self.sql(
                "select id from document where organisation_id = $1 and company_id = $2 and place is not null \
                 and kind <> 'credit_note' order by issued_on, id",
            ),
        };
        let documents: Vec<(Uuid,)> = documents.bind(organisation.uuid()).bind(uuid_of(debtor)).all().await?;
        let documents: Vec<DocumentId> = documents.into_iter().map(|(id,)| DocumentId(id)).collect();
        let open = self.open_amounts(&documents).await?;
        let over: Vec<DocumentId> =
            documents.into_iter().filter(|id| open.get(id).is_some_and(|open| open.minor < 0)).collect();
        let receivables = self.receivables_of(&over).await?;
        for document in over {
            let (Some(open), Some(receivable)) = (open.get(&document), receivables.get(&document)) else { continue };
            let minor = -open.minor - self.overpaid_held(document).await?;
            if minor > 0 && receivable.account.asset == asset {
                unused.push(UnusedPart { account: receivable.account, document: Some(document), minor });
            }
        }
        Ok(unused)
    }

    /// What somebody owes an organisation all in all, less what is theirs.
    pub async fn owed_by(&mut self, organisation: OrganisationId, debtor: Debtor, asset: Asset) -> Result<i64> {
        let owed = match debtor {
            Debtor::Person(_) => self.sql(
                "select cast(coalesce(sum(debits_posted - credits_posted), 0) as bigint) from ledger_account \
                 where organisation_id = $1 and kind = $4 and asset = $3 and (person_id = $2 \
                 or person_id in (select person.id from person where person.merged_into_id = $2))",
            ),
            Debtor::Company(_) => self.sql(
                "select cast(coalesce(sum(debits_posted - credits_posted), 0) as bigint) from ledger_account \
                 where organisation_id = $1 and kind = $4 and asset = $3 and company_id = $2",
            ),
        };
        let (minor,): (i64,) = owed
            .bind(organisation.uuid())
            .bind(uuid_of(debtor))
            .bind(asset.word())
            .bind(AccountKind::Receivable.word())
            .one()
            .await?;
        Ok(minor)
    }

    /// How many people have moved out by a day and have money left that nobody holds, and since when the first of them has.
    pub async fn left_after_moving(
        &mut self,
        organisation: OrganisationId,
        asset: Asset,
        day: NaiveDate,
    ) -> Result<Option<(i64, NaiveDate)>> {
        let (count, since): (i64, Option<NaiveDate>) = self
            .sql(text![
                "select count(*), min(moved_out_on) from (select max(tenancy.moved_out_on) as moved_out_on"
                "from (select coalesce(held.merged_into_id, held.id) as id,"
                "sum(credits_posted - debits_posted - debits_pending) as free_minor"
                "from ledger_account join person held on held.id = ledger_account.person_id"
                "where ledger_account.organisation_id = $1 and asset = $2 and kind in ('prepaid', 'receivable')"
                "and credits_posted > debits_posted group by coalesce(held.merged_into_id, held.id)) owner"
                "join tenancy on tenancy.person_id = owner.id where owner.free_minor > 0 group by owner.id"
                "having count(*) = count(tenancy.moved_out_on) and max(tenancy.moved_out_on) <= $3) gone"
            ])
            .bind(organisation.uuid())
            .bind(asset.word())
            .bind(day)
            .one()
            .await?;
        Ok(since.map(|since| (count, since)))
    }

    /// Everybody with accounts in their favour, what they owe on others left aside, and payments that nobody could place;
    /// those of which nothing has moved for longest first.
    pub async fn left_balances(&mut self, organisation: OrganisationId, asset: Asset) -> Result<Vec<LeftBalance>> {
        let rows: Vec<LeftRow> = self
            .sql(text![
                "select owner.id as person_id, owner.given_name, owner.family_name, owner.protected_identity,"
                "cast(sum(credits_posted - debits_posted) as bigint) as minor,"
                "cast(sum(debits_pending) as bigint) as held_minor,"
                "max((select max(value_on) from ledger_transfer where debit_id = ledger_account.id"
                "and step in ('posted', 'post'))) as debited_on,"
                "max((select max(value_on) from ledger_transfer where credit_id = ledger_account.id"
                "and step in ('posted', 'post'))) as credited_on,"
                "(select count(*) from tenancy where tenancy.person_id = owner.id) as tenancies,"
                "(select count(*) from tenancy where tenancy.person_id = owner.id and moved_out_on is null)"
                "as open_tenancies,"
                "(select max(moved_out_on) from tenancy where tenancy.person_id = owner.id) as moved_out_on"
                "from ledger_account join person held on held.id = ledger_account.person_id"
                "join person owner on owner.id = coalesce(held.merged_into_id, held.id)"
                "where ledger_account.organisation_id = $1 and asset = $2 and kind in ('prepaid', 'receivable')"
                "and credits_posted > debits_posted"
                "group by owner.id, owner.given_name, owner.family_name, owner.protected_identity"
            ])
            .bind(organisation.uuid())
            .bind(asset.word())
            .all()
            .await?;
        let mut all: Vec<LeftBalance> = rows
            .into_iter()
            .filter_map(|row| {
                Some(LeftBalance {
                    owner: LeftOwner::Person {
                        id: PersonId(row.person_id),
                        name: (row.given_name, row.family_name, row.protected_identity),
                        moved_out_on: row.moved_out_on.filter(|_| row.tenancies > 0 && row.open_tenancies == 0),
                    },
                    minor: row.minor,
                    held_minor: row.held_minor,
                    moved_on: row.debited_on.max(row.credited_on)?,
                })
            })
            .collect();
        all.extend(self.left_of_companies(organisation, asset).await?);
        if let Some(currency) = asset.currency() {
            let unplaced: Vec<(Uuid, Option<String>, i64, NaiveDate)> = self
                .sql(
                    "select id, payer, left_minor, booked_on from incoming_payment where organisation_id = $1 \
                     and currency = $2 and left_minor > 0 order by booked_on, id",
                )
                .bind(organisation.uuid())
                .bind(currency.code())
                .all()
                .await?;
            all.extend(unplaced.into_iter().map(|(id, name, minor, moved_on)| LeftBalance {
                owner: LeftOwner::Payer { id: IncomingPaymentId(id), name },
                minor,
                held_minor: 0,
                moved_on,
            }));
        }
        all.sort_by_key(|it| it.moved_on);
        Ok(all)
    }

    /// Companies with accounts in their favour.
    async fn left_of_companies(&mut self, organisation: OrganisationId, asset: Asset) -> Result<Vec<LeftBalance>> {
        type Row = (Uuid, String, i64, i64, Option<NaiveDate>, Option<NaiveDate>, Uuid);
        let rows: Vec<Row> = self
            .sql(text![
                "select company.id, company.name, cast(sum(credits_posted - debits_posted) as bigint),"
                "cast(sum(debits_pending) as bigint),"
                "max((select max(value_on) from ledger_transfer where debit_id = ledger_account.id"
                "and step in ('posted', 'post'))),"
                "max((select max(value_on) from ledger_transfer where credit_id = ledger_account.id"
                "and step in ('posted', 'post'))),"
                "(select own.id from ledger_account own where own.organisation_id = $1 and own.company_id = company.id"
                "and own.asset = $2 and own.kind in ('prepaid', 'receivable')"
                "and own.credits_posted > own.debits_posted order by own.kind, own.id limit 1)"
                "from ledger_account join company on company.id = ledger_account.company_id"
                "where ledger_account.organisation_id = $1 and asset = $2 and kind in ('prepaid', 'receivable')"
                "and credits_posted > debits_posted group by company.id, company.name"
            ])
            .bind(organisation.uuid())
            .bind(asset.word())
            .all()
            .await?;
        let left = rows.into_iter().filter_map(|(id, name, minor, held_minor, debited_on, credited_on, account)| {
            let owner = LeftOwner::Company { id: CompanyId(id), name, account: AccountId(account) };
            Some(LeftBalance { owner, minor, held_minor, moved_on: debited_on.max(credited_on)? })
        });
        Ok(left.collect())
    }
}

const fn uuid_of(debtor: Debtor) -> Uuid {
    match debtor {
        Debtor::Person(id) => id.uuid(),
        Debtor::Company(id) => id.uuid(),
    }
}
