//! Every fact that the product can state. From it come the audit row, the live feed and the stale caches.

use crate::id::{
    BankFileId, ChargePointId, CircuitId, CommandId, DepartmentId, DocumentId, FacilityId, ImportId, IncomingPaymentId,
    JobId, LoginId, MonthRunId, NoticeId, OrganisationId, PaymentAgreementId, PaymentId, PayoutFileId, PayoutId,
    PersonId, ProviderSettlementId, RefundId, ReminderRunId, SavedCardId, SessionId, SignInId, StrayMessageId, TagId,
    TariffId, TenancyId, TillEntryId, TillId, UnitId, ViewId,
};
use serde::Serialize;
use uuid::Uuid;

macro_rules! subjects {
    ($($variant:ident($id:ty) = $word:literal,)*) => {
        /// What a fact is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Subject {
            /// The installation.
            Host,
            /// A setting, by name.
            Setting,
            /// The audit log.
            Audit,
            $(#[doc = concat!("One ", $word, ".")] $variant($id),)*
        }

        impl Subject {
            /// The stable word of the kind.
            pub const fn kind(self) -> &'static str {
                match self {
                    Self::Host => "host",
                    Self::Setting => "setting",
                    Self::Audit => "audit",
                    $(Self::$variant(_) => $word,)*
                }
            }

            /// The id, where the kind has one.
            pub const fn id(self) -> Option<Uuid> {
                match self {
                    Self::Host | Self::Setting | Self::Audit => None,
                    $(Self::$variant(id) => Some(id.uuid()),)*
                }
            }
        }
    };
}

subjects! {
    Organisation(OrganisationId) = "organisation",
    Department(DepartmentId) = "department",
    Facility(FacilityId) = "facility",
    Unit(UnitId) = "unit",
    Tariff(TariffId) = "tariff",
    Circuit(CircuitId) = "circuit",
    ChargePoint(ChargePointId) = "charge_point",
    Tag(TagId) = "tag",
    Person(PersonId) = "person",
    Tenancy(TenancyId) = "tenancy",
    Login(LoginId) = "login",
    SignIn(SignInId) = "sign_in",
    Import(ImportId) = "import",
    Job(JobId) = "job",
    Notice(NoticeId) = "notice",
    View(ViewId) = "view",
    Session(SessionId) = "session",
    StrayMessage(StrayMessageId) = "stray_message",
    Command(CommandId) = "command",
    MonthRun(MonthRunId) = "month_run",
    Document(DocumentId) = "document",
    BankFile(BankFileId) = "bank_file",
    IncomingPayment(IncomingPaymentId) = "incoming_payment",
    ReminderRun(ReminderRunId) = "reminder_run",
    PaymentAgreement(PaymentAgreementId) = "payment_agreement",
    Payment(PaymentId) = "payment",
    SavedCard(SavedCardId) = "saved_card",
    ProviderSettlement(ProviderSettlementId) = "provider_settlement",
    Refund(RefundId) = "refund",
    Till(TillId) = "till",
    TillEntry(TillEntryId) = "till_entry",
    Payout(PayoutId) = "payout",
    PayoutFile(PayoutFileId) = "payout_file",
}

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $word:literal [$($tag:literal),*],)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Action { $($(#[$doc])* $variant,)* }

        impl Action {
            /// Every action, in the order of the filter.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable word in the audit log; the interface translates it.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Which caches the fact makes stale.
            pub const fn tags(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($tag),*],)* }
            }

            /// The action of a stable word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|action| action.word() == word)
            }
        }
    };
}

