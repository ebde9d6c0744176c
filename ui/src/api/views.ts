// The shapes the API speaks, until the generated document takes over.

type None = Record<never, never>;
type Params<Q, P> = { query?: Q } & (keyof P extends never ? { path?: never } : { path: P });
type Answer<R> = { 200: { headers: Record<string, unknown>; content: { "application/json": R } } };
type Get<R, Q = None, P = None> = { parameters: Params<Q, P>; responses: Answer<R> };
type Body<B, R = unknown, P = None, Q = None> = {
  parameters: Params<Q, P>;
  requestBody: { content: { "application/json": B } };
  responses: Answer<R>;
};
type Plain<R = unknown, P = None> = { parameters: Params<None, P>; responses: Answer<R> };
type Id = { id: string };
type Items<T> = { items: T[] };

export type Language = "sv" | "nb" | "en";
export type Country = "SE" | "NO";
export type Role =
  | "owner"
  | "manager"
  | "accountant"
  | "clerk"
  | "employer_administrator"
  | "department_administrator"
  | "warden"
  | "resident"
  | "traveller"
  | "permit_buyer"
  | "guest";
export type ScopeKind = "host" | "organisation" | "facility" | "department" | "self";
export type Scope = { kind: ScopeKind; id?: string | null; name?: string | null };
export type Membership = { id: string; role: Role; scope: Scope };
export type Me = {
  loginId: string;
  personId: string;
  name: string;
  email?: string | null;
  language: Language;
  mustChangePassword: boolean;
  totp: boolean;
  permissions: string[];
  memberships: Membership[];
};
export type Page<T> = {
  items: T[];
  next?: string | null;
  total?: { count: number; exact: boolean } | null;
};
export type System = {
  version: string;
  engine: "sqlite" | "postgres";
  state: "setup" | "ready";
  vault: "open" | "locked";
  training: boolean;
};
export type PasswordPolicy = {
  minLength: number;
  upper: boolean;
  lower: boolean;
  digit: boolean;
  symbol: boolean;
  symbols: string;
  blockLeaked: boolean;
};
export type SignIn = {
  id: string;
  device: string;
  origin?: string | null;
  createdAt: string;
  lastSeenAt: string;
  current: boolean;
};
export type Staff = {
  loginId: string;
  personId: string;
  name: string;
  email?: string | null;
  language: Language;
  state: LoginState | "invited";
  totp: boolean;
  lastSignInAt?: string | null;
  memberships: Membership[];
  rowVersion: number;
};
export type OrganisationDraft = {
  name: string;
  country: Country;
  organisationNumber: string;
  vatNumber?: string | null;
  street: string;
  postalCode: string;
  city: string;
};
export type Organisation = OrganisationDraft & { id: string; rowVersion: number };
export type DepartmentDraft = {
  organisationId: string;
  name: string;
  referenceNumber?: string | null;
  costCentre?: string | null;
};
export type Department = DepartmentDraft & { id: string; rowVersion: number };
export type ContactBlock = {
  phone?: string | null;
  email?: string | null;
  visitingAddress?: string | null;
  hours?: string | null;
};
export type FacilityDraft = {
  organisationId?: string;
  code: string;
  name: string;
  country: Country;
  timeZone: string;
  priceArea?: string | null;
  colour: string;
  contact: ContactBlock;
};
export type Facility = FacilityDraft & {
  id: string;
  organisationId: string;
  counts: { units: number; persons: number };
  rowVersion: number;
};
export type UnitKind = "apartment" | "parking_space" | "berth" | "premises";
export type UnitDraft = {
  facilityId: string;
  code: string;
  kind: UnitKind;
  section?: string | null;
  walkingOrder?: number | null;
};
export type Unit = UnitDraft & {
  id: string;
  tenants: { personId: string; name: string }[];
  rowVersion: number;
};
export type LoginState = "not_issued" | "initial" | "own" | "blocked";
export type Login = {
  id: string;
  facilityId?: string | null;
  facilityCode?: string | null;
  username: string;
  state: LoginState;
  initialSince?: string | null;
  issuedAt?: string | null;
  handedOverAt?: string | null;
  handedOverBy?: string | null;
  lastSignInAt?: string | null;
  rowVersion: number;
};
export type PersonUnit = {
  tenancyId: string;
  unitId: string;
  code: string;
  facilityId: string;
  facilityCode: string;
  movedInOn?: string | null;
  movedOutOn?: string | null;
};
export type PersonDraft = {
  organisationId: string;
  givenName: string;
  familyName: string;
  email?: string | null;
  phone?: string | null;
  language: Language;
  street?: string | null;
  postalCode?: string | null;
  city?: string | null;
  personalNumber?: string | null;
  protectedIdentity?: boolean;
  note?: string | null;
};
export type Person = Omit<PersonDraft, "personalNumber"> & {
  id: string;
  name: string;
  personalNumber?: { country: Country; masked: string } | null;
  protectedIdentity: boolean;
  units: PersonUnit[];
  logins: Login[];
  roles: Role[];
  createdAt: string;
  rowVersion: number;
};
export type PersonView =
  | "all"
  | "initial_password"
  | "not_issued"
  | "missing_email"
  | "no_login"
  | "moved_out";
