//! Which account of the accountant's chart stands for accounts of ours.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use stolpe_domain::bookkeeping::{AccountNumber, ChartAccount, ChartKey, rates_told_apart, standard};
use stolpe_domain::country::Country;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::faults::Faults;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::ledger::AccountKind;
use stolpe_domain::tariff::ComponentKind;
use stolpe_domain::vat::Vat;
use stolpe_store::bookkeeping::ChosenAccount;

/// Longer than any program of accounts shows.
const LONGEST_NAME: usize = 60;

/// An account that is meant for accounts of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartRow {
    /// What it stands for.
    pub key: ChartKey,
    /// The account.
    pub account: ChartAccount,
    /// The account that is meant when nobody chooses another.
    pub standard: ChartAccount,
    /// The version of the choice; 0 when nobody has chosen.
    pub row_version: i64,
}

/// What is typed in of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartDraft {
    /// Its number.
    pub number: String,
    /// What the accountant calls it.
    pub name: String,
}

/// What the audit log keeps of a choice.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kept<'k> {
    kind: &'k str,
    component: Option<&'k str>,
    vat: Option<String>,
    number: &'k str,
    name: &'k str,
}

fn kept(key: ChartKey, account: &ChartAccount) -> Kept<'_> {
    Kept {
        kind: key.kind.word(),
        component: key.component.map(ComponentKind::word),
        vat: key.vat.map(Vat::word),
        number: account.number.as_str(),
        name: &account.name,
    }
}

/// The accounts that are meant in an organisation.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    country: Country,
    chosen: BTreeMap<ChartKey, ChosenAccount>,
}

impl Chart {
    pub(super) fn of(country: Country, chosen: Vec<ChosenAccount>) -> Self {
        Self { country, chosen: chosen.into_iter().map(|it| (it.key, it)).collect() }
    }

    /// The account for something: as it was chosen for just this, or for whatever was sold, or the standard.
    pub(super) fn account(&self, key: ChartKey) -> ChartAccount {
        let chosen = self.chosen.get(&key).or_else(|| self.chosen.get(&key.whatever_sold()));
        chosen.map_or_else(|| standard(self.country, key), |it| it.account.clone())
    }
}

/// Everything that an account is asked for: what every organisation has, and what this one has chosen beyond it.
fn asked_for(country: Country, chosen: impl IntoIterator<Item = ChartKey>) -> BTreeSet<ChartKey> {
    let bare = |kind| ChartKey { kind, component: None, vat: None };
    let always = [
        AccountKind::Receivable,
        AccountKind::Prepaid,
        AccountKind::Bank,
        AccountKind::Suspense,
        AccountKind::Cash,
        AccountKind::ClearingCard,
        AccountKind::ProviderFee,
        AccountKind::TillDifference,
        AccountKind::Rounding,
    ];
    let through = match country {
        Country::Se => &[AccountKind::ClearingSwish, AccountKind::ClearingPayson][..],
        Country::No => &[AccountKind::ClearingVipps],
    };
    let by_vat = rates_told_apart(country).into_iter().flat_map(|vat| {
        [AccountKind::Revenue, AccountKind::Vat].map(|kind| ChartKey { kind, component: None, vat: Some(vat) })
    });
    let without = ChartKey { kind: AccountKind::Revenue, component: None, vat: Some(Vat::Exempt) };
    let late = [ComponentKind::ReminderFee, ComponentKind::LateInterest]
        .map(|component| ChartKey { component: Some(component), ..without });
    always
        .into_iter()
        .chain(through.iter().copied())
        .map(bare)
        .chain(by_vat)
        .chain([without])
        .chain(late)
        .chain(chosen)
        .collect()
}

impl App {
    /// The accounts that are meant, each with the standard of the country.
    ///
    /// # Errors
    /// As for every question about books.
    pub async fn chart(&self, ctx: &Ctx, organisation: OrganisationId) -> Result<Vec<ChartRow>> {
        let it = self.books_of(ctx, organisation).await?;
        let chosen = self.read().await?.chart_of(organisation).await?;
        let versions: BTreeMap<ChartKey, i64> = chosen.iter().map(|it| (it.key, it.row_version)).collect();
        let chart = Chart::of(it.country, chosen);
        let keys = asked_for(it.country, versions.keys().copied());
        Ok(keys
            .into_iter()
            .map(|key| ChartRow {
                key,
                account: chart.account(key),
                standard: standard(it.country, key),
                row_version: versions.get(&key).copied().unwrap_or(0),
            })
            .collect())
    }

    /// Chooses an account, or means the standard again; `row_version` is 0 while nobody has chosen. Files that were made
    /// keep what they say.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Changed`] when somebody was faster.
    pub async fn choose_account(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        key: ChartKey,
        row_version: i64,
        draft: Option<&ChartDraft>,
    ) -> Result<Vec<ChartRow>> {
        let it = self.books_of(ctx, organisation).await?;
        let account = draft.map(check).transpose()?;
        let mut tx = self.write().await?;
        let before = tx.chart_of(organisation).await?.into_iter().find(|it| it.key == key);
        if before.as_ref().map_or(0, |it| it.row_version) != row_version {
            return Err(AppError::Changed);
        }
        match &account {
            Some(account) => tx.put_chart_account(organisation, key, row_version, account).await?,
            None if row_version == 0 => return self.chart(ctx, organisation).await,
            None => tx.remove_chart_account(organisation, key, row_version).await?,
        }
        let was = before.map_or_else(|| standard(it.country, key), |it| it.account);
        let is = account.unwrap_or_else(|| standard(it.country, key));
        let event = Event::new(Action::ChartAccountChosen, Subject::Organisation(organisation))
            .organisation(organisation)
            .before(&kept(key, &was))
            .after(&kept(key, &is));
        tx.commit(ctx, [event]).await?;
        self.chart(ctx, organisation).await
    }
}

fn check(draft: &ChartDraft) -> Result<ChartAccount> {
    let mut faults = Faults::default();
    let number = faults.keep("number", AccountNumber::parse(&draft.number), |error| error.code().to_owned());
    let name = faults.optional_text("name", Some(&draft.name), LONGEST_NAME);
    if name.is_none() {
        faults.add("name", "required");
    }
    match (faults.none(), number, name) {
        (Ok(()), Some(number), Some(name)) => Ok(ChartAccount { number, name }),
        (Err(faults), ..) => Err(faults.into()),
        _ => Err(AppError::NotFound),
    }
}