actions! {
    /// The installation got its first owner.
    HostSetUp = "host.set_up" ["system", "organisation", "facility"],
    /// A database was taken in from a backup.
    HostRestored = "host.restored" ["system"],
    /// Everything was moved from the database file to a server.
    HostPromoted = "host.promoted" ["system"],
    /// The recovery code opened the vault.
    VaultRecovered = "vault.recovered" ["system"],
    /// A setting changed.
    SettingChanged = "setting.changed" ["setting", "me"],
    /// An organisation wrote a text of mail.
    MailTemplateChanged = "mail_template.changed" ["mail_template"],
    /// An organisation went back to a standard text of mail.
    MailTemplateRestored = "mail_template.restored" ["mail_template"],
    /// A mail was sent to try the mail server.
    MailTested = "setting.mail_tested" ["audit"],
    /// A test SMS was sent.
    SmsTested = "setting.sms_tested" ["audit"],
    /// An organisation was added.
    OrganisationAdded = "organisation.added" ["organisation"],
    /// An organisation changed.
    OrganisationChanged = "organisation.changed" ["organisation"],
    /// An organisation has a logo, or another one.
    LogoSet = "organisation.logo_set" ["logo"],
    /// An organisation has no logo any more.
    LogoRemoved = "organisation.logo_removed" ["logo"],
    /// A department was added.
    DepartmentAdded = "department.added" ["department"],
    /// A department changed.
    DepartmentChanged = "department.changed" ["department"],
    /// A department was removed.
    DepartmentRemoved = "department.removed" ["department"],
    /// A facility was added.
    FacilityAdded = "facility.added" ["facility"],
    /// A facility changed.
    FacilityChanged = "facility.changed" ["facility"],
    /// A unit was added.
    UnitAdded = "unit.added" ["unit", "facility"],
    /// A unit changed.
    UnitChanged = "unit.changed" ["unit", "person"],
    /// A unit was removed.
    UnitRemoved = "unit.removed" ["unit", "facility"],
    /// A circuit was added.
    CircuitAdded = "circuit.added" ["circuit"],
    /// A circuit changed.
    CircuitChanged = "circuit.changed" ["circuit", "charge_point"],
    /// A circuit was removed.
    CircuitRemoved = "circuit.removed" ["circuit"],
    /// A charge point was prepared before it ever called.
    ChargePointAdded = "charge_point.added" ["charge_point", "circuit"],
    /// A charge point that called was adopted.
    ChargePointAdopted = "charge_point.adopted" ["charge_point", "circuit", "waiting_charge_point", "todo"],
    /// A charge point changed.
    ChargePointChanged = "charge_point.changed" ["charge_point", "circuit", "todo"],
    /// A charge point got a key; the one before opens nothing any more.
    ChargePointKeySet = "charge_point.key_set" ["charge_point"],
    /// A charge point was asked to take a new key; both open from now on.
    KeyChangeAsked = "charge_point.key_change_asked" ["charge_point", "command"],
    /// A charge point has called with its new key; the one before opens nothing any more.
    KeyChanged = "charge_point.key_changed" ["charge_point", "command", "audit"],
    /// Somebody stays with the key that a charge point had.
    KeyChangeGivenUp = "charge_point.key_change_given_up" ["charge_point", "command"],
    /// A charge point was taken out of service for good.
    ChargePointDecommissioned = "charge_point.decommissioned" ["charge_point", "circuit", "todo"],
    /// Somebody who waits was sent away.
    WaitingDismissed = "charge_point.dismissed" ["waiting_charge_point", "todo"],
    /// A tag was added.
    TagAdded = "tag.added" ["tag"],
    /// A tag changed.
    TagChanged = "tag.changed" ["tag"],
    /// A tag was removed.
    TagRemoved = "tag.removed" ["tag"],
    /// The tariff of a facility was saved.
    TariffSaved = "tariff.saved" ["tariff"],
    /// Prices of the market were taken in.
    MarketPricesTaken = "market_price.taken" ["market_price", "todo"],
    /// Somebody had prices of the market asked for at once.
    MarketPricesAsked = "market_price.asked" ["market_price"],
    /// A person was added.
    PersonAdded = "person.added" ["person", "facility", "todo"],
    /// A person's data changed.
    PersonChanged = "person.changed" ["person", "unit", "todo"],
    /// Two records of one person became one.
    PersonMerged = "person.merged" ["person", "unit", "account", "refund", "todo"],
    /// Somebody said of two records that they are not one person.
    PersonToldApart = "person.told_apart" ["person"],
    /// It was taken back that two records are not one person.
    PersonToldApartUndone = "person.told_apart_undone" ["person"],
    /// A person's identity was erased.
    PersonErased = "person.erased" ["person", "unit", "todo"],
    /// Somebody looked at a personal number in clear.
    PersonalNumberRevealed = "person.personal_number_revealed" ["person"],
    /// Somebody opened a person with protected identity.
    ProtectedPersonRead = "person.protected_read" ["audit"],
    /// People left in a file.
    PeopleExported = "person.exported" ["audit"],
    /// A person moved in.
    TenancyBegun = "tenancy.begun" ["person", "unit"],
    /// A person moved out.
    TenancyEnded = "tenancy.ended" ["person", "unit"],
    /// A tenancy that never was is gone.
    TenancyRemoved = "tenancy.removed" ["person", "unit"],
    /// A login was added.
    LoginAdded = "login.added" ["person", "staff", "todo"],
    /// A username changed.
    LoginChanged = "login.changed" ["person", "staff"],
    /// An initial password was made and a letter with it.
    LoginIssued = "login.issued" ["person", "todo"],
    /// A letter reached its reader.
    LoginHandedOver = "login.handed_over" ["person", "todo"],
    /// It was taken back that a letter reached its reader.
    LoginHandOverUndone = "login.hand_over_undone" ["person", "todo"],
    /// Staff blocked a login.
    LoginBlocked = "login.blocked" ["person", "staff"],
    /// Staff opened a login again.
    LoginUnblocked = "login.unblocked" ["person", "staff"],
    /// Too many failures closed a login for a while.
    LoginLocked = "login.locked" ["person", "audit"],
    /// A person chose a password.
    PasswordChanged = "login.password_changed" ["me", "person", "todo"],
    /// A link to choose a password was asked for.
    PasswordResetAsked = "login.password_reset_asked" ["notice"],
    /// Somebody who is signed in gave a wrong password or code.
    ProofRefused = "login.proof_refused" ["audit"],
    /// A second factor was switched on.
    TotpEnabled = "login.totp_enabled" ["me", "staff"],
    /// A second factor was switched off.
    TotpDisabled = "login.totp_disabled" ["me", "staff"],
    /// Somebody was invited to the desk.
    StaffInvited = "staff.invited" ["staff", "notice"],
    /// An invitation was taken up.
    StaffJoined = "staff.joined" ["staff"],
    /// Somebody's roles changed.
    StaffChanged = "staff.changed" ["staff", "me"],
    /// Somebody signed in.
    SignedIn = "sign_in.begun" ["sign_in", "person"],
    /// A sign-in was refused.
    SignInRefused = "sign_in.refused" ["audit"],
    /// A sign-in ended.
    SignedOut = "sign_in.ended" ["sign_in"],
    /// A file was read for an import; nothing has been taken in yet.
    ImportRead = "import.read" ["import"],
    /// An import's columns were mapped.
    ImportMapped = "import.mapped" ["import"],
    /// A file that was read was thrown away before anything was taken in.
    ImportDiscarded = "import.discarded" ["import"],
    /// An import was started.
    ImportStarted = "import.started" ["import", "job"],
    /// A run of rows was taken in.
    ImportCommitted = "import.committed" ["import", "person", "unit", "facility", "todo"],
    /// The file of an import was destroyed, with what was noted of its content.
    ImportFileDestroyed = "import.file_destroyed" ["import"],
    /// An import was taken back.
    ImportUndone = "import.undone" ["import", "person", "unit", "facility", "todo"],
    /// Letters were made.
    LettersMade = "letter.made" ["job", "person", "todo"],
    /// A file with initial passwords was fetched.
    LettersFetched = "letter.fetched" ["job", "audit"],
    /// A background task began.
    JobStarted = "job.started" ["job"],
    /// A background task came further or ended.
    JobMoved = "job.moved" ["job"],
    /// A background task was asked to stop.
    JobCancelled = "job.cancelled" ["job"],
    /// A message is on its way again.
    NoticeRetried = "notice.retried" ["notice"],
    /// A list that names nobody left in a file.
    ListExported = "list.exported" ["audit"],
    /// The audit log left in a file.
    AuditExported = "audit.exported" ["audit"],
    /// A filter was saved.
    ViewSaved = "view.saved" ["view"],
    /// A saved filter was removed.
    ViewRemoved = "view.removed" ["view"],
    /// Something was asked of a charge point.
    CommandAsked = "command.asked" ["command"],
    /// A doubted session was accepted as it is.
    SessionAccepted = "session.accepted" ["session", "todo"],
    /// It was said who took the energy of a session.
    SessionAssigned = "session.assigned" ["session"],
    /// Sessions were taken in that another system has counted.
    SessionsImported = "session.imported" ["session", "todo"],
    /// A session was taken out of billing for good.
    SessionVoided = "session.voided" ["session", "todo"],
    /// A stop in quarantine was said to end a session.
    StrayMessageAttached = "stray_message.attached" ["stray_message", "session", "charge_point", "todo"],
    /// A report without a session was said to mean nothing.
    StrayMessageDismissed = "stray_message.dismissed" ["stray_message", "todo"],
    /// How an organisation is paid was changed.
    BillingChanged = "billing.changed" ["billing"],
    /// Another account of the accountant's chart is meant.
    ChartAccountChosen = "chart_account.chosen" ["bookkeeping"],
    /// Vouchers left in a file.
    BooksExported = "bookkeeping.exported" ["audit", "bookkeeping"],
    /// A month was locked: nothing is posted into it any more.
    MonthLocked = "bookkeeping.month_locked" ["bookkeeping"],
    /// The last month that was locked was opened again.
    MonthUnlocked = "bookkeeping.month_unlocked" ["bookkeeping"],
    /// It was looked at what a month would charge; nothing was charged.
    MonthPlanned = "month_run.planned" ["month_run"],
    /// The documents of a month were made.
    MonthCommitted = "month_run.committed" ["month_run", "session", "todo"],
    /// Messages that many documents wait with were let go.
    MonthReleased = "month_run.released" ["month_run", "notice", "document", "todo"],
    /// Messages that many documents waited with will not go out.
    MonthWithheld = "month_run.withheld" ["month_run", "notice", "todo"],
    /// A document was drafted.
    DocumentDrafted = "document.drafted" ["document"],
    /// A draft was thrown away; what it asked for is owed as before.
    DocumentRemoved = "document.removed" ["document"],
    /// A document got its number.
    DocumentIssued = "document.issued" ["document"],
    /// A document is on its way to whom it is for.
    DocumentSent = "document.sent" ["document", "notice"],
    /// A document was taken out of use.
    DocumentVoided = "document.voided" ["document", "notice"],
    /// A credit note took back a document or a part of it.
    DocumentCredited = "document.credited" ["document"],
    /// All of a document has been paid.
    DocumentPaid = "document.paid" ["document"],
    /// What somebody had paid too much was placed on a document.
    DocumentCarriedOver = "document.carried_over" ["document", "account", "incoming_payment"],
    /// What was held in the ledger is free again, since its time was over.
    HoldRanOut = "ledger.hold_ran_out" ["account"],
    /// A document that had been paid is not any more: what was paid was for something else.
    DocumentUnpaid = "document.unpaid" ["document"],
    /// A file of the bank was taken in.
    BankFileTaken = "bank_file.taken" ["incoming_payment", "document"],
    /// Somebody has said what a payment is for.
    IncomingPaymentSettled = "incoming_payment.settled" ["incoming_payment", "document"],
    /// What somebody had said of a payment, or the bank, was taken back: it waits to be placed again.
    IncomingPaymentTakenBack = "incoming_payment.taken_back" ["incoming_payment", "document", "account"],
    /// A payment is the sum of a deposit that another file tells of payment by payment: it is not counted twice.
    IncomingPaymentSame = "incoming_payment.same_deposit" ["incoming_payment", "account"],
    /// An organisation has chosen how it reminds.
    RemindersChosen = "reminder.chosen" ["reminder"],
    /// A figure of law was added, or put right.
    ReminderFigureAdded = "reminder.figure_added" ["reminder"],
    /// It was looked at who would be reminded; nothing was made.
    RemindersLookedAt = "reminder_run.looked_at" ["reminder"],
    /// The reminders of a run were made.
    RemindersMade = "reminder_run.committed" ["reminder", "document", "account", "todo"],
    /// Messages that reminders wait with were let go.
    RemindersReleased = "reminder_run.released" ["reminder", "notice", "document", "todo"],
    /// Messages that reminders waited with will not go out.
    RemindersWithheld = "reminder_run.withheld" ["reminder", "notice", "todo"],
    /// An invoice is not reminded of for now.
    RemindersPaused = "document.reminders_paused" ["document"],
    /// An invoice may be reminded of again.
    RemindersResumed = "document.reminders_resumed" ["document"],
    /// It was said how a provider is asked.
    PaymentAgreementSaved = "payment_agreement.saved" ["payment_agreement", "my_invoice"],
    /// It was said by which methods residents of a facility may pay.
    PaymentMethodsChosen = "payment_methods.chosen" ["payment_methods", "my_invoice"],
    /// Whether and by which rule residents of a facility pay in advance was said.
    TopUpSettingChanged = "top_up.setting_changed" ["top_up_setting", "my_balance"],
    /// An organisation has written what payers accept.
    TermsWritten = "terms.written" ["terms", "my_invoice"],
    /// Somebody began to pay through a provider.
    PaymentBegun = "payment.begun" ["payment", "my_invoice"],
    /// A try to pay has come further, or has ended without money.
    PaymentMoved = "payment.moved" ["payment", "my_invoice"],
    /// Money has come through a provider.
    PaymentReceived = "payment.received" ["payment", "document", "my_invoice", "account"],
    /// Somebody asked a provider to break off a try to pay.
    PaymentBrokenOff = "payment.broken_off" ["payment", "my_invoice"],
    /// Somebody has looked at what was not plain about a payment.
    PaymentLookedAt = "payment.looked_at" ["payment", "document", "my_invoice"],
    /// Somebody asked a provider to keep their card.
    SavedCardAsked = "saved_card.asked" ["saved_card"],
    /// A provider keeps a card, and it may be charged.
    SavedCardSaved = "saved_card.saved" ["saved_card", "my_invoice", "my_balance"],
    /// A saved card is used no longer.
    SavedCardEnded = "saved_card.ended" ["saved_card", "my_invoice", "my_balance"],
    /// A provider has let go of a card that is used no longer.
    SavedCardReleased = "saved_card.released" ["saved_card"],
    /// What a provider says that it has paid out was taken in.
    SettlementTaken = "settlement.taken" ["reconciliation", "account", "todo"],
    /// A line of the bank is what a settlement pays out.
    SettlementReceived = "settlement.received" ["reconciliation", "incoming_payment", "account", "todo"],
    /// Somebody looks after a difference, or has noted something of it.
    DifferenceCaredFor = "difference.cared_for" ["reconciliation"],
    /// A difference that will never be matched was put right.
    DifferenceCorrected = "difference.corrected" ["reconciliation", "account", "todo"],
    /// What was paid, settled and received left in a file.
    ReconciliationExported = "reconciliation.exported" ["audit"],
    /// Somebody has asked that money goes back to whoever paid it.
    RefundAsked = "refund.asked" ["refund", "payment", "account", "my_refund", "todo"],
    /// Somebody else has approved it.
    RefundApproved = "refund.approved" ["refund", "my_refund", "todo"],
    /// Somebody else has said no.
    RefundRejected = "refund.rejected" ["refund", "payment", "account", "my_refund", "todo"],
    /// Whoever asked does not want it any more.
    RefundWithdrawn = "refund.withdrawn" ["refund", "payment", "account", "my_refund", "todo"],
    /// A provider is to be asked once more.
    RefundTriedAgain = "refund.tried_again" ["refund", "payment", "account", "my_refund", "todo"],
    /// A refund has come further, or has failed.
    RefundMoved = "refund.moved" ["refund", "payment", "account", "my_refund", "todo"],
    /// A payer has their money back.
    RefundDone = "refund.done" ["refund", "payment", "document", "account", "my_refund", "notice", "todo"],
    /// Payments are taken at the counter of an organisation, or no longer.
    TillSettingChanged = "till.setting_changed" ["till"],
    /// A clerk has opened a till.
    TillOpened = "till.opened" ["till"],
    /// Somebody has paid at the counter.
    TillTaken = "till.taken" ["till", "document", "account", "my_invoice", "notice", "todo"],
    /// What was taken at the counter was taken back.
    TillTakenBack = "till.taken_back" ["till", "document", "account", "my_invoice", "notice", "todo"],
    /// Somebody got in cash at the counter what they had left.
    TillPaidOut = "till.paid_out" ["till", "account", "notice"],
    /// A till was counted and closed.
    TillClosed = "till.closed" ["till", "account"],
    /// A line of the bank is money of the counter.
    TillMoneyReceived = "till.money_received" ["incoming_payment", "account", "todo"],
    /// The report of a till left in a file.
    TillExported = "till.exported" ["audit"],
    /// Somebody has asked that money is paid out to a bank account.
    PayoutAsked = "payout.asked" ["payout", "payment", "incoming_payment", "account", "todo"],
    /// Somebody else has approved it.
    PayoutApproved = "payout.approved" ["payout", "todo"],
    /// Somebody else has said no.
    PayoutRefused = "payout.refused" ["payout", "payment", "incoming_payment", "account", "todo"],
    /// Nobody wants it any more.
    PayoutWithdrawn = "payout.withdrawn" ["payout", "payment", "incoming_payment", "account", "todo"],
    /// What the bank has done with it is known, or somebody has said so.
    PayoutMoved = "payout.moved" ["payout", "todo"],
    /// The bank has paid it.
    PayoutPaid = "payout.paid" ["payout", "document", "account", "notice", "todo"],
    /// What was paid has come back.
    PayoutReturned = "payout.returned"
        ["payout", "payment", "incoming_payment", "document", "account", "notice", "todo"],
    /// A file for the bank was made.
    PayoutFileMade = "payout_file.made" ["payout", "todo"],
    /// A file for the bank was fetched.
    PayoutFileFetched = "payout_file.fetched" ["payout", "todo"],
    /// What the bank says of payouts was taken in.
    PayoutStatusTaken = "payout_status.taken" ["payout", "todo"],
    /// It was said how an organisation is known at its bank.
    PayoutSenderSaved = "payout_sender.saved" ["payout"],
    /// Documents left in a file.
    DocumentsExported = "document.exported" ["audit"],
    /// The statement of an account left in a file.
    StatementExported = "statement.exported" ["audit"],
    /// The training organisation was made.
    TrainingMade = "training.made" ["system", "organisation", "facility"],
    /// The training organisation was removed.
    TrainingRemoved = "training.removed" ["system", "organisation", "facility"],
}