export type AuditRow = {
  id: string;
  at: string;
  actorId?: string | null;
  actorName: string;
  action: string;
  subjectKind: string;
  subjectId?: string | null;
  subjectName?: string | null;
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
  reason?: string | null;
  correlation?: string | null;
};
export type ErasureRow = { field: string; outcome: "erased" | "kept"; count: number; reason?: string | null };
export type Duplicate = { persons: Person[]; why: string[] };
export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";
export type Job = {
  id: string;
  kind: string;
  state: JobState;
  done: number;
  total: number;
  code?: string | null;
  result?: Record<string, unknown> | null;
  file?: { name: string; mediaType: string; expiresAt: string } | null;
  createdAt: string;
  finishedAt?: string | null;
};
export type ImportBatch = {
  id: string;
  facilityId: string;
  fileName: string;
  state: "draft" | "committing" | "committed" | "undoing" | "undone" | "failed";
  createdAt: string;
  createdBy?: string | null;
  encoding: string;
  delimiter: string;
  dateOrder: string;
  columns: { name: string; samples: string[]; field?: string | null }[];
  preview: Record<string, string>[];
  faults: { row: number; column?: string | null; code: string; value?: string | null }[];
  faultCount: number;
  counts: {
    create: number;
    update: number;
    unchanged: number;
    skipped: number;
    units: number;
    logins: number;
  };
  undoable?: boolean;
  rowVersion: number;
};
export type Notice = {
  id: string;
  kind: string;
  recipient: string;
  subject: string;
  body: string;
  state: "queued" | "sent" | "failed" | "held";
  attempts: number;
  error?: string | null;
  createdAt: string;
  sentAt?: string | null;
};
export type MailSettings = {
  host: string;
  port: number;
  security: "none" | "starttls" | "tls";
  username?: string | null;
  passwordSet?: boolean;
  password?: string | null;
  fromName: string;
  fromAddress: string;
  enabled: boolean;
  rowVersion: number;
};
export type SavedView = {
  id: string;
  room: string;
  name: string;
  query: Record<string, unknown>;
  shared: boolean;
  own: boolean;
};
export type TodoItem = { kind: string; count: number; oldestAt?: string | null; facilityId?: string | null };
export type SearchHit = {
  kind: "person" | "unit" | "facility" | "organisation";
  id: string;
  title: string;
  subtitle?: string | null;
};

export type PersonQuery = {
  facilityId?: string;
  organisationId?: string;
  q?: string;
  view?: PersonView;
  after?: string;
  limit?: number;
};

