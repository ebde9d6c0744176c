// The rooms of the desk: address, crumb, what the address holds, and the page.
import { createRoute, Outlet, redirect, useRouterState } from "@tanstack/react-router";
import type { AuditSearch } from "../features/audit/AuditPage";
import type { DocumentsSearch } from "../features/billing/DocumentsPage";
import type { BookkeepingSearch } from "../features/bookkeeping/BookkeepingPage";
import type { ChargePointsSearch } from "../features/charging/ChargePointsPage";
import type { LogSearch } from "../features/charging/LogPage";
import type { TagsSearch } from "../features/charging/TagsPage";
import type { AccountsSearch } from "../features/ledger/AccountsPage";
import type { StatementSearch } from "../features/ledger/StatementPage";
import type { LeftMoneySearch } from "../features/leftMoney/LeftMoneyPage";
import type { NoticesSearch } from "../features/notices/NoticesPage";
import type { OrganisationsSearch } from "../features/organisations/OrganisationsPage";
import type { IncomingPaymentsSearch } from "../features/payments/IncomingPaymentsPage";
import type { PayoutsSearch } from "../features/payouts/PayoutsPage";
import { type PeopleSearch, readPeopleSearch } from "../features/people/peopleViews";
import type { FacilitiesSearch } from "../features/places/FacilitiesPage";
import type { UnitsSearch } from "../features/places/UnitsPage";
import type { PricesSearch } from "../features/prices/PricesPage";
import type { PaymentsSearch } from "../features/providerPayments/PaymentsPage";
import type { ReconciliationSearch } from "../features/reconciliation/ReconciliationPage";
import type { RefundsSearch } from "../features/refunds/RefundsPage";
import type { SessionsSearch } from "../features/sessions/SessionsPage";
import type { StraysSearch } from "../features/sessions/StraysPage";
import type { StaffSearch } from "../features/staff/StaffPage";
import type { TariffSearch } from "../features/tariff/TariffPage";
import type { TasksSearch } from "../features/tasks/TasksPage";
import type { TillsSearch } from "../features/till/TillsPage";
import { NotFound } from "../parts/NotFound";
import { room } from "./room";
import { deskRoute } from "./root";

