-- Money on its way out to bank accounts, the files that ask banks for it, and what banks say of it.

-- How an organisation is known at the bank that pays out for it; `account` is null where the account is drawn on to which
-- invoices are paid.
create table payout_sender (
  organisation_id blob primary key not null references organisation (id),
  bic text not null,
  customer text,
  account text,
  row_version integer not null
) strict;

-- Asked for by one person and decided by another, which the database sees to as well: people count, not their logins. The
-- money is what somebody has unused, or what is left of an incoming payment or of a payment through a provider; from where
-- it is taken is held on the ledger.
create table payout (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  person_id blob references person (id),
  incoming_payment_id blob references incoming_payment (id),
  payment_id blob references payment (id),
  currency text not null,
  amount_minor integer not null check (amount_minor > 0),
  account text not null,
  name text not null,
  state text not null,
  reason text not null,
  asked_by_person_id blob not null,
  decided_at text,
  decided_by_person_id blob,
  decided_reason text,
  moved_at text not null,
  row_version integer not null,
  created_at text not null,
  check ((decided_at is null) = (decided_by_person_id is null)),
  check (decided_by_person_id is null or decided_by_person_id <> asked_by_person_id),
  check (state in ('asked', 'withdrawn') or decided_at is not null)
) strict;
create index payout_by_organisation on payout (organisation_id, created_at, id);
create index payout_by_person on payout (person_id, created_at);
create index payout_by_incoming_payment on payout (incoming_payment_id) where incoming_payment_id is not null;
create index payout_by_payment on payout (payment_id) where payment_id is not null;
create index payout_waiting on payout (organisation_id, created_at)
  where state in ('asked', 'approved', 'rejected');

-- `content` is what was made, to the byte; `sent_at` is when it was first fetched.
create table payout_file (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  message_id text not null,
  currency text not null,
  execute_on text not null,
  account text not null,
  item_count integer not null check (item_count > 0),
  sum_minor integer not null check (sum_minor > 0),
  name text not null,
  content blob not null,
  digest blob not null,
  made_by_person_id blob not null,
  sent_at text,
  sent_by_person_id blob,
  row_version integer not null,
  created_at text not null
) strict;
create unique index payout_file_message on payout_file (message_id);
create index payout_file_by_organisation on payout_file (organisation_id, created_at, id);

-- One time that the bank is asked to pay something out, under a name that nothing else has. A payout is in one file at a
-- time: only when the bank has rejected it, it can be in another.
create table payout_item (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  payout_id blob not null references payout (id),
  payout_file_id blob not null references payout_file (id),
  end_to_end_id text not null,
  told text,
  told_at text,
  reason_code text,
  words text,
  bank_reference text,
  told_by_person_id blob,
  created_at text not null
) strict;
create unique index payout_item_name on payout_item (end_to_end_id);
create unique index payout_item_once on payout_item (payout_id) where told is null or told <> 'rejected';
create index payout_item_by_payout on payout_item (payout_id, created_at);
create index payout_item_by_file on payout_item (payout_file_id);

-- A file in which a bank says what became of payouts: the same file is taken in once.
create table payout_status_file (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  digest blob not null,
  name text not null,
  sender_id text not null,
  message_id text not null,
  written_at text not null,
  content blob not null,
  taken_by_person_id blob not null,
  created_at text not null
) strict;
create unique index payout_status_file_once on payout_status_file (organisation_id, digest);
create index payout_status_file_by_day on payout_status_file (organisation_id, created_at, id);

-- What such a file says of one payment, and what became of that.
create table payout_status (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  payout_status_file_id blob not null references payout_status_file (id),
  payout_id blob references payout (id),
  end_to_end_id text not null,
  status_code text not null,
  reason_code text not null,
  words text not null,
  outcome text not null,
  line integer not null
) strict;
create index payout_status_by_file on payout_status (payout_status_file_id);
create index payout_status_by_payout on payout_status (payout_id) where payout_id is not null;
