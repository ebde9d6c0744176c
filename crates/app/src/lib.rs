//! The use cases: whether something may happen, and everything that happens with it.
//!
//! Every verb has the same five steps: *may – read – decide – write – say*. It asks [`Ctx`] whether the actor may, reads
//! what the rule needs, lets a pure rule of `stolpe-domain` decide, writes, and says what happened through
//! [`work::Tx::commit`], the only way to make a change durable.
//!
//! **Architecture invariant:** nothing here knows of HTTP or SQL.

mod access;
mod audit;
mod backlog;
mod billing;
mod bookkeeping;
mod charge_point;
mod charging;
mod circuit;
mod ctx;
mod document;
mod error;
mod export;
mod facility;
mod feed;
mod guesses;
mod import;
mod incoming_payment;
mod job;
mod ledger;
mod letter;
mod list_import;
mod listening;
mod login;
mod logo;
mod mail_template;
mod mailbox;
mod market_price;
mod money_back;
mod month_run;
mod network;
mod notice;
mod one_time;
mod organisation;
mod password;
mod payment;
mod payout;
mod person;
mod price_feed;
mod promote;
mod queue;
mod random;
mod reconciliation;
mod refund;
mod reminder;
mod saved_card;
mod search;
mod second_approval;
mod session;
mod setting;
mod setup;
mod shared_host;
mod sign_in;
mod sms;
mod sorting;
mod staff;
mod tag;
mod tariff;
mod tenancy;
mod terms;
mod till;
mod todo;
mod top_up;
mod totp;
mod training;
mod unit;
mod upkeep;
mod vault;
mod view;
mod wish;
mod work;

