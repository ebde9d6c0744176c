// The API's shapes under the names the interface uses. All of them come from the API document.
import type { components, paths as knownPaths } from "./schema.gen";

type Schemas = components["schemas"];

export type Account = Schemas["AccountView"];
export type BankFile = Schemas["BankFileView"];
export type BankFileFindings = Schemas["BankFileFindingsView"];
export type Billing = Schemas["BillingView"];
export type BookedMonth = Schemas["BookedMonthView"];
export type ChargeState = Schemas["ChargeState"];
export type ChargePoint = Schemas["ChargePointView"];
export type ChargingTree = Schemas["ChargingTreeView"];
export type Circuit = Schemas["CircuitView"];
export type CircuitInTree = Schemas["CircuitInTree"];
export type Closing = Schemas["ClosingView"];
export type Command = Schemas["CommandView"];
export type Connector = Schemas["ConnectorView"];
export type Country = Schemas["Country"];
export type Department = Schemas["Department"];
export type Document = Schemas["DocumentView"];
export type DocumentKind = Schemas["DocumentKind"];
export type DocumentPage = Schemas["DocumentPageView"];
export type DocumentState = Schemas["DocumentState"];
export type Duplicate = Schemas["DuplicateView"];
export type ErasureRow = Schemas["ErasureView"];
export type AuditRow = Schemas["AuditView"];
export type Facility = Schemas["FacilityView"];
/** A search hit; a kind this version does not know is shown but leads nowhere. */
export type Hit = Schemas["HitView"];
export type ImportBatch = Schemas["ImportView"];
export type IncomingPayment = Schemas["IncomingPaymentView"];
export type IncomingPaymentPage = Schemas["IncomingPaymentPageView"];
export type Job = Schemas["JobView"];
export type Language = Schemas["Language"];
export type Login = Schemas["LoginView"];
export type MailSettings = Schemas["MailView"];
export type MailboxSettings = Schemas["MailboxView"];
export type ChartAccount = Schemas["ChartAccountView"];
export type Channel = Schemas["Channel"];
export type SmsSettings = Schemas["SmsView"];
export type SmsEstimate = Schemas["SmsEstimateView"];
export type MailTemplate = Schemas["MailTemplateView"];
export type Me = Schemas["MeView"];
/** One frame that went over the line of a charge point. */
export type Message = Schemas["MessageView"];
export type MyInvoice = Schemas["MyInvoiceView"];
export type MyPayment = Schemas["MyPaymentView"];
export type NewCommand = Schemas["NewCommand"];
export type MonthPlan = Schemas["MonthPlanView"];
export type Notice = Schemas["NoticeView"];
export type OpenDocument = Schemas["OpenDocumentView"];
export type OpenIncomingPayment = Schemas["OpenIncomingPaymentView"];
export type OpenPayment = Schemas["OpenPaymentView"];
export type PaymentMethods = Schemas["PaymentMethodsView"];
export type Standing = Schemas["Standing"];
export type PayableInvoice = Schemas["PayableView"];
export type Payment = Schemas["PaymentView"];
export type Payout = Schemas["PayoutView"];
export type OpenPayout = Schemas["OpenPayoutView"];
export type PayoutAccountKind = Schemas["PayoutAccountKind"];
export type PayoutOffer = Schemas["PayoutOfferView"];
export type PayoutSender = Schemas["PayoutSenderView"];
export type PayoutState = Schemas["PayoutState"];
export type PayoutStatus = Schemas["PayoutStatusView"];
export type PayoutStatusFindings = Schemas["PayoutStatusFindingsView"];
export type TakenPayoutStatuses = Schemas["TakenPayoutStatusesView"];
export type LeftMoney = Schemas["LeftMoneyView"];
export type Refund = Schemas["RefundView"];
export type RefundOffer = Schemas["RefundOfferView"];
export type RefundState = Schemas["RefundState"];
export type OpenRefund = Schemas["OpenRefundView"];
export type Till = Schemas["TillView"];
export type OpenTill = Schemas["OpenTillView"];
export type TillEntry = Schemas["TillEntryView"];
export type TillStanding = Schemas["TillStandingView"];
export type OwedAtCounter = Schemas["OwedAtCounterView"];
export type PaymentAgreement = Schemas["PaymentAgreementView"];
export type PaymentOutcome = Schemas["Outcome"];
export type Organisation = Schemas["Organisation"];
export type PasswordPolicy = Schemas["PasswordPolicy"];
export type PasswordPolicySettings = Schemas["PolicyView"];
export type AreaPrices = Schemas["AreaPricesView"];
export type MonthCost = Schemas["MonthCostView"];
export type PaymentProvider = Schemas["PaymentProvider"];
export type PaymentState = Schemas["AttemptState"];
export type Permission = Schemas["Permission"];
export type Person = Schemas["PersonView"];
export type PersonUnit = Schemas["TenancyView"];
export type PersonView = NonNullable<
  NonNullable<knownPaths["/persons"]["get"]["parameters"]["query"]>["view"]
>;
export type PriceFeed = Schemas["PriceFeedView"];
export type ReminderFigure = Schemas["ReminderFigureView"];
export type ReminderPlan = Schemas["ReminderPlanView"];
export type ReminderSettings = Schemas["ReminderSettingsView"];
export type Role = Schemas["Role"];
export type SavedView = Schemas["ViewView"];
export type Scope = Schemas["ScopeInput"];
export type Session = Schemas["SessionView"];
export type SessionProof = Schemas["SessionProofView"];
export type Shown = Schemas["Shown"];
export type SignIn = Schemas["SignInView"];
export type Staff = Schemas["StaffView"];
export type Statement = Schemas["StatementView"];
export type StatementEntry = Schemas["StatementEntryView"];
export type OpenTransfer = Schemas["TransferView"];
export type StrayMessage = Schemas["StrayMessageView"];
export type Tag = Schemas["TagView"];
export type Tariff = Schemas["TariffView"];
export type TariffComponent = Schemas["Component"];
export type TodoItem = Schemas["TodoView"];
export type Unit = Schemas["UnitView"];
export type UnitKind = Schemas["UnitKind"];
export type WaitingChargePoint = Schemas["WaitingChargePointView"];

/** A page of a keyset list; the total comes with the first. */
export interface Page<Item> {
  items: Item[];
  next?: string | null;
  total?: Schemas["Total"] | null;
}

export type paths = knownPaths;
export type Difference = Schemas["DifferenceView"];
export type Reconciliation = Schemas["ReconciliationView"];
export type SettlementFindings = Schemas["SettlementFindingsView"];
