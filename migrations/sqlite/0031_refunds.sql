-- Money on its way back to whoever paid it.

-- Asked for by one person and decided by another, which the database sees to as well: people count, not their logins. The
-- amount is what its three parts add up to: what nobody could place, what was paid beforehand, and what is too much on the
-- invoice; each is held on the ledger. `ask_id` is our name for it at the provider; a refund that the provider took and
-- could not carry out (`denied`) is tried again under another one. `round` counts how often the money was held.
create table refund (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  facility_id blob not null references facility (id),
  person_id blob not null references person (id),
  payment_id blob not null references payment (id),
  attempt_id blob not null references payment_attempt (id),
  document_id blob not null references document (id),
  provider text not null,
  currency text not null,
  amount_minor integer not null check (amount_minor > 0),
  suspense_minor integer not null check (suspense_minor >= 0),
  prepaid_minor integer not null check (prepaid_minor >= 0),
  overpaid_minor integer not null check (overpaid_minor >= 0),
  state text not null,
  reason text not null,
  asked_by_person_id blob not null,
  decided_at text,
  decided_by_person_id blob,
  decided_reason text,
  ask_id blob not null,
  round integer not null check (round > 0),
  denied integer not null,
  code text,
  words text,
  asked_at text,
  next_ask_at text,
  moved_at text not null,
  row_version integer not null,
  created_at text not null,
  check (suspense_minor + prepaid_minor + overpaid_minor = amount_minor),
  check ((decided_at is null) = (decided_by_person_id is null)),
  check (decided_by_person_id is null or decided_by_person_id <> asked_by_person_id),
  check (state in ('asked', 'withdrawn') or decided_at is not null)
) strict;
create index refund_by_organisation on refund (organisation_id, created_at, id);
create index refund_by_payment on refund (payment_id, created_at);
create index refund_by_document on refund (document_id);
create index refund_by_person on refund (person_id, created_at);
create unique index refund_ask on refund (ask_id);
create index refund_waiting on refund (organisation_id, created_at) where state = 'asked';
create index refund_due on refund (next_ask_at) where next_ask_at is not null;