use std::sync::Arc;
use stolpe_ports::clock::Clock;
use stolpe_ports::mail::Mailer;
use stolpe_ports::mailbox::MailboxReader;
use stolpe_ports::payments::PaymentProviders;
use stolpe_ports::prices::PriceMarket;
use stolpe_ports::secrets::KeyKeeper;
use stolpe_ports::sms::SmsGateways;
use stolpe_store::Db;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use access::Me;
pub use audit::Proof;
pub use bookkeeping::{BookedMonth, BooksForm, ChartDraft, ChartRow, Closing, OpenMatter, Turnover};
pub use charge_point::{ChargingTree, OpenChargePoint, key_digest};
pub use charging::{Caller, Due, Ended, Entrance, Line};
pub use ctx::{Ctx, Idempotency, Replayed};
pub use document::{CreditWish, DocumentProof, DocumentSms, NamedDocument, OpenDocument, ProvenLine, SendBy};
pub use error::{AppError, Result};
pub use export::{DocumentRows, Export, PeopleExport};
pub use feed::{Change, Feed, Told};
pub use import::{AtOnce, Taken};
pub use import::{ImportColumn, ImportCounts, ImportFault, ImportFindings, ImportMapping, ImportPlan, OpenImport};
pub use incoming_payment::{
    BankFileFindings, NamedPayable, OpenIncomingPayment, OutcomeSums, PlannedPayment, Told as PaymentTold,
    ToldReference,
};
pub use job::{JobCut, Progress};
pub use ledger::{
    ForeseenMove, KeptProof, OpenTransfer, Statement, StatementEntry, StatementPeriod, TransferLeg, TransferSource,
};
pub use letter::{LetterChoice, LetterOrder};
pub use list_import::{Earnest, ListFault, ListFindings, SessionImport};
pub use listening::Listener;
pub use mail_template::{OpenTemplate, TriedTemplate};
pub use mailbox::{MailboxDraft, MailboxReading, MailboxSetting};
pub use market_price::{AreaPrices, KnownPrices, TakenPrices};
pub use money_back::{ToldOfMoney, Unreached};
pub use month_run::{
    Collected, CollectedPerson, MonthPlan, MonthWish, OpenMonthRun, PlanWaiting, PlannedDocument, Reach,
};
pub use notice::OpenNotice;
pub use one_time::Invited;
pub use payment::{
    Agreement, CardStep, CardWish, FacilityMethods, ListedMethods, ListedPayment, MyInvoice, MyPayment, OpenPayment,
    PayBy,
};
pub use payout::{
    HandOutcome, LeftMoney, ListedPayout, OpenPayout, OpenPayoutFile, PayoutDraft, PayoutOffer, PlannedStatus,
    StatusFindings, TakenStatuses, WantedDestination,
};
pub use person::{ErasureRow, Likely, OpenPerson};
pub use price_feed::{PriceFeedDraft, PriceFeedSetting, PriceFeedStand};
pub use promote::Arrived;
pub use reconciliation::{CareDraft, OpenDifference, Reconciliation, SettlementFindings, SettlementPlan};
pub use refund::{ListedRefund, MyRefund, OpenRefund, RefundOffer};
pub use reminder::{
    ChosenReminders, KnownFigure, OpenReminderRun, PlannedInvoice, PlannedReminder, ReminderLeftOut, ReminderPlan,
};
pub use saved_card::{CardsOffered, MySavedCard};
pub use search::Found;
pub use session::{
    AskingDocument, ChargingPlace, MonthTotal, OpenSession, OpenStrayMessage, SessionCharge, SessionCost,
};
pub use setting::{AddressSetting, MailDraft, MailSetting, SecurityWord};
pub use setup::{OwnerDraft, SetupDone, SetupDraft, SystemState};
pub use sign_in::{Credentials, Entered};
pub use sms::{OpenSmsSetting, SmsDraft, SmsEstimate, SmsSetting, SmsStanding};
pub use staff::{Invitation, MembershipDraft, ScopeDraft, StaffMember};
pub use stolpe_documents::table_out::TableFormat;
pub use tariff::TariffPreview;
pub use terms::{ListedTerms, OrganisationTerms, PublicTerms, TermsDraft};
pub use till::{
    ListedTill, ListedTillEntry, OpenTill, OwedAtCounter, PayoutAtCounter, StandingAtCounter, TakeBackWish,
    TillStanding, TillWish,
};
pub use top_up::{Advance, MyBalance};
pub use totp::TotpOffer;
pub use training::TrainingCaller;
pub use unit::{Tenant, UnitCut};
pub use upkeep::Retention;
pub use vault::{Purpose, Vault};
// What use cases answer with comes from the store as it is; whoever calls them needs no other crate.
pub use stolpe_documents::bank_file::Skipped as SkippedEntries;
pub use stolpe_ocpp::v16::{Operation, ResetKind, Trigger};
pub use stolpe_store::Engine;
pub use stolpe_store::access::SignIn;
pub use stolpe_store::audit::{AuditEntry, AuditFilter};
pub use stolpe_store::charge_point::{ChargePointFilter, ChargePointKey};
pub use stolpe_store::command::Command;
pub use stolpe_store::document::{Document, DocumentFilter, DocumentKey, DocumentLine, DocumentSums};
pub use stolpe_store::incoming_payment::{
    BankFile, BankFilePlace, IncomingPayment, IncomingPaymentFilter, IncomingPaymentKey, IncomingSums, ToldDeposit,
};
pub use stolpe_store::key_change::KeyStand;
pub use stolpe_store::ledger::{
    AccountFilter, AccountKey, LedgerFault, LedgerProof, ListedAccount, StatementKey, Traced,
};
pub use stolpe_store::logo::KeptLogo;
pub use stolpe_store::market_price::ReplacedPrice;
pub use stolpe_store::message::{Direction, Message, MessageFilter};
pub use stolpe_store::month_run::MonthRun;
pub use stolpe_store::payout::{
    LeftBalance, LeftOwner, OutgoingLine, Payout, PayoutFile, PayoutFilter, PayoutItem, PayoutPlace, PayoutStatus,
    PayoutStatusFile,
};
pub use stolpe_store::refund::{Refund, RefundFilter, RefundPlace};
pub use stolpe_store::reminder::{EarlierReminder, ReminderPause, ReminderRun};
pub use stolpe_store::session::{NamedSession, Session, SessionFilter, SessionKey};
pub use stolpe_store::sms::{KeptReport, RefusedReports, Sending};
pub use stolpe_store::stray_message::StrayMessage;
pub use stolpe_store::tag::ListedTag;
// What a file is said to be is said in the words of `stolpe-documents`.
pub use stolpe_documents::people_file::PeopleField as ImportField;
pub use stolpe_documents::table_file::columns::DateOrder as ImportDateOrder;
pub use stolpe_documents::table_file::{Delimiter as ImportDelimiter, TextEncoding as ImportEncoding};
pub use stolpe_ports::payments::{Onward, RawCallback};
pub use stolpe_ports::sms::SmsSeen;
pub use stolpe_store::import::ImportState;
pub use stolpe_store::job::{Job, JobFile, JobState};
pub use stolpe_store::letter::LetterView;
pub use stolpe_store::notice::{Notice, NoticeFilter, NoticeState};
pub use stolpe_store::page::{Order, Page, Stretch, Total};
pub use stolpe_store::payment::{
    Attempt, Callback, CallbackOf, CallbackOutcome, Payment, PaymentFilter, PaymentPlace, RefusedCallbacks,
};
pub use stolpe_store::person::{PeopleFilter, PeopleView, PersonKey, Register};
pub use stolpe_store::reconciliation::{BankLine, ProviderSettlement, SettlementPlace};
pub use stolpe_store::saved_card::SavedCard;
pub use stolpe_store::tariff::KeptTariff;
pub use stolpe_store::tenancy::PlacedTenancy;
pub use stolpe_store::terms::AcceptedTerms;
pub use stolpe_store::till::{KeptTillEntry, Till, TillFilter, TillPlace};
pub use stolpe_store::todo::Waiting;
pub use stolpe_store::top_up::TopUpReceipt;
pub use stolpe_store::unit::{ListedUnit, UnitKey};
pub use stolpe_store::view::View;

