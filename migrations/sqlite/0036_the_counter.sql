-- The counter: tills that clerks open and close, and what was taken in them. What an entry has moved is said by the ledger.

-- Whether payments are taken at the counter of an organisation.
create table till_setting (
  organisation_id blob primary key not null references organisation (id),
  active integer not null,
  row_version integer not null
) strict;

-- The numbers of receipts and of the reports of closed tills, without gaps in each fiscal year.
create table till_series (
  organisation_id blob not null references organisation (id),
  kind text not null,
  fiscal_year integer not null,
  next_place integer not null check (next_place > 0),
  last_on text,
  primary key (organisation_id, kind, fiscal_year)
) strict, without rowid;

-- One till of a clerk is open at a time. A closed one has a number, what was counted, and what is printed on its report.
create table till (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  clerk_person_id blob not null,
  currency text not null,
  opening_minor integer not null check (opening_minor >= 0),
  opened_at text not null,
  closed_at text,
  closed_by_person_id blob,
  closed_on text,
  fiscal_year integer,
  place integer check (place > 0),
  counted_minor integer check (counted_minor >= 0),
  difference_minor integer,
  reason text,
  printed text,
  row_version integer not null,
  check ((closed_at is null) = (counted_minor is null)),
  check ((closed_at is null) = (difference_minor is null)),
  check ((closed_at is null) = (closed_by_person_id is null)),
  check ((closed_at is null) = (place is null)),
  check ((closed_at is null) = (printed is null))
) strict;
create unique index till_open_once on till (organisation_id, clerk_person_id) where closed_at is null;
create unique index till_number on till (organisation_id, fiscal_year, place) where place is not null;
create index till_by_day on till (organisation_id, opened_at, id);

-- `rounding_minor` is what rounding to coins has added, and `prepaid_minor` what is kept for whoever paid. What is taken back
-- is taken back once, by an entry of its own. `printed` is what stands on the receipt, as it was given.
create table till_entry (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  till_id blob not null references till (id),
  place integer not null check (place > 0),
  kind text not null,
  means text not null,
  person_id blob not null references person (id),
  currency text not null,
  amount_minor integer not null check (amount_minor > 0),
  rounding_minor integer not null,
  prepaid_minor integer not null check (prepaid_minor >= 0 and prepaid_minor <= amount_minor),
  terminal_reference text,
  takes_back_id blob references till_entry (id),
  reason text,
  fiscal_year integer not null,
  receipt_place integer not null check (receipt_place > 0),
  taken_on text not null,
  printed text not null,
  notice_id blob,
  created_at text not null
) strict;
create unique index till_entry_place on till_entry (till_id, place);
create unique index till_entry_number on till_entry (organisation_id, fiscal_year, receipt_place);
create unique index till_entry_taken_back_once on till_entry (takes_back_id) where takes_back_id is not null;
create index till_entry_by_person on till_entry (person_id, created_at);
create index till_entry_by_notice on till_entry (notice_id) where notice_id is not null;

-- Lines of the bank that are money of the counter: cash that was brought there, or what the bank of the terminal pays out, less
-- its fee.
create table till_payout (
  incoming_payment_id blob primary key not null references incoming_payment (id),
  organisation_id blob not null references organisation (id),
  means text not null,
  fee_minor integer not null check (fee_minor >= 0)
) strict;

-- Only whose it is changes, when two records turn out to be one person.
create trigger till_entry_is_append_only_on_update before update of id, organisation_id, till_id, place, kind, means, currency,
  amount_minor, rounding_minor, prepaid_minor, terminal_reference, takes_back_id, reason, fiscal_year, receipt_place, taken_on,
  printed, notice_id, created_at on till_entry
begin select raise(abort, 'entries of a till are never changed'); end;
create trigger till_entry_is_append_only_on_delete before delete on till_entry
when not exists (select 1 from organisation where id = old.organisation_id and training)
begin select raise(abort, 'entries of a till are never deleted'); end;
