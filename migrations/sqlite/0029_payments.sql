-- Paying through providers: what owners have agreed, what payers want to pay, and every try to pay it.

-- One agreement of an organisation with each provider. `settings` may be shown; `keys` are sealed.
create table payment_agreement (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  provider text not null,
  settings text not null,
  keys blob not null,
  active integer not null,
  checked_at text,
  fault text,
  fault_words text,
  row_version integer not null,
  created_at text not null
) strict;
create unique index payment_agreement_once on payment_agreement (organisation_id, provider);

-- What somebody wants to pay. `state` and `provider` are those of the try that counts; `concern` is why somebody has to
-- look at it, until somebody has.
create table payment (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  facility_id blob not null references facility (id),
  document_id blob not null references document (id),
  person_id blob not null references person (id),
  currency text not null,
  amount_minor integer not null check (amount_minor > 0),
  state text not null,
  provider text not null,
  concern text,
  looked_at_at text,
  looked_at_by_login_id blob,
  looked_at_reason text,
  row_version integer not null,
  created_at text not null,
  check ((looked_at_at is null) = (looked_at_reason is null))
) strict;
create index payment_by_organisation on payment (organisation_id, created_at, id);
create index payment_by_document on payment (document_id, created_at);
create index payment_to_look_at on payment (organisation_id, created_at, id) where concern is not null and looked_at_at is null;

-- A try is written down before its provider is asked, under an id that is our name for it there. `onward` is how the payer
-- goes on, as JSON; what came is said by the provider, and `booked_at` is when it was booked, once.
create table payment_attempt (
  id blob primary key not null,
  payment_id blob not null references payment (id),
  organisation_id blob not null references organisation (id),
  agreement_id blob not null references payment_agreement (id),
  provider text not null,
  place integer not null check (place > 0),
  state text not null,
  reference text,
  movement text,
  onward text,
  code text,
  words text,
  came_currency text,
  came_minor integer,
  booked_at text,
  asked_at text,
  next_ask_at text,
  moved_at text not null,
  row_version integer not null,
  created_at text not null,
  check ((came_currency is null) = (came_minor is null))
) strict;
create unique index payment_attempt_place on payment_attempt (payment_id, place);
create index payment_attempt_by_reference on payment_attempt (provider, reference) where reference is not null;
create index payment_attempt_due on payment_attempt (next_ask_at) where next_ask_at is not null;

-- What providers have sent, as it came but for what proves who they are. `outcome` is what became of it.
create table payment_callback (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  attempt_id blob not null references payment_attempt (id),
  provider text not null,
  event text not null,
  target text not null,
  headers text not null,
  body text not null,
  outcome text not null,
  repeated integer not null check (repeated >= 0),
  received_at text not null
) strict;
create unique index payment_callback_once on payment_callback (provider, attempt_id, event);

-- What was refused of what came in a provider's name: counted, and not kept.
create table payment_callback_refused (
  provider text not null,
  reason text not null,
  count integer not null check (count > 0),
  last_at text not null,
  primary key (provider, reason)
) strict;
