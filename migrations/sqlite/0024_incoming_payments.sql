-- Files of banks, and the payments that they tell of. What a payment has settled is said by the ledger alone.

-- `digest` is that of the file: the same file is taken in once.
create table bank_file (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  kind text not null,
  digest blob not null,
  name text not null,
  sender_id text not null,
  written_on text,
  skipped text not null,
  known_count integer not null,
  taken_by_login_id blob,
  created_at text not null
) strict;
create unique index bank_file_once on bank_file (organisation_id, digest);
create index bank_file_by_day on bank_file (organisation_id, created_at, id);

-- `bank_key` is the same for the same payment in every file; `told` has what it refers to and what the payer wrote, and
-- `lines` stand in the file as they are. What is left waits on the suspense account; less than nothing of what was taken
-- back.
create table incoming_payment (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  bank_file_id blob not null references bank_file (id),
  bank_key text not null,
  kind text not null,
  outcome text not null,
  currency text not null,
  amount_minor integer not null check (amount_minor <> 0),
  left_minor integer not null check (abs(left_minor) <= abs(amount_minor)),
  booked_on text not null,
  account text not null,
  deposit text not null,
  payer text,
  payer_account text,
  told text not null,
  line integer not null,
  lines text not null,
  row_version integer not null,
  created_at text not null
) strict;
create unique index incoming_payment_once on incoming_payment (organisation_id, bank_key);
create index incoming_payment_by_day on incoming_payment (organisation_id, booked_on, id);
create index incoming_payment_left on incoming_payment (organisation_id, booked_on, id) where left_minor <> 0;
create index incoming_payment_by_file on incoming_payment (bank_file_id);

create index document_by_reference on document (organisation_id, reference) where reference is not null;
create index ledger_transfer_by_payment on ledger_transfer (payment_id) where payment_id is not null;