/// One fact, ready to be written down.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What happened.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// In which organisation.
    pub organisation: Option<OrganisationId>,
    /// In which facility.
    pub facility: Option<FacilityId>,
    /// The data before, as JSON; never a secret or a whole personal number.
    pub before: Option<String>,
    /// The data after, as JSON; never a secret or a whole personal number.
    pub after: Option<String>,
    /// Why, in the actor's words.
    pub reason: Option<String>,
}

impl Event {
    /// A fact about a subject.
    pub const fn new(action: Action, subject: Subject) -> Self {
        Self { action, subject, organisation: None, facility: None, before: None, after: None, reason: None }
    }

    /// In an organisation.
    #[must_use]
    pub const fn organisation(mut self, id: OrganisationId) -> Self {
        self.organisation = Some(id);
        self
    }

    /// In a facility.
    #[must_use]
    pub const fn facility(mut self, id: FacilityId) -> Self {
        self.facility = Some(id);
        self
    }

    /// With the data as it was.
    #[must_use]
    pub fn before(mut self, data: &impl Serialize) -> Self {
        self.before = serde_json::to_string(data).ok();
        self
    }

    /// With the data as it is now.
    #[must_use]
    pub fn after(mut self, data: &impl Serialize) -> Self {
        self.after = serde_json::to_string(data).ok();
        self
    }

    /// With the actor's reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_word_of_its_own_and_is_read_back_from_it() {
        for action in Action::ALL {
            assert_eq!(Action::from_word(action.word()), Some(*action));
            assert!(!action.tags().is_empty(), "{} makes no cache stale", action.word());
        }
    }
}