/// The product: a database, and the ports to the world.
#[derive(Clone)]
pub struct App {
    db: Db,
    clock: Arc<dyn Clock>,
    mailer: Arc<dyn Mailer>,
    mailboxes: Arc<dyn MailboxReader>,
    market: Arc<dyn PriceMarket>,
    payments: payment::Payments,
    gateways: sms::Gateways,
    vault: Vault,
    feed: Feed,
    hashing: queue::Queue,
    reading: queue::Queue,
    tasks: TaskTracker,
    stop: CancellationToken,
    running: job::Running,
    /// Tells this run of the program from others on the same server.
    host: uuid::Uuid,
    retention: Retention,
    longest_sign_in: chrono::TimeDelta,
    /// Keys the digests of requests while the vault is locked.
    own_key: [u8; 32],
    listeners: listening::Listeners,
    charging: charging::Charging,
    logos: logo::Logos,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("db", &self.db).field("vault", &self.vault).finish_non_exhaustive()
    }
}

impl App {
    /// Puts the product together, opens its vault if it can, and ends tasks whose host has died. Those of another host
    /// that is at work on the same server go on. Documents from before there was a ledger are posted.
    ///
    /// A locked vault is no error: everything but secrets works, and the interface says what to do.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached.
    pub async fn start(
        db: Db,
        clock: Arc<dyn Clock>,
        mailer: Arc<dyn Mailer>,
        keeper: Arc<dyn KeyKeeper>,
    ) -> Result<Self> {
        let app = Self::beside(db, clock, mailer, keeper).await?;
        app.end_lost_jobs().await?;
        if let Err(error) = app.post_old_documents().await {
            // Whoever opens the desk is not kept out; the night's proof names what is missing.
            tracing::error!(%error, "documents from before there was a ledger are not posted yet");
        }
        Ok(app)
    }

