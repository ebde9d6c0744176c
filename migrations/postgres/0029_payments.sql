-- Paying through providers: what owners have agreed, what payers want to pay, and every try to pay it.

-- One agreement of an organisation with each provider. `settings` may be shown; `keys` are sealed.
create table payment_agreement (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  provider text collate "C" not null,
  settings text collate "C" not null,
  keys bytea not null,
  active boolean not null,
  checked_at timestamptz,
  fault text collate "C",
  fault_words text collate "C",
  row_version bigint not null,
  created_at timestamptz not null
);
create unique index payment_agreement_once on payment_agreement (organisation_id, provider);

-- What somebody wants to pay. `state` and `provider` are those of the try that counts; `concern` is why somebody has to
-- look at it, until somebody has.
create table payment (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  facility_id uuid not null references facility (id),
  document_id uuid not null references document (id),
  person_id uuid not null references person (id),
  currency text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  state text collate "C" not null,
  provider text collate "C" not null,
  concern text collate "C",
  looked_at_at timestamptz,
  looked_at_by_login_id uuid,
  looked_at_reason text collate "C",
  row_version bigint not null,
  created_at timestamptz not null,
  check ((looked_at_at is null) = (looked_at_reason is null))
);
create index payment_by_organisation on payment (organisation_id, created_at, id);
create index payment_by_document on payment (document_id, created_at);
create index payment_to_look_at on payment (organisation_id, created_at, id) where concern is not null and looked_at_at is null;

-- A try is written down before its provider is asked, under an id that is our name for it there. `onward` is how the payer
-- goes on, as JSON; what came is said by the provider, and `booked_at` is when it was booked, once.
create table payment_attempt (
  id uuid primary key not null,
  payment_id uuid not null references payment (id),
  organisation_id uuid not null references organisation (id),
  agreement_id uuid not null references payment_agreement (id),
  provider text collate "C" not null,
  place bigint not null check (place > 0),
  state text collate "C" not null,
  reference text collate "C",
  movement text collate "C",
  onward text collate "C",
  code text collate "C",
  words text collate "C",
  came_currency text collate "C",
  came_minor bigint,
  booked_at timestamptz,
  asked_at timestamptz,
  next_ask_at timestamptz,
  moved_at timestamptz not null,
  row_version bigint not null,
  created_at timestamptz not null,
  check ((came_currency is null) = (came_minor is null))
);
create unique index payment_attempt_place on payment_attempt (payment_id, place);
create index payment_attempt_by_reference on payment_attempt (provider, reference) where reference is not null;
create index payment_attempt_due on payment_attempt (next_ask_at) where next_ask_at is not null;

-- What providers have sent, as it came but for what proves who they are. `outcome` is what became of it.
create table payment_callback (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  attempt_id uuid not null references payment_attempt (id),
  provider text collate "C" not null,
  event text collate "C" not null,
  target text collate "C" not null,
  headers text collate "C" not null,
  body text collate "C" not null,
  outcome text collate "C" not null,
  repeated bigint not null check (repeated >= 0),
  received_at timestamptz not null
);
create unique index payment_callback_once on payment_callback (provider, attempt_id, event);

-- What was refused of what came in a provider's name: counted, and not kept.
create table payment_callback_refused (
  provider text collate "C" not null,
  reason text collate "C" not null,
  count bigint not null check (count > 0),
  last_at timestamptz not null,
  primary key (provider, reason)
);