// Each room is fetched when it is entered.
const AuditPage = room(() => import("../features/audit/AuditPage"), "AuditPage");
const DocumentsPage = room(() => import("../features/billing/DocumentsPage"), "DocumentsPage");
const MonthRunPage = room(() => import("../features/billing/MonthRunPage"), "MonthRunPage");
const ReminderRunPage = room(() => import("../features/billing/ReminderRunPage"), "ReminderRunPage");
const ReminderRunsPage = room(() => import("../features/billing/ReminderRunsPage"), "ReminderRunsPage");
const MonthRunsPage = room(() => import("../features/billing/MonthRunsPage"), "MonthRunsPage");
const BookkeepingPage = room(() => import("../features/bookkeeping/BookkeepingPage"), "BookkeepingPage");
const ReconciliationPage = room(
  () => import("../features/reconciliation/ReconciliationPage"),
  "ReconciliationPage",
);
const ChargePointsPage = room(() => import("../features/charging/ChargePointsPage"), "ChargePointsPage");
const LogPage = room(() => import("../features/charging/LogPage"), "LogPage");
const TagsPage = room(() => import("../features/charging/TagsPage"), "TagsPage");
const WaitingPage = room(() => import("../features/charging/WaitingPage"), "WaitingPage");
const ImportFile = room(() => import("../features/imports/ImportFile"), "ImportFile");
const ImportPage = room(() => import("../features/imports/ImportPage"), "ImportPage");
const ImportsPage = room(() => import("../features/imports/ImportsPage"), "ImportsPage");
const LettersPage = room(() => import("../features/letters/LettersPage"), "LettersPage");
const NoticesPage = room(() => import("../features/notices/NoticesPage"), "NoticesPage");
const OrganisationsPage = room(
  () => import("../features/organisations/OrganisationsPage"),
  "OrganisationsPage",
);
const DuplicatesPage = room(() => import("../features/people/DuplicatesPage"), "DuplicatesPage");
const PeoplePage = room(() => import("../features/people/PeoplePage"), "PeoplePage");
const AccountsPage = room(() => import("../features/ledger/AccountsPage"), "AccountsPage");
const StatementPage = room(() => import("../features/ledger/StatementPage"), "StatementPage");
const FacilitiesPage = room(() => import("../features/places/FacilitiesPage"), "FacilitiesPage");
const UnitsPage = room(() => import("../features/places/UnitsPage"), "UnitsPage");
const IncomingPaymentsPage = room(
  () => import("../features/payments/IncomingPaymentsPage"),
  "IncomingPaymentsPage",
);
const TillsPage = room(() => import("../features/till/TillsPage"), "TillsPage");
const RefundsPage = room(() => import("../features/refunds/RefundsPage"), "RefundsPage");
const PaymentsPage = room(() => import("../features/providerPayments/PaymentsPage"), "PaymentsPage");
const PayoutsPage = room(() => import("../features/payouts/PayoutsPage"), "PayoutsPage");
const LeftMoneyPage = room(() => import("../features/leftMoney/LeftMoneyPage"), "LeftMoneyPage");
const PricesPage = room(() => import("../features/prices/PricesPage"), "PricesPage");
const TariffPage = room(() => import("../features/tariff/TariffPage"), "TariffPage");
const SessionsPage = room(() => import("../features/sessions/SessionsPage"), "SessionsPage");
const StraysPage = room(() => import("../features/sessions/StraysPage"), "StraysPage");
const AccountPage = room(() => import("../features/settings/AccountPage"), "AccountPage");
const InstallationPage = room(() => import("../features/settings/InstallationPage"), "InstallationPage");
const MailPage = room(() => import("../features/settings/MailPage"), "MailPage");
const MailTextsPage = room(() => import("../features/settings/MailTextsPage"), "MailTextsPage");
const PasswordPolicyPage = room(
  () => import("../features/settings/PasswordPolicyPage"),
  "PasswordPolicyPage",
);
const PricesSettingPage = room(() => import("../features/settings/PricesSettingPage"), "PricesSettingPage");
const SmsPage = room(() => import("../features/settings/SmsPage"), "SmsPage");
const SettingsFrame = room(() => import("../features/settings/SettingsFrame"), "SettingsFrame");
const RolesPage = room(() => import("../features/staff/RolesPage"), "RolesPage");
const StaffPage = room(() => import("../features/staff/StaffPage"), "StaffPage");
const TasksPage = room(() => import("../features/tasks/TasksPage"), "TasksPage");
const TodoPage = room(() => import("../features/todo/TodoPage"), "TodoPage");

/** The named texts of an address; anything else in it is not ours. */
function texts<Name extends string>(
  search: Record<string, unknown>,
  names: readonly Name[],
): { [Each in Name]?: string } {
  const known = names.flatMap((name) => {
    const value = search[name];
    return value === undefined || value === "" ? [] : [[name, String(value)]];
  });
  return Object.fromEntries(known);
}

const todoRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/",
  staticData: { crumb: "room.todo" },
  component: TodoPage,
});

const peopleRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/people",
  staticData: { crumb: "room.people" },
});

const peopleListRoute = createRoute({
  getParentRoute: () => peopleRoute,
  path: "/",
  validateSearch: (search): PeopleSearch => readPeopleSearch(search),
  component: function PeopleRoute() {
    const navigate = peopleListRoute.useNavigate();
    return (
      <PeoplePage search={peopleListRoute.useSearch()} onSearch={(search) => void navigate({ search })} />
    );
  },
});

const duplicatesRoute = createRoute({
  getParentRoute: () => peopleRoute,
  path: "/duplicates",
  staticData: { crumb: "people.duplicates" },
  component: DuplicatesPage,
});

const lettersRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/letters",
  staticData: { crumb: "letters.title" },
  component: function LettersRoute() {
    const loginIds = useRouterState({ select: (state) => state.location.state.loginIds });
    return <LettersPage loginIds={loginIds} />;
  },
});

const facilitiesRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/facilities",
  staticData: { crumb: "room.facilities" },
  validateSearch: (search): FacilitiesSearch => texts(search, ["open"]),
  component: function FacilitiesRoute() {
    const navigate = facilitiesRoute.useNavigate();
    return (
      <FacilitiesPage search={facilitiesRoute.useSearch()} onSearch={(search) => void navigate({ search })} />
    );
  },
});

const unitsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/units",
  staticData: { crumb: "facility.units" },
  validateSearch: (search): UnitsSearch => texts(search, ["q", "where", "sort", "open", "create"]),
  component: function UnitsRoute() {
    const navigate = unitsRoute.useNavigate();
    return <UnitsPage search={unitsRoute.useSearch()} onSearch={(search) => void navigate({ search })} />;
  },
});

const chargePointsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/charge-points",
  staticData: { crumb: "room.chargePoints" },
});

const chargePointListRoute = createRoute({
  getParentRoute: () => chargePointsRoute,
  path: "/",
  validateSearch: (search): ChargePointsSearch => texts(search, ["q", "shown", "open", "circuit", "create"]),
  component: function ChargePointsRoute() {
    const navigate = chargePointListRoute.useNavigate();
    return (
      <ChargePointsPage
        search={chargePointListRoute.useSearch()}
        onSearch={(search) => void navigate({ search })}
      />
    );
  },
});

const waitingRoute = createRoute({
  getParentRoute: () => chargePointsRoute,
  path: "/waiting",
  staticData: { crumb: "waiting.title" },
  component: WaitingPage,
});

const logRoute = createRoute({
  getParentRoute: () => chargePointsRoute,
  path: "/$chargePointId/log",
  staticData: { crumb: "log.crumb" },
  validateSearch: (search): LogSearch => texts(search, ["where", "open"]),
  component: function LogRoute() {
    const navigate = logRoute.useNavigate();
    const { chargePointId } = logRoute.useParams();
    return (
      <LogPage
        key={chargePointId}
        id={chargePointId}
        search={logRoute.useSearch()}
        onSearch={(search) => void navigate({ search })}
      />
    );
  },
});

const sessionsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/sessions",
  staticData: { crumb: "room.sessions" },
});

const sessionListRoute = createRoute({
  getParentRoute: () => sessionsRoute,
  path: "/",
  validateSearch: (search): SessionsSearch => texts(search, ["view", "where", "sort", "open"]),
  component: function SessionsRoute() {
    const navigate = sessionListRoute.useNavigate();
    return (
      <SessionsPage search={sessionListRoute.useSearch()} onSearch={(search) => void navigate({ search })} />
    );
  },
});

const straysRoute = createRoute({
  getParentRoute: () => sessionsRoute,
  path: "/stray",
  staticData: { crumb: "stray.title" },
  validateSearch: (search): StraysSearch => texts(search, ["open"]),
  component: function StraysRoute() {
    const navigate = straysRoute.useNavigate();
    return <StraysPage search={straysRoute.useSearch()} onSearch={(search) => void navigate({ search })} />;
  },
});

const tariffRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/tariff",
  staticData: { crumb: "room.tariff" },
  validateSearch: (search): TariffSearch => texts(search, ["open", "create"]),
  component: function TariffRoute() {
    const navigate = tariffRoute.useNavigate();
    return <TariffPage search={tariffRoute.useSearch()} onSearch={(search) => void navigate({ search })} />;
  },
});

const pricesRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/market-prices",
  staticData: { crumb: "room.prices" },
  validateSearch: (search): PricesSearch => texts(search, ["area", "day"]),
  component: function PricesRoute() {
    const navigate = pricesRoute.useNavigate();
    const dropped = useRouterState({ select: ({ location }) => location.state.dropped });
    // Each file that is dropped is asked about anew.
    const key = useRouterState({ select: ({ location }) => location.state.dropped && location.state.key });
    return (
      <PricesPage
        key={key}
        search={pricesRoute.useSearch()}
        dropped={dropped}
        onSearch={(search) => void navigate({ search, replace: true })}
      />
    );
  },
});

const tagsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/tags",
  staticData: { crumb: "room.tags" },
  validateSearch: (search): TagsSearch => texts(search, ["q", "sort", "open", "create"]),
  component: function TagsRoute() {
    const navigate = tagsRoute.useNavigate();
    return <TagsPage search={tagsRoute.useSearch()} onSearch={(search) => void navigate({ search })} />;
  },
});

const documentsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/documents",
  staticData: { crumb: "room.documents" },
  validateSearch: (search): DocumentsSearch => texts(search, ["where", "sort", "open", "person"]),
  component: function DocumentsRoute() {
    const navigate = documentsRoute.useNavigate();
    return (
      <DocumentsPage search={documentsRoute.useSearch()} onSearch={(search) => void navigate({ search })} />
    );
  },
});

const incomingPaymentsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/incoming-payments",
  staticData: { crumb: "room.incomingPayments" },
  validateSearch: (search): IncomingPaymentsSearch => texts(search, ["where", "sort", "open", "file"]),
  component: function IncomingPaymentsRoute() {
    const navigate = incomingPaymentsRoute.useNavigate();
    return (
      <IncomingPaymentsPage
        search={incomingPaymentsRoute.useSearch()}
        onSearch={(search) => void navigate({ search })}
      />
    );
  },
});

const paymentsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/payments",
  staticData: { crumb: "room.payments" },
  validateSearch: (search): PaymentsSearch => texts(search, ["where", "sort", "open"]),
  component: function PaymentsRoute() {
    const navigate = paymentsRoute.useNavigate();
    return (
      <PaymentsPage search={paymentsRoute.useSearch()} onSearch={(search) => void navigate({ search })} />
    );
  },
});

const tillRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/till",
  staticData: { crumb: "room.till" },
  validateSearch: (search): TillsSearch => texts(search, ["sort", "open"]),
  component: function TillRoute() {
    const navigate = tillRoute.useNavigate();
    return <TillsPage search={tillRoute.useSearch()} onSearch={(search) => void navigate({ search })} />;
  },
});

const refundsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/refunds",
  staticData: { crumb: "room.refunds" },
  validateSearch: (search): RefundsSearch => texts(search, ["where", "sort", "open"]),
  component: function RefundsRoute() {
    const navigate = refundsRoute.useNavigate();
    return <RefundsPage search={refundsRoute.useSearch()} onSearch={(search) => void navigate({ search })} />;
  },
});

const payoutsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/payouts",
  staticData: { crumb: "room.payouts" },
  validateSearch: (search): PayoutsSearch => texts(search, ["where", "sort", "open"]),
  component: function PayoutsRoute() {
    const navigate = payoutsRoute.useNavigate();
    return <PayoutsPage search={payoutsRoute.useSearch()} onSearch={(search) => void navigate({ search })} />;
  },
});

const leftMoneyRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/left-money",
  staticData: { crumb: "room.leftMoney" },
  validateSearch: (search): LeftMoneySearch => texts(search, ["show"]),
  component: function LeftMoneyRoute() {
    const navigate = leftMoneyRoute.useNavigate();
    return (
      <LeftMoneyPage search={leftMoneyRoute.useSearch()} onSearch={(search) => void navigate({ search })} />
    );
  },
});

const monthRunsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/month-runs",
  staticData: { crumb: "monthRun.title" },
});

const monthRunListRoute = createRoute({
  getParentRoute: () => monthRunsRoute,
  path: "/",
  component: MonthRunsPage,
});

const monthRunRoute = createRoute({
  getParentRoute: () => monthRunsRoute,
  path: "/$runId",
  staticData: { crumb: "monthRun.one" },
  component: function MonthRunRoute() {
    const { runId } = monthRunRoute.useParams();
    return <MonthRunPage key={runId} id={runId} />;
  },
});

const reminderRunsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/reminder-runs",
  staticData: { crumb: "reminder.title" },
});

