-- Money on its way back to whoever paid it.

-- Asked for by one person and decided by another, which the database sees to as well: people count, not their logins. The
-- amount is what its three parts add up to: what nobody could place, what was paid beforehand, and what is too much on the
-- invoice; each is held on the ledger. `ask_id` is our name for it at the provider; a refund that the provider took and
-- could not carry out (`denied`) is tried again under another one. `round` counts how often the money was held.
create table refund (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  facility_id uuid not null references facility (id),
  person_id uuid not null references person (id),
  payment_id uuid not null references payment (id),
  attempt_id uuid not null references payment_attempt (id),
  document_id uuid not null references document (id),
  provider text collate "C" not null,
  currency text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  suspense_minor bigint not null check (suspense_minor >= 0),
  prepaid_minor bigint not null check (prepaid_minor >= 0),
  overpaid_minor bigint not null check (overpaid_minor >= 0),
  state text collate "C" not null,
  reason text collate "C" not null,
  asked_by_person_id uuid not null,
  decided_at timestamptz,
  decided_by_person_id uuid,
  decided_reason text collate "C",
  ask_id uuid not null,
  round bigint not null check (round > 0),
  denied boolean not null,
  code text collate "C",
  words text collate "C",
  asked_at timestamptz,
  next_ask_at timestamptz,
  moved_at timestamptz not null,
  row_version bigint not null,
  created_at timestamptz not null,
  check (suspense_minor + prepaid_minor + overpaid_minor = amount_minor),
  check ((decided_at is null) = (decided_by_person_id is null)),
  check (decided_by_person_id is null or decided_by_person_id <> asked_by_person_id),
  check (state in ('asked', 'withdrawn') or decided_at is not null)
);
create index refund_by_organisation on refund (organisation_id, created_at, id);
create index refund_by_payment on refund (payment_id, created_at);
create index refund_by_document on refund (document_id);
create index refund_by_person on refund (person_id, created_at);
create unique index refund_ask on refund (ask_id);
create index refund_waiting on refund (organisation_id, created_at) where state = 'asked';
create index refund_due on refund (next_ask_at) where next_ask_at is not null;