    /// Puts the product together for one command, which may run beside a host that is at work on the same server: the
    /// tasks of that host are left alone.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached.
    pub async fn beside(
        db: Db,
        clock: Arc<dyn Clock>,
        mailer: Arc<dyn Mailer>,
        keeper: Arc<dyn KeyKeeper>,
    ) -> Result<Self> {
        let host = stolpe_domain::id::uuid_at(clock.now(), random::bytes());
        let app = Self {
            db,
            clock,
            mailer,
            mailboxes: Arc::new(mailbox::NoMailbox),
            market: Arc::new(price_feed::NoMarket),
            payments: payment::Payments::default(),
            gateways: sms::Gateways::default(),
            vault: Vault::locked(keeper),
            feed: Feed::default(),
            hashing: queue::Queue::of_hashes(),
            reading: queue::Queue::of_files(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            running: job::Running::default(),
            host,
            retention: Retention::default(),
            longest_sign_in: sign_in::LONGEST,
            own_key: random::bytes(),
            listeners: listening::Listeners::default(),
            charging: charging::Charging::default(),
            logos: logo::Logos::default(),
        };
        let wrapped = app.read().await?.find_vault().await?;
        if let Some(wrapped) = wrapped
            && let Err(error) = app.vault.unlock(&wrapped).await
        {
            tracing::warn!(%error, "the vault stays locked: personal numbers, second factors and mail wait for the key");
        }
        Ok(app)
    }

    /// The same product, which keeps for so long what is not kept for good.
    #[must_use]
    pub fn keeping(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// The same product, which reads by these means what has come back of its mail.
    #[must_use]
    pub fn reading_mailboxes(self, mailboxes: Arc<dyn MailboxReader>) -> Self {
        Self { mailboxes, ..self }
    }

    /// The same product, which asks these sources for the prices of the market.
    #[must_use]
    pub fn asking_for_prices(self, market: Arc<dyn PriceMarket>) -> Self {
        Self { market, ..self }
    }

    /// The same product, which takes payments through these providers.
    #[must_use]
    pub fn taking_payments(self, providers: Arc<dyn PaymentProviders>) -> Self {
        Self { payments: payment::Payments::through(providers), ..self }
    }

    /// The same product, which sends SMS through these gateways.
    #[must_use]
    pub fn sending_sms(self, gateways: Arc<dyn SmsGateways>) -> Self {
        Self { gateways: sms::Gateways::through(gateways), ..self }
    }

    /// The same product, in which a sign-in ends after so long however busy its device is.
    #[must_use]
    pub fn ending_sign_ins_after(self, longest_sign_in: chrono::TimeDelta) -> Self {
        Self { longest_sign_in, ..self }
    }

    /// The present instant.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.clock.now()
    }

    /// The id of a request that has just begun.
    pub fn new_correlation(&self) -> stolpe_domain::id::Correlation {
        stolpe_domain::id::Correlation(stolpe_domain::id::uuid_at(self.now(), random::bytes()))
    }

    /// The database, for backups and proofs.
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// Live changes.
    pub const fn feed(&self) -> &Feed {
        &self.feed
    }

    /// The vault.
    pub const fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Asks all that runs beside the caller to end: a task after the step it is at, listeners to live changes at once.
    pub fn begin_to_stop(&self) {
        self.stop.cancel();
    }

    /// Ends when the product is asked to stop: what would go on without end ends with it.
    pub fn stopping(&self) -> impl Future<Output = ()> + Send + use<> {
        self.stop.clone().cancelled_owned()
    }

    /// Stops background work after the step it is at, and waits for it.
    pub async fn stop(&self) {
        self.begin_to_stop();
        self.tasks.close();
        self.tasks.wait().await;
        self.db.close().await;
    }

    /// The same work, which [`App::stop`] waits for; for those that somebody else runs.
    pub fn tracked<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        self.tasks.track_future(work)
    }

    /// Runs something beside the caller; [`App::stop`] waits for it.
    #[expect(clippy::disallowed_methods, reason = "this is the tracked spawner that everything else uses")]
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(self.tasks.track_future(work));
    }
}