const reminderRunListRoute = createRoute({
  getParentRoute: () => reminderRunsRoute,
  path: "/",
  component: ReminderRunsPage,
});

const reminderRunRoute = createRoute({
  getParentRoute: () => reminderRunsRoute,
  path: "/$runId",
  staticData: { crumb: "reminder.one" },
  component: function ReminderRunRoute() {
    const { runId } = reminderRunRoute.useParams();
    return <ReminderRunPage key={runId} id={runId} />;
  },
});

const accountsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/accounts",
  staticData: { crumb: "room.accounts" },
});

const accountListRoute = createRoute({
  getParentRoute: () => accountsRoute,
  path: "/",
  validateSearch: (search): AccountsSearch => texts(search, ["where", "sort", "person"]),
  component: function AccountsRoute() {
    const navigate = accountListRoute.useNavigate();
    return (
      <AccountsPage search={accountListRoute.useSearch()} onSearch={(search) => void navigate({ search })} />
    );
  },
});

const statementRoute = createRoute({
  getParentRoute: () => accountsRoute,
  path: "/$accountId",
  staticData: { crumb: "statement.title" },
  validateSearch: (search): StatementSearch => texts(search, ["from", "to", "open"]),
  component: function StatementRoute() {
    const navigate = statementRoute.useNavigate();
    const { accountId } = statementRoute.useParams();
    return (
      <StatementPage
        key={accountId}
        id={accountId}
        search={statementRoute.useSearch()}
        onSearch={(search) => void navigate({ search, replace: true })}
      />
    );
  },
});

const bookkeepingRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/bookkeeping",
  staticData: { crumb: "room.bookkeeping" },
  validateSearch: (search): BookkeepingSearch => texts(search, ["month"]),
  component: function BookkeepingRoute() {
    const navigate = bookkeepingRoute.useNavigate();
    return (
      <BookkeepingPage
        search={bookkeepingRoute.useSearch()}
        onSearch={(search) => void navigate({ search })}
      />
    );
  },
});

const reconciliationRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/reconciliation",
  staticData: { crumb: "room.reconciliation" },
  validateSearch: (search): ReconciliationSearch => texts(search, ["from", "to"]),
  component: function ReconciliationRoute() {
    const navigate = reconciliationRoute.useNavigate();
    return (
      <ReconciliationPage
        search={reconciliationRoute.useSearch()}
        onSearch={(search) => void navigate({ search })}
      />
    );
  },
});

const organisationsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/organisations",
  staticData: { crumb: "room.organisations" },
  validateSearch: (search): OrganisationsSearch => texts(search, ["open"]),
  component: function OrganisationsRoute() {
    const navigate = organisationsRoute.useNavigate();
    return (
      <OrganisationsPage
        search={organisationsRoute.useSearch()}
        onSearch={(search) => void navigate({ search })}
      />
    );
  },
});

const importsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/imports",
  staticData: { crumb: "room.imports" },
});

const importListRoute = createRoute({
  getParentRoute: () => importsRoute,
  path: "/",
  component: ImportsPage,
});

const importNewRoute = createRoute({
  getParentRoute: () => importsRoute,
  path: "/new",
  staticData: { crumb: "import.new" },
  component: function ImportNewRoute() {
    const navigate = importNewRoute.useNavigate();
    const dropped = useRouterState({ select: ({ location }) => location.state.dropped });
    return (
      <ImportFile
        dropped={dropped}
        onRead={(batch) =>
          void navigate({ to: "/imports/$importId", params: { importId: batch.id }, replace: true })
        }
      />
    );
  },
});

const importRoute = createRoute({
  getParentRoute: () => importsRoute,
  path: "/$importId",
  staticData: { crumb: "import.file" },
  component: function ImportRoute() {
    const { importId } = importRoute.useParams();
    return <ImportPage key={importId} id={importId} />;
  },
});

const noticesRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/notices",
  staticData: { crumb: "room.notices" },
  validateSearch: (search): NoticesSearch => texts(search, ["where", "sort", "open"]),
  component: function NoticesRoute() {
    const navigate = noticesRoute.useNavigate();
    return <NoticesPage search={noticesRoute.useSearch()} onSearch={(search) => void navigate({ search })} />;
  },
});

const auditRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/audit",
  staticData: { crumb: "room.audit" },
  validateSearch: (search): AuditSearch => texts(search, ["where", "sort", "open"]),
  component: function AuditRoute() {
    const navigate = auditRoute.useNavigate();
    return <AuditPage search={auditRoute.useSearch()} onSearch={(search) => void navigate({ search })} />;
  },
});

const tasksRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/tasks",
  staticData: { crumb: "tasks.title" },
  validateSearch: (search): TasksSearch => texts(search, ["where", "sort"]),
  component: function TasksRoute() {
    const navigate = tasksRoute.useNavigate();
    return <TasksPage search={tasksRoute.useSearch()} onSearch={(search) => void navigate({ search })} />;
  },
});

const staffRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/staff",
  staticData: { crumb: "room.staff" },
});

const staffListRoute = createRoute({
  getParentRoute: () => staffRoute,
  path: "/",
  validateSearch: (search): StaffSearch => texts(search, ["open"]),
  component: function StaffRoute() {
    const navigate = staffListRoute.useNavigate();
    return <StaffPage search={staffListRoute.useSearch()} onSearch={(search) => void navigate({ search })} />;
  },
});

const rolesRoute = createRoute({
  getParentRoute: () => staffRoute,
  path: "/roles",
  staticData: { crumb: "roles.title" },
  component: RolesPage,
});

const settingsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/settings",
  staticData: { crumb: "room.settings" },
  component: () => (
    <SettingsFrame>
      <Outlet />
    </SettingsFrame>
  ),
});

const settingsIndexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/account" as string });
  },
});

const accountRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/account",
  staticData: { crumb: "account.title" },
  component: AccountPage,
});

const mailRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/mail",
  staticData: { crumb: "mail.title" },
  component: MailPage,
});

const smsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/sms",
  staticData: { crumb: "sms.title" },
  component: SmsPage,
});

const mailTextsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/mail-texts",
  staticData: { crumb: "mailText.title" },
  component: MailTextsPage,
});

const priceFeedRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/prices",
  staticData: { crumb: "priceFeed.title" },
  component: PricesSettingPage,
});

const policyRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/password-policy",
  staticData: { crumb: "policy.title" },
  component: PasswordPolicyPage,
});

const installationRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/installation",
  staticData: { crumb: "installation.title" },
  component: InstallationPage,
});

/** An address inside the desk that leads nowhere: said where the way on is still in reach. */
const nowhereRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "$",
  component: () => <NotFound />,
});

export const deskTree = deskRoute.addChildren([
  todoRoute,
  peopleRoute.addChildren([peopleListRoute, duplicatesRoute]),
  lettersRoute,
  facilitiesRoute,
  unitsRoute,
  chargePointsRoute.addChildren([chargePointListRoute, waitingRoute, logRoute]),
  sessionsRoute.addChildren([sessionListRoute, straysRoute]),
  tariffRoute,
  pricesRoute,
  tagsRoute,
  documentsRoute,
  incomingPaymentsRoute,
  paymentsRoute,
  tillRoute,
  refundsRoute,
  payoutsRoute,
  leftMoneyRoute,
  monthRunsRoute.addChildren([monthRunListRoute, monthRunRoute]),
  reminderRunsRoute.addChildren([reminderRunListRoute, reminderRunRoute]),
  bookkeepingRoute,
  reconciliationRoute,
  accountsRoute.addChildren([accountListRoute, statementRoute]),
  organisationsRoute,
  importsRoute.addChildren([importListRoute, importNewRoute, importRoute]),
  noticesRoute,
  auditRoute,
  tasksRoute,
  staffRoute.addChildren([staffListRoute, rolesRoute]),
  settingsRoute.addChildren([
    settingsIndexRoute,
    accountRoute,
    mailRoute,
    smsRoute,
    mailTextsRoute,
    priceFeedRoute,
    policyRoute,
    installationRoute,
  ]),
  nowhereRoute,
]);
