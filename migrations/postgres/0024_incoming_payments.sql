-- Files of banks, and the payments that they tell of. What a payment has settled is said by the ledger alone.

-- `digest` is that of the file: the same file is taken in once.
create table bank_file (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  kind text collate "C" not null,
  digest bytea not null,
  name text collate "C" not null,
  sender_id text collate "C" not null,
  written_on date,
  skipped text collate "C" not null,
  known_count bigint not null,
  taken_by_login_id uuid,
  created_at timestamptz not null
);
create unique index bank_file_once on bank_file (organisation_id, digest);
create index bank_file_by_day on bank_file (organisation_id, created_at, id);

-- `bank_key` is the same for the same payment in every file; `told` has what it refers to and what the payer wrote, and
-- `lines` stand in the file as they are. What is left waits on the suspense account; less than nothing of what was taken
-- back.
create table incoming_payment (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  bank_file_id uuid not null references bank_file (id),
  bank_key text collate "C" not null,
  kind text collate "C" not null,
  outcome text collate "C" not null,
  currency text collate "C" not null,
  amount_minor bigint not null check (amount_minor <> 0),
  left_minor bigint not null check (abs(left_minor) <= abs(amount_minor)),
  booked_on date not null,
  account text collate "C" not null,
  deposit text collate "C" not null,
  payer text collate "C",
  payer_account text collate "C",
  told text collate "C" not null,
  line bigint not null,
  lines text collate "C" not null,
  row_version bigint not null,
  created_at timestamptz not null
);
create unique index incoming_payment_once on incoming_payment (organisation_id, bank_key);
create index incoming_payment_by_day on incoming_payment (organisation_id, booked_on, id);
create index incoming_payment_left on incoming_payment (organisation_id, booked_on, id) where left_minor <> 0;
create index incoming_payment_by_file on incoming_payment (bank_file_id);

create index document_by_reference on document (organisation_id, reference) where reference is not null;
create index ledger_transfer_by_payment on ledger_transfer (payment_id) where payment_id is not null;