export interface paths {
  "/system": { get: Get<System> };
  "/setup": {
    post: Body<
      {
        owner: { givenName: string; familyName: string; email: string; password: string; language: Language };
        organisation: OrganisationDraft;
        facility: FacilityDraft;
      },
      { token: string; recoveryCode: string }
    >;
  };
  "/vault/recover": { post: Body<{ recoveryCode: string }> };
  "/password-policy": { get: Get<PasswordPolicy> };
  "/login": {
    post: Body<
      { facility?: string; username: string; password: string; code?: string },
      { token: string; me: Me }
    >;
  };
  "/logout": { post: Plain };
  "/me": { get: Get<Me>; patch: Body<{ language?: Language; email?: string; phone?: string }, Me> };
  "/me/password": { post: Body<{ current: string; new: string }> };
  "/me/sign-ins": { get: Get<Items<SignIn>> };
  "/me/sign-ins/{id}": { delete: Plain<unknown, Id> };
  "/me/totp": {
    post: Plain<{ secret: string; uri: string; qrSvg: string }>;
    put: Body<{ code: string }>;
    delete: Body<{ code: string }>;
  };
  "/password-resets": { post: Body<{ facility?: string; username: string }> };
  "/password-resets/{token}": { put: Body<{ password: string }, unknown, { token: string }> };
  "/invitations/{token}": {
    get: Get<{ name: string; email: string; organisation: string; role: Role }, None, { token: string }>;
    put: Body<{ password: string }, { token: string; me: Me }, { token: string }>;
  };
  "/staff": {
    get: Get<Items<Staff>>;
    post: Body<
      { givenName: string; familyName: string; email: string; language: Language; role: Role; scope: Scope },
      Staff
    >;
  };
  "/staff/{loginId}/memberships": {
    put: Body<{ memberships: { role: Role; scope: Scope }[] }, Staff, { loginId: string }>;
  };
  "/staff/{loginId}/invitation": { post: Plain<unknown, { loginId: string }> };
  "/staff/{loginId}/block": { post: Plain<unknown, { loginId: string }> };
  "/staff/{loginId}/unblock": { post: Plain<unknown, { loginId: string }> };
  "/staff/{loginId}/sign-ins": {
    get: Get<Items<SignIn>, None, { loginId: string }>;
    delete: Plain<unknown, { loginId: string }>;
  };
  "/roles": { get: Get<{ roles: { role: Role; permissions: string[] }[]; permissions: string[] }> };
  "/organisations": { get: Get<Items<Organisation>>; post: Body<OrganisationDraft, Organisation> };
  "/organisations/{id}": {
    get: Get<Organisation, None, Id>;
    patch: Body<Partial<OrganisationDraft>, Organisation, Id>;
  };
  "/departments": {
    get: Get<Items<Department>, { organisationId?: string }>;
    post: Body<DepartmentDraft, Department>;
  };
  "/departments/{id}": { patch: Body<Partial<DepartmentDraft>, Department, Id>; delete: Plain<unknown, Id> };
  "/facilities": { get: Get<Items<Facility>>; post: Body<FacilityDraft, Facility> };
  "/facilities/{id}": {
    get: Get<Facility, None, Id>;
    patch: Body<Partial<FacilityDraft>, Facility, Id>;
  };
  "/units": {
    get: Get<Page<Unit>, { facilityId?: string; q?: string; after?: string; limit?: number }>;
    post: Body<UnitDraft, Unit>;
  };
  "/units/{id}": {
    get: Get<Unit, None, Id>;
    patch: Body<Partial<UnitDraft>, Unit, Id>;
    delete: Plain<unknown, Id>;
  };
  "/persons": { get: Get<Page<Person>, PersonQuery>; post: Body<PersonDraft, Person> };
  "/persons/{id}": { get: Get<Person, None, Id>; patch: Body<Partial<PersonDraft>, Person, Id> };
  "/persons/{id}/timeline": { get: Get<Items<AuditRow>, None, Id> };
  "/persons/{id}/personal-number/reveal": { post: Body<{ reason: string }, { personalNumber: string }, Id> };
  "/persons/{id}/erasure": {
    get: Get<Items<ErasureRow>, None, Id>;
    post: Body<{ reason: string }, unknown, Id>;
  };
  "/person-duplicates": { get: Get<Items<Duplicate>, { facilityId?: string }> };
  "/persons/{id}/merge": { post: Body<{ otherId: string; reason: string }, Person, Id> };
  "/tenancies": { post: Body<{ personId: string; unitId: string; movedInOn: string }> };
  "/tenancies/{id}": { patch: Body<{ movedOutOn: string | null }, unknown, Id>; delete: Plain<unknown, Id> };
  "/logins": { post: Body<{ personId: string; facilityId: string; username?: string }, Login> };
  "/logins/{id}": { patch: Body<{ username?: string }, Login, Id> };
  "/logins/{id}/block": { post: Plain<Login, Id> };
  "/logins/{id}/unblock": { post: Plain<Login, Id> };
  "/logins/{id}/handed-over": { post: Plain<Login, Id> };
  "/letters": {
    post: Body<
      { loginIds?: string[]; facilityId?: string; view?: PersonView; order: "walking" | "name" },
      Job
    >;
  };
  "/imports": { get: Get<Items<ImportBatch>> };
  "/imports/{id}": { get: Get<ImportBatch, None, Id> };
  "/imports/{id}/mapping": {
    put: Body<
      { columns: (string | null)[]; encoding?: string; delimiter?: string; dateOrder?: string },
      ImportBatch,
      Id
    >;
  };
  "/imports/{id}/commit": { post: Plain<Job, Id> };
  "/imports/{id}/undo": { post: Plain<Job, Id> };
  "/audit": {
    get: Get<
      Page<AuditRow>,
      {
        actorId?: string;
        subjectKind?: string;
        subjectId?: string;
        action?: string;
        from?: string;
        to?: string;
        after?: string;
        limit?: number;
      }
    >;
  };
  "/audit/proof": {
    get: Get<{ holds: boolean; rows: number; head: string; brokenAt?: string | number | null }>;
  };
  "/notices": { get: Get<Page<Notice>, { after?: string; limit?: number; state?: string }> };
  "/notices/{id}/retry": { post: Plain<Notice, Id> };
  "/settings/mail": { get: Get<MailSettings>; put: Body<Partial<MailSettings>, MailSettings> };
  "/settings/mail/test": { post: Body<{ to: string }> };
  "/settings/password-policy": {
    get: Get<PasswordPolicy & { rowVersion: number }>;
    put: Body<PasswordPolicy, PasswordPolicy & { rowVersion: number }>;
  };
  "/jobs": { get: Get<Items<Job>> };
  "/jobs/{id}": { get: Get<Job, None, Id> };
  "/jobs/{id}/cancel": { post: Plain<Job, Id> };
  "/views": {
    get: Get<Items<SavedView>>;
    post: Body<{ room: string; name: string; query: Record<string, unknown>; shared: boolean }, SavedView>;
  };
  "/views/{id}": { delete: Plain<unknown, Id> };
  "/todo": { get: Get<Items<TodoItem>> };
  "/search": { get: Get<Items<SearchHit>, { q: string }> };
}
