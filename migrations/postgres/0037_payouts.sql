-- Money on its way out to bank accounts, the files that ask banks for it, and what banks say of it.

-- How an organisation is known at the bank that pays out for it; `account` is null where the account is drawn on to which
-- invoices are paid.
create table payout_sender (
  organisation_id uuid primary key not null references organisation (id),
  bic text collate "C" not null,
  customer text collate "C",
  account text collate "C",
  row_version bigint not null
);

-- Asked for by one person and decided by another, which the database sees to as well: people count, not their logins. The
-- money is what somebody has unused, or what is left of an incoming payment or of a payment through a provider; from where
-- it is taken is held on the ledger.
create table payout (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  person_id uuid references person (id),
  incoming_payment_id uuid references incoming_payment (id),
  payment_id uuid references payment (id),
  currency text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  account text collate "C" not null,
  name text collate "C" not null,
  state text collate "C" not null,
  reason text collate "C" not null,
  asked_by_person_id uuid not null,
  decided_at timestamptz,
  decided_by_person_id uuid,
  decided_reason text collate "C",
  moved_at timestamptz not null,
  row_version bigint not null,
  created_at timestamptz not null,
  check ((decided_at is null) = (decided_by_person_id is null)),
  check (decided_by_person_id is null or decided_by_person_id <> asked_by_person_id),
  check (state in ('asked', 'withdrawn') or decided_at is not null)
);
create index payout_by_organisation on payout (organisation_id, created_at, id);
create index payout_by_person on payout (person_id, created_at);
create index payout_by_incoming_payment on payout (incoming_payment_id) where incoming_payment_id is not null;
create index payout_by_payment on payout (payment_id) where payment_id is not null;
create index payout_waiting on payout (organisation_id, created_at)
  where state in ('asked', 'approved', 'rejected');

-- `content` is what was made, to the byte; `sent_at` is when it was first fetched.
create table payout_file (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  message_id text collate "C" not null,
  currency text collate "C" not null,
  execute_on date not null,
  account text collate "C" not null,
  item_count bigint not null check (item_count > 0),
  sum_minor bigint not null check (sum_minor > 0),
  name text collate "C" not null,
  content bytea not null,
  digest bytea not null,
  made_by_person_id uuid not null,
  sent_at timestamptz,
  sent_by_person_id uuid,
  row_version bigint not null,
  created_at timestamptz not null
);
create unique index payout_file_message on payout_file (message_id);
create index payout_file_by_organisation on payout_file (organisation_id, created_at, id);

-- One time that the bank is asked to pay something out, under a name that nothing else has. A payout is in one file at a
-- time: only when the bank has rejected it, it can be in another.
create table payout_item (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  payout_id uuid not null references payout (id),
  payout_file_id uuid not null references payout_file (id),
  end_to_end_id text collate "C" not null,
  told text collate "C",
  told_at timestamptz,
  reason_code text collate "C",
  words text collate "C",
  bank_reference text collate "C",
  told_by_person_id uuid,
  created_at timestamptz not null
);
create unique index payout_item_name on payout_item (end_to_end_id);
create unique index payout_item_once on payout_item (payout_id) where told is null or told <> 'rejected';
create index payout_item_by_payout on payout_item (payout_id, created_at);
create index payout_item_by_file on payout_item (payout_file_id);

-- A file in which a bank says what became of payouts: the same file is taken in once.
create table payout_status_file (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  digest bytea not null,
  name text collate "C" not null,
  sender_id text collate "C" not null,
  message_id text collate "C" not null,
  written_at timestamptz not null,
  content bytea not null,
  taken_by_person_id uuid not null,
  created_at timestamptz not null
);
create unique index payout_status_file_once on payout_status_file (organisation_id, digest);
create index payout_status_file_by_day on payout_status_file (organisation_id, created_at, id);

-- What such a file says of one payment, and what became of that.
create table payout_status (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  payout_status_file_id uuid not null references payout_status_file (id),
  payout_id uuid references payout (id),
  end_to_end_id text collate "C" not null,
  status_code text collate "C" not null,
  reason_code text collate "C" not null,
  words text collate "C" not null,
  outcome text collate "C" not null,
  line bigint not null
);
create index payout_status_by_file on payout_status (payout_status_file_id);
create index payout_status_by_payout on payout_status (payout_id) where payout_id is not null;
